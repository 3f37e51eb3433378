"""What a trial of weights showed, in words, figures and charts (D2, D6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers.words import _, say_minutes
from models.rules.trying.figures import Figures, Several, spread_over

SHOWN = 12  # workers in the chart; the table has all
MINUTES = (5, 10, 20, 40)
KM = (0.5, 1.0, 2.0, 3.0)


def part_name(part: str) -> str:
    """A part of the ranking, as the desk calls it."""
    return {
        "rating": _("Rating"),
        "same_household": _("Was there before"),
        "distance": _("Near"),
        "price": _("Price"),
        "response": _("Answers"),
        "fair_share": _("Fair share"),
        "newcomer": _("Newcomers"),
    }.get(part, part)


def part_does(part: str) -> str:
    """What more of it does, in a line."""
    return {
        "rating": _("More: those with better stars are asked first."),
        "same_household": _("More: the familiar face comes again."),
        "distance": _("More: shorter ways, and they come sooner."),
        "price": _("More: who stays within the budget goes first."),
        "response": _("More: who always answers is asked first."),
        "fair_share": _("More: who had less work in the last 30 days goes first."),
        "newcomer": _("More: who has few ratings yet gets a start."),
    }.get(part, "")


def variation_words(code: str) -> str:
    """A set of weights worth a look."""
    return {
        "nearest": _("Only the way"),
        "best_rated": _("Only the stars"),
        "cheapest": _("Only the price"),
        "known_first": _("The familiar face first"),
        "fair_first": _("Fairness first"),
        "not_fair": _("Today's without fair share"),
    }[code]


@dataclass(frozen=True)
class Measure:
    """One figure: what it is called, how it is said, from which difference on it matters (twice what chance alone
    moves the mean of five replays of a hundred requests), and whether
    more is better."""

    label: Callable[[], str]
    value: Callable[[Figures], float]
    said: Callable[[float], str]
    matters: float
    more_is_better: bool
    more: Callable[[], str]
    less: Callable[[], str]


def _percent(value: float) -> str:
    return f"{value:.0f}%"


MEASURES = (
    Measure(
        lambda: _("Somebody took it"), lambda f: f.matched_percent, _percent, 1, True,
        lambda: _("more requests find somebody"), lambda: _("fewer requests find somebody"),
    ),
    Measure(
        lambda: _("Taken within, 9 of 10"), lambda f: f.within(90), lambda v: say_minutes(round(v)), 1.5, False,
        lambda: _("residents wait longer"), lambda: _("residents wait less"),
    ),
    Measure(
        lambda: _("Unevenness of jobs"), lambda f: f.gini_jobs, lambda v: f"{v:.2f}", 0.015, False,
        lambda: _("work is spread less evenly"), lambda: _("work is spread more evenly"),
    ),
    Measure(
        lambda: _("Unevenness of income"), lambda f: f.gini_income, lambda v: f"{v:.2f}", 0.02, False,
        lambda: _("income is spread less evenly"), lambda: _("income is spread more evenly"),
    ),
    Measure(
        lambda: _("Way to a visit"), lambda f: f.mean_km, lambda v: _("%(km)s km", km=f"{v:.2f}"), 0.02, False,
        lambda: _("ways get longer"), lambda: _("ways get shorter"),
    ),
    Measure(
        lambda: _("Stars of who comes"), lambda f: f.mean_stars, lambda v: f"{v:.2f}", 0.015, True,
        lambda: _("who comes has better stars"), lambda: _("who comes has fewer stars"),
    ),
    Measure(
        lambda: _("Jobs of newcomers"), lambda f: f.newcomer_jobs, lambda v: f"{v:.0f}", 2, True,
        lambda: _("newcomers get more work"), lambda: _("newcomers get less work"),
    ),
    Measure(
        lambda: _("Offers that were taken"), lambda f: f.accepted_percent, _percent, 2.5, True,
        lambda: _("fewer are asked in vain"), lambda: _("more are asked in vain"),
    ),
)  # fmt: skip


def compared(now: Several, then: Several) -> list[dict[str, Any]]:
    """Each figure as tried, with today's under it; the way it moved where that matters."""
    found = []
    for m in MEASURES:
        before, after = now.mean(m.value), then.mean(m.value)
        moved = now is not then and abs(after - before) >= m.matters
        way = ("up" if (after > before) == m.more_is_better else "down") if moved else ""
        note = _("today %(value)s", value=m.said(before)) if now is not then else ""
        found.append({"label": m.label(), "value": m.said(after), "note": note, "way": way})
    return found


def judged(now: Several, then: Several) -> tuple[list[str], list[str]]:
    """What gets better and what worse, in words; what chance alone could move is left out."""
    better: list[str] = []
    worse: list[str] = []
    for m in MEASURES:
        before, after = now.mean(m.value), then.mean(m.value)
        if now is not then and abs(after - before) >= m.matters:
            words = m.more() if after > before else m.less()
            said = _("%(what)s (%(before)s → %(after)s)", what=words, before=m.said(before), after=m.said(after))
            (better if (after > before) == m.more_is_better else worse).append(said)
    return better, worse


def real_words(real: Several, now: Several) -> str:
    """How near the replay with today's weights comes to what really happened."""
    return _(
        "Replayed with today's weights somebody took %(now)s, half of them within %(now_min)s; really it was %(real)s and %(real_min)s.",
        now=_percent(now.mean(lambda f: f.matched_percent)),
        now_min=_half(now),
        real=_percent(real.mean(lambda f: f.matched_percent)),
        real_min=_half(real),
    )


def charts(now: Several, then: Several, called: dict[int, str]) -> dict[str, Any]:
    """Jobs of each worker, how soon, how far: pairs of today and tried, each with its message."""
    names = [called[w] for w in now.runs[0].workers]
    jobs = sorted(_pairs(names, now.means(_jobs), then.means(_jobs)), key=lambda pair: (-pair["a"], -pair["b"]))
    soon = _pairs(_minute_names(), now.means(_soon), then.means(_soon))
    far = _pairs(_km_names(), now.means(_far), then.means(_far))
    return {"jobs": jobs, "shown": jobs[:SHOWN], "soon": soon, "far": far, "two": now is not then, **_titles(now, then)}


def _titles(now: Several, then: Several) -> dict[str, str]:
    uneven, way = (f"{now.mean(lambda f: f.gini_jobs):.2f}", f"{then.mean(lambda f: f.gini_jobs):.2f}"), (_km(now), _km(then))
    if now is then:
        return {
            "jobs_title": _("Jobs of each worker: unevenness %(value)s", value=uneven[0]),
            "soon_title": _("Half of them are taken within %(value)s", value=_half(now)),
            "far_title": _("The way to a visit: %(value)s km on average", value=way[0]),
        }
    return {
        "jobs_title": _("Jobs of each worker: unevenness %(before)s → %(after)s", before=uneven[0], after=uneven[1]),
        "soon_title": _("Half of them are taken within %(before)s → %(after)s", before=_half(now), after=_half(then)),
        "far_title": _("The way to a visit: %(before)s → %(after)s km on average", before=way[0], after=way[1]),
    }


def _half(some: Several) -> str:
    return say_minutes(round(some.mean(lambda f: f.within(50))))


def _km(some: Several) -> str:
    return f"{some.mean(lambda f: f.mean_km):.2f}"


def _jobs(figures: Figures) -> list[int]:
    return [figures.jobs[worker_id] for worker_id in figures.workers]


def _far(figures: Figures) -> list[int]:
    return spread_over([t.km for t in figures.done], KM)


def _soon(figures: Figures) -> list[int]:
    return [*spread_over(figures.minutes, MINUTES), len(figures.tales) - len(figures.done)]


def _pairs(names: list[str], now: list[int], then: list[int]) -> list[dict[str, Any]]:
    return [{"name": name, "a": a, "b": b} for name, a, b in zip(names, now, then, strict=True)]


def _minute_names() -> list[str]:
    return [*(_("≤ %(n)s min", n=n) for n in MINUTES), _("> %(n)s min", n=MINUTES[-1]), _("no one")]


def _km_names() -> list[str]:
    return [*(_("≤ %(n)s km", n=f"{n:g}") for n in KM), _("> %(n)s km", n=f"{KM[-1]:g}")]
