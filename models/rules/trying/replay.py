"""Going through requests once more, one after the other as they came: rank, show, ask, widen, book (D2-D4).

Who can and in which order is decided by models/rules/ranking, which decides every day; here is only the going through. Requests
of the same minutes are taken one by one: the first has been answered before the next begins.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from heapq import heappop, heappush

from models.rules.ranking import WIDER, Candidate, Job, rank, scale_of, within_budget
from models.rules.slots import slots_of
from models.rules.trying.figures import Tale, Told
from models.rules.trying.habits import SILENT, YES, Habits, Known, answer, picked, stars_drawn
from models.rules.trying.town import Ask, Fixed, Hand, Standing, facts, fixed_facts


@dataclass(frozen=True)
class OfferRules:
    """The settings that matter besides the weights: offers, what is shown, and what the ranking measures by."""

    expire_minutes: int = 10
    at_once: int = 1
    max_widen: int = 2
    recommend: int = 3
    budget_slack_percent: int = 20
    buffer_min: int = 30
    prior_stars_tenths: int = 46
    prior_count: int = 8


class Town:
    """Requests and workers, made ready once for any number of replays."""

    def __init__(self, asks: Iterable[Ask], hands: Iterable[Hand]) -> None:
        self.asks = sorted(asks, key=lambda a: (a.asked_at, a.id))
        self.hands = sorted(hands, key=lambda h: h.worker_id)
        self.skilled: dict[str, list[Hand]] = {}
        for hand in self.hands:
            for service in hand.skills:
                self.skilled.setdefault(service, []).append(hand)
        self.able = {ask.id: list(self._able(ask)) for ask in self.asks}

    def _able(self, ask: Ask) -> Iterator[tuple[Hand, Fixed]]:
        """Who could be asked as far as papers, hours, leave and area go; that doesn't change."""
        prices: dict[int | None, int] = {}
        for hand in self.skilled.get(ask.job.service, ()):
            fixed = fixed_facts(ask, hand, prices)
            if fixed.here and fixed.works and fixed.area and ask.job.documents <= fixed.documents:
                yield hand, fixed


def replay(town: Town, weights: Mapping[str, float], rules: OfferRules, habits: Habits, known: Known = Known()) -> list[Tale]:
    """What would have become of each request with these weights; the same for the same arguments."""
    run = _Replay(town, weights, rules, habits, known)
    return [run.one(ask) for ask in town.asks]


class _Replay:
    def __init__(
        self, town: Town, weights: Mapping[str, float], rules: OfferRules, habits: Habits, known: Known
    ) -> None:
        self.town, self.weights, self.rules, self.habits, self.known = town, weights, rules, habits, known
        self.now_at = {hand.worker_id: Standing(hand) for hand in town.hands}

    def one(self, ask: Ask) -> Tale:
        """One request from its first offer to a yes, or to nobody."""
        skilled = self.town.skilled.get(ask.job.service, ())
        for hand in skilled:
            self.now_at[hand.worker_id].settle(ask.asked_at)
        return _Asking(self, ask, self.town.able[ask.id]).go()

    def stars(self, ask: Ask, worker_id: int) -> int:
        """Stars in hundredths: those really given, or the worker's mean with the prior."""
        real = self.known.stars.get((ask.id, worker_id))
        if real is not None:
            return real
        one, rules = self.now_at[worker_id], self.rules
        assumed = rules.prior_stars_tenths * 10 * rules.prior_count
        count = one.stars_count + rules.prior_count
        return (one.stars_sum * 100 + assumed) // count if count else rules.prior_stars_tenths * 10


class _Asking:
    """The workers of one request being asked."""

    def __init__(self, run: _Replay, ask: Ask, able: list[tuple[Hand, Fixed]]) -> None:
        self.run, self.ask, self.able = run, ask, able
        self.found: dict[int, Candidate] = {}
        self.row: list[int] = []
        self.told: list[Told] = []
        self.open: list[tuple[int, int, str]] = []
        self.minutes, self.widened = 0, 0
        self.chosen: int | None = None

    def go(self) -> Tale:
        """Asks until somebody says yes, or nobody is left, or it is too late."""
        self.look()
        self.begin()
        while self.open or self.next():
            self.minutes, worker_id, says = heappop(self.open)
            if self.ask.asked_at + timedelta(minutes=self.minutes) >= self.ask.starts_at:
                break
            self.told.append(Told(worker_id, says, self.minutes))
            self.run.now_at[worker_id].answered += says != SILENT
            if says == YES:
                return self.taken(worker_id)
        return Tale(self.ask.id, tuple(self.told), chosen=self.chosen)

    def look(self) -> None:
        """Ranks those who were not asked yet, so far afield as it has been widened."""
        job = self.job()
        slots = slots_of(self.ask.starts_at, self.ask.ends_at, self.run.rules.buffer_min)
        now_at = self.run.now_at
        self.found = {h.worker_id: facts(self.ask, now_at[h.worker_id], fixed, slots) for h, fixed in self.able}
        rules = self.run.rules
        prior = {"prior_stars_tenths": rules.prior_stars_tenths, "prior_count": rules.prior_count}
        near = (c for c in self.found.values() if c.free and c.works_then and c.serves_area and c.km <= job.max_km)
        scale = scale_of(job, (c.jobs_30d for c in near), **prior)
        ranked = [r.worker_id for r in rank(job, self.found.values(), self.run.weights, scale)]
        self.row = sorted(ranked, key=lambda w: w not in self.ask.wanted)

    def job(self) -> Job:
        """The request as ranking sees it by now."""
        asked = frozenset(t.worker_id for t in self.told) | {worker_id for _at, worker_id, _says in self.open}
        job = self.ask.job
        return replace(job, max_km=job.max_km * WIDER**self.widened, not_workers=job.not_workers | asked)

    def begin(self) -> None:
        """The resident takes one of those shown, or leaves it to us: then the first few are asked, as set."""
        rules, budget = self.run.rules, self.ask.job.budget_max_fen
        fit = within_budget(self.row, lambda w: self.found[w].price_fen, budget, rules.budget_slack_percent)
        self.chosen = picked(self.run.habits, self.run.known, self.ask.id, fit[: rules.recommend])
        for worker_id in [self.chosen] if self.chosen is not None else self.row[: rules.at_once]:
            self.offer(worker_id)

    def next(self) -> bool:
        """Asks the next one, further afield where need be. False: nobody is left."""
        while not self.row:
            if self.widened >= self.run.rules.max_widen:
                return False
            self.widened += 1
            self.look()
        self.offer(self.row[0])
        return True

    def offer(self, worker_id: int) -> None:
        """One worker is asked; their answer comes in its time."""
        run = self.run
        said = answer(run.habits, run.known, self.ask.id, self.found[worker_id], run.rules.expire_minutes)
        self.row.remove(worker_id)
        run.now_at[worker_id].seen += 1
        heappush(self.open, (self.minutes + (said.minutes or 0), worker_id, said.says))

    def taken(self, worker_id: int) -> Tale:
        """Booked; whoever was still thinking about it is told that it is off."""
        run, ask, c = self.run, self.ask, self.found[worker_id]
        stars = run.stars(ask, worker_id)
        run.now_at[worker_id].book(ask, stars_drawn(run.habits, ask.id, worker_id, stars), run.rules.buffer_min)
        off = tuple(Told(other, "off", self.minutes) for _at, other, _says in sorted(self.open))
        return Tale(ask.id, (*self.told, *off), worker_id, self.minutes, c.km, c.price_fen, stars, self.chosen)
