"""Who can do a job, and in which order they are recommended: the same code decides and explains (D1, D2, D6).

Hard conditions come first; each that fails is named. Those who pass are ranked by declared, weighted parts between 0 and
1000. No part looks at sex, origin, age or any other protected trait.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

FULL = 1000
BONUS = frozenset({"same_household", "newcomer"})  # parts that can speak for somebody, and never against
UNANSWERED = 800  # response of somebody who was never asked
NEW_UNTIL = 5  # ratings; with fewer somebody is a newcomer
WIDER = 1.6  # each widening looks this much further
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """What is asked for, as far as choosing matters."""

    service: str
    documents: frozenset[str]
    budget_max_fen: int | None = None
    sex: str = ""
    language: str = ""
    max_km: float = 5.0
    day_cap_min: int = 540
    week_cap_min: int = 2880
    minutes: int = 120
    not_workers: frozenset[int] = frozenset()
    level: int = 0
    ages: tuple[int, int] | None = None  # the service's limits by law and custom of the trade (A2), both included


@dataclass(frozen=True)
class Candidate:
    """What is known of one worker on the day of the job. Age, sex and languages are only held against what is asked for."""

    worker_id: int
    skilled: bool
    documents: frozenset[str]
    free: bool
    works_then: bool
    blocked: bool
    km: float
    price_fen: int
    stars_sum: int = 0
    stars_count: int = 0
    same_household: int = 0
    offers_seen: int = 0
    offers_answered: int = 0
    jobs_30d: int = 0
    minutes_day: int = 0
    minutes_week: int = 0
    years: int = 0
    sex: str = ""
    languages: frozenset[str] = frozenset()
    level: int = 0
    age: int | None = None
    serves_area: bool = True
    good_standing: bool = True


@dataclass(frozen=True)
class Part:
    """One part of a score, 0 to 1000, and which way it speaks: for, against or neutral."""

    code: str
    points: int
    speaks: str


@dataclass(frozen=True)
class Ranked:
    """A worker with score (0 to 1000) and the points of each part that has a weight."""

    worker_id: int
    score: int
    points: Mapping[str, int]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the score; put into this form only for those who are shown."""
        return tuple(Part(code, value, _speaks(code, value)) for code, value in self.points.items())


def why_not(job: Job, c: Candidate) -> list[str]:
    """Codes of the hard conditions that this worker does not meet; empty: can be asked."""
    checks = {
        "no_skill": not c.skilled or c.level < job.level,
        "papers": not job.documents <= c.documents,
        "standing": not c.good_standing,
        "age_limit": job.ages is not None and not _between(job.ages, c.age),
        "not_area": not c.serves_area,
        "not_working": not c.works_then,
        "busy": not c.free,
        "too_far": c.km > job.max_km,
        "blocked": c.blocked or c.worker_id in job.not_workers,
        "sex_wish": bool(job.sex) and c.sex != job.sex,
        "language_wish": bool(job.language) and job.language not in c.languages,
        "day_full": c.minutes_day + job.minutes > job.day_cap_min,
        "week_full": c.minutes_week + job.minutes > job.week_cap_min,
    }
    return [code for code, failed in checks.items() if failed]


def _between(limits: tuple[int, int], age: int | None) -> bool:
    return age is not None and limits[0] <= age <= limits[1]


@dataclass(frozen=True)
class Scale:
    """What the parts are measured by: the assumed rating of a newcomer, and the busiest worker's jobs."""

    prior_stars_tenths: int = 46
    prior_count: int = 8
    max_km: float = 5.0
    most_jobs: int = 1


def scale_of(job: Job, jobs_30d: Iterable[int], *, prior_stars_tenths: int, prior_count: int) -> Scale:
    """The scale for a job; `jobs_30d` are those of everybody who was looked at: skilled, free then, and near enough."""
    return Scale(prior_stars_tenths, prior_count, job.max_km, max(1, max(jobs_30d, default=1)))


def parts_of(job: Job, c: Candidate, scale: Scale) -> dict[str, int]:
    """Each part of the score, 0 to 1000, before weights."""
    return {
        "rating": _rating(c, scale),
        "same_household": _bounded(c.same_household * 500),
        "distance": _bounded(FULL - int(c.km / max(scale.max_km, 0.1) * FULL)),
        "price": _price(job.budget_max_fen, c.price_fen),
        "response": response_of(c.offers_seen, c.offers_answered),
        "fair_share": _bounded(FULL - c.jobs_30d * FULL // max(1, scale.most_jobs)),
        "newcomer": FULL if c.stars_count < NEW_UNTIL else 0,
    }


def _bounded(points: int) -> int:
    return min(FULL, max(0, points))


def _rating(c: Candidate, scale: Scale) -> int:
    """Mean stars, shrunk to the prior while there are few; three stars and less are 0, five are full."""
    sum_hundredths = c.stars_sum * 100 + scale.prior_stars_tenths * 10 * scale.prior_count
    mean = sum_hundredths // max(1, c.stars_count + scale.prior_count)
    return _bounded((mean - 300) * FULL // 200)


def response_of(seen: int, answered: int) -> int:
    """Share of offers answered, yes or no alike, with a few assumed so that one missed offer weighs little."""
    return _bounded((answered + 4) * FULL // (seen + 5)) if seen else UNANSWERED


def _price(budget_fen: int | None, price_fen: int) -> int:
    if budget_fen is None or budget_fen <= 0:
        return 500
    if price_fen <= budget_fen:
        return FULL
    return _bounded(FULL - (price_fen - budget_fen) * 4 * FULL // budget_fen)


def rank(job: Job, candidates: Iterable[Candidate], weights: Mapping[str, float], scale: Scale) -> list[Ranked]:
    """Those who can do it, best first; equal scores in the order of their ids, so that the input's order means nothing."""
    weighed = {code: weight for code, weight in weights.items() if weight}
    total = sum(weighed.values()) or 1
    ranked = []
    for c in candidates:
        if not why_not(job, c):
            points = parts_of(job, c, scale)
            own = {code: points[code] for code in weighed if code in points}
            ranked.append(Ranked(c.worker_id, int(sum(own[code] * weighed[code] for code in own) // total), own))
    return sorted(ranked, key=lambda r: (-r.score, r.worker_id))


def within_budget(rows: list[T], price_of: Callable[[T], int], budget_max_fen: int | None, slack_percent: int) -> list[T]:
    """Those whose price (fen) may be shown for this budget; all of them when nobody is that cheap."""
    if budget_max_fen is None:
        return rows
    most = budget_max_fen * (100 + slack_percent) // 100
    return [row for row in rows if price_of(row) <= most] or rows


def _speaks(code: str, points: int) -> str:
    if points >= 700:
        return "for"
    return "against" if points < 300 and code not in BONUS else "neutral"
