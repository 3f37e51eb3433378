"""How people behave in a replay: declared numbers, and what is known of what really happened.

A worker answers as often as they did before. Who answers says yes less often the longer the way, the fuller the day and the smaller
the job. Each of these is a setting (`trying` in config.yaml); the dice are thrown for worker and request, whatever the weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models.rules.ranking import FULL, Candidate, response_of
from models.rules.trying.chance import dice

YES, NO, SILENT = "yes", "no", "silent"
ANSWERS, SAYS, TAKES, LEAVES, PICKS, STARS = range(1, 7)  # what the dice are thrown for


@dataclass(frozen=True)
class Habits:
    """Percent, and percent less for a kilometre, an hour of work on that day, a job below `small_fen`."""

    yes_percent: int = 92
    less_per_km_percent: int = 7
    less_per_hour_percent: int = 3
    less_if_small_percent: int = 8
    small_fen: int = 8000
    leaves_to_us_percent: int = 40
    picks_percent: tuple[int, ...] = (70, 20, 10)
    seed: int = 1


class Answer(NamedTuple):
    """What a worker says to an offer, and after how many minutes; None: it is not known after how many."""

    says: str
    minutes: int | None


@dataclass(frozen=True)
class Known:
    """What really happened, by request and worker: answers to offers, and stars in hundredths; by request: whom the resident chose
    (None: they left it to us)."""

    answers: Mapping[tuple[int, int], Answer] = field(default_factory=dict)
    stars: Mapping[tuple[int, int], int] = field(default_factory=dict)
    chosen: Mapping[int, int | None] = field(default_factory=dict)


def answer(habits: Habits, known: Known, ask_id: int, c: Candidate, expire_min: int) -> Answer:
    """What this worker says: as they really did where it is known, else by habit."""
    drawn = _drawn(habits, ask_id, c, expire_min)
    real = known.answers.get((ask_id, c.worker_id))
    if real is None:
        return drawn
    usual = 1 + dice(max(1, expire_min - 1), habits.seed, TAKES, ask_id, c.worker_id)
    return Answer(real.says, usual if real.minutes is None else real.minutes)


def _drawn(habits: Habits, ask_id: int, c: Candidate, expire_min: int) -> Answer:
    about = (habits.seed, ask_id, c.worker_id)
    if dice(FULL, ANSWERS, *about) >= response_of(c.offers_seen, c.offers_answered):
        return Answer(SILENT, expire_min)
    minutes = 1 + dice(max(1, expire_min - 1), habits.seed, TAKES, ask_id, c.worker_id)
    return Answer(YES if dice(100, SAYS, *about) < yes_percent(habits, c) else NO, minutes)


def yes_percent(habits: Habits, c: Candidate) -> int:
    """How likely a yes is, from who answers at all."""
    less = habits.less_per_km_percent * c.km + habits.less_per_hour_percent * c.minutes_day / 60
    less += habits.less_if_small_percent if c.price_fen < habits.small_fen else 0
    return min(100, max(0, round(habits.yes_percent - less)))


def picked(habits: Habits, known: Known, ask_id: int, shown: Sequence[int]) -> int | None:
    """Whom of those shown the resident takes; None: leaves it to us. As it really was, if that one is shown again."""
    real = known.chosen.get(ask_id)
    if ask_id in known.chosen and (real is None or real in shown):
        return real
    if not shown or dice(100, habits.seed, LEAVES, ask_id) < habits.leaves_to_us_percent:
        return None
    left = dice(max(1, sum(habits.picks_percent)), habits.seed, PICKS, ask_id)
    for place, percent in enumerate(habits.picks_percent):
        if left < percent:
            return shown[min(place, len(shown) - 1)]
        left -= percent
    return shown[0]


def stars_drawn(habits: Habits, ask_id: int, worker_id: int, mean_hundredths: int) -> int:
    """Whole stars around a worker's mean."""
    whole, part = divmod(mean_hundredths, 100)
    return min(5, max(1, whole + (dice(100, habits.seed, STARS, ask_id, worker_id) < part)))
