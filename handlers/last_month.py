"""The requests of the last month as a replay wants them: what was asked for, who could, and what really happened (D2, D6).

A fixed number of queries, whatever the month held. Workers stand as on its first day: what they got since is taken off again.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from handlers.candidates import prior_tenths
from handlers.catalogue import terms_for
from handlers.clock import local
from handlers.context import Context
from models.catalogue import ServiceType
from models.people import Address
from models.requests import Offer, Request
from models.rules.ranking import NEW_UNTIL, Job
from models.rules.trying.figures import Tale, Told
from models.rules.trying.habits import NO, SILENT, YES, Answer, Habits, Known
from models.rules.trying.replay import OfferRules, Town
from models.rules.trying.town import MONTH, Ask, Hand, km_between, price_for
from models.visits import Visit
from models.voices import Rating
from models.workers import BlockedPair, Document, Leave, Worker, WorkerSkill, WorkingHours

NEVER_LOOKED = ("draft", "submitted", "needs_info", "rejected")
NOT_HELD = ("cancelled", "replaced", "no_show")
SAYS = {"accepted": YES, "declined": NO, "expired": SILENT}


@dataclass(frozen=True)
class LastMonth:
    """What a replay goes through, and what really came of it. Nothing of it asks the database again."""

    asks: list[Ask]
    hands: list[Hand]
    known: Known
    real: list[Tale]
    newcomers: frozenset[int]
    called: dict[int, str]
    since: datetime | None

    @cached_property
    def town(self) -> Town:
        """Requests and workers made ready, which takes a moment: not while a transaction is open."""
        return Town(self.asks, self.hands)

    @property
    def workers(self) -> tuple[int, ...]:
        """Everybody who could have been asked."""
        return tuple(hand.worker_id for hand in self.hands)


def load_month(ctx: Context) -> LastMonth:
    """The newest requests of the last `trying.days`, at most `trying.most_requests`."""
    rows = _Rows(ctx)
    hands, called = rows.hands()
    asks = [rows.ask(request) for request in rows.requests]
    asks.sort(key=lambda a: (a.asked_at, a.id))
    hand_of = {hand.worker_id: hand for hand in hands}
    real = [rows.tale(ask, hand_of) for ask in asks]
    newcomers = frozenset(hand.worker_id for hand in hands if hand.stars_count < NEW_UNTIL)
    since = min((a.asked_at for a in asks), default=None)
    return LastMonth(asks, hands, rows.known(), real, newcomers, called, since)


def rules_of(ctx: Context) -> OfferRules:
    """The settings of matching and offers, as a replay wants them."""
    m, offers = ctx.settings.matching, ctx.settings.offers
    return OfferRules(
        expire_minutes=offers.expire_minutes,
        at_once=offers.at_once,
        max_widen=offers.max_widen,
        recommend=m.recommend,
        budget_slack_percent=ctx.settings.requests.budget_slack_percent,
        buffer_min=m.buffer_min,
        prior_stars_tenths=prior_tenths(ctx),
        prior_count=m.prior_count,
    )


def habits_of(ctx: Context) -> Habits:
    """How people are taken to behave where it is not known (`trying` in config.yaml)."""
    own = ctx.settings.trying
    return Habits(**{name: getattr(own, name) for name in Habits.__dataclass_fields__})


class _Rows:
    """What is read from the database, each kind of row once."""

    def __init__(self, ctx: Context) -> None:
        self.ctx, self.here = ctx, ctx.community_id
        self.from_day = ctx.now - timedelta(days=ctx.settings.trying.days)
        self.offers: dict[int, list[Offer]] = {}
        self.requests = self._requests()
        ids = [r.id for r in self.requests]
        visits = list(Visit.select().where((Visit.community_id == self.here) & (Visit.starts_at > self.from_day - MONTH)))
        self.visits = {v.request_id: v for v in visits if v.request_id in set(ids) and v.state not in NOT_HELD}
        self.others = [v for v in visits if v.request_id not in set(ids) and v.state not in NOT_HELD]
        mine = (Rating.community_id == self.here) & (Rating.by == "resident") & (Rating.created_at > self.from_day)
        self.ratings = list(Rating.select().where(mine))
        self.rated = {r.visit_id: r.stars * 100 for r in self.ratings}
        of_these = Address.id.in_([r.address_id for r in self.requests if r.address_id])
        self.homes = {a.id: a for a in Address.select().where((Address.community_id == self.here) & of_these)}
        self.services = {s.code: s for s in ServiceType.select().where(ServiceType.community_id == self.here)}
        self.names = {w.called: w.id for w in Worker.select().where(Worker.community_id == self.here)}

    def _requests(self) -> list[Request]:
        """Those for one worker that came to matching; a cancelled one only if somebody had been asked."""
        here = (Request.community_id == self.here) & (Request.submitted_at > self.from_day) & Request.team_id.is_null()
        whole = Request.service.is_null(False) & Request.starts_at.is_null(False) & (Request.submitted_at <= self.ctx.now)
        most = self.ctx.settings.trying.most_requests
        query = Request.select().where(here & whole & Request.state.not_in(NEVER_LOOKED))
        rows = list(query.order_by(Request.submitted_at.desc()).limit(most))
        mine = (Offer.community_id == self.here) & Offer.request_id.in_([r.id for r in rows])
        for offer in Offer.select().where(mine).order_by(Offer.created_at, Offer.id):
            self.offers.setdefault(offer.request_id, []).append(offer)
        return [r for r in rows if r.state != "cancelled" or r.id in self.offers]

    def ask(self, request: Request) -> Ask:
        """One request; its clock runs from the first offer, or from when it was handed in."""
        service, home, middle = self.services[request.service], self.homes.get(request.address_id), self.ctx.settings.community
        offers = self.offers.get(request.id)
        minutes = request.minutes or service.usual_minutes
        return Ask(
            id=request.id,
            household=request.person_id,
            asked_at=local(offers[0].created_at if offers else request.submitted_at),
            starts_at=local(request.starts_at),
            minutes=minutes,
            job=self._job(request, service, minutes),
            terms=terms_for(service),
            lat=float(home.lat) if home is not None and home.lat else middle.lat,
            lng=float(home.lng) if home is not None and home.lng else middle.lng,
            area=home.area if home is not None else "",
            day_level=service.day_level,
            people=request.people,
            tasks=tuple(request.tasks),
            extras=request.extras,
            wanted=self._wanted(request.wishes),
        )

    def _job(self, request: Request, service: ServiceType, minutes: int) -> Job:
        m, wishes = self.ctx.settings.matching, request.wishes
        return Job(
            service=service.code,
            documents=frozenset(service.terms.get("documents", [])),
            budget_max_fen=request.budget_max_fen,
            sex=wishes.get("sex", ""),
            language=wishes.get("language", ""),
            max_km=float(m.max_km),
            day_cap_min=m.day_cap_min,
            week_cap_min=m.week_cap_min,
            minutes=minutes,
            not_workers=frozenset(wishes.get("not_worker_ids", [])),
        )

    def _wanted(self, wishes: dict[str, Any]) -> frozenset[int]:
        named = wishes.get("worker_id") or self.names.get(wishes.get("worker_name", ""))
        return frozenset([int(named)] if named else [])

    def hands(self) -> tuple[list[Hand], dict[int, str]]:
        """The workers, as they stood on the first day."""
        mine = (Worker.community_id == self.here) & (Worker.state == "active")
        workers = list(Worker.select().where(mine))
        made = _Hands(self, [w.id for w in workers])
        return [made.hand(w) for w in workers], {w.id: w.called for w in workers}

    def known(self) -> Known:
        """What workers really said, and how many stars a visit really got."""
        answers: dict[tuple[int, int], Answer] = {}
        for request_id, visit in self.visits.items():
            answers[request_id, visit.worker_id] = Answer(YES, None)
        for offers in self.offers.values():
            for offer in offers:
                if offer.state in SAYS:
                    answers[offer.request_id, offer.worker_id] = Answer(SAYS[offer.state], _minutes_of(offer))
        stars = {(v.request_id, v.worker_id): self.rated[v.id] for v in self.visits.values() if v.id in self.rated}
        return Known(answers, stars, {r.id: r.chosen_worker_id for r in self.requests if r.id in self.offers})

    def tale(self, ask: Ask, hand_of: dict[int, Hand]) -> Tale:
        """What really became of a request."""
        offers, visit = self.offers.get(ask.id, []), self.visits.get(ask.id)
        told = tuple(Told(o.worker_id, SAYS.get(o.state, "off"), _minutes_since(offers[0], o)) for o in offers)
        taken = next((o for o in reversed(offers) if o.state == "accepted"), None)
        worker_id = visit.worker_id if visit is not None else taken.worker_id if taken is not None else None
        if worker_id is None:
            return Tale(ask.id, told)
        hand = hand_of.get(worker_id)
        price = visit.total_fen if visit is not None else price_for(hand, ask) if hand is not None else 0
        minutes = _minutes_since(offers[0], taken) if taken is not None else None
        stars = self.rated.get(visit.id) if visit is not None else None
        return Tale(ask.id, told, worker_id, minutes, km_between(hand, ask) if hand is not None else 0.0, price, stars)


def _minutes_of(offer: Offer) -> int | None:
    """Minutes that the worker took to answer."""
    end = offer.answered_at or offer.expires_at
    return max(1, round((end - offer.created_at).total_seconds() / 60))


def _minutes_since(first: Offer, offer: Offer) -> int:
    """Minutes from the first offer of a request to the answer of this one."""
    end = offer.answered_at or offer.expires_at
    return max(1, round((end - first.created_at).total_seconds() / 60))


class _Hands:
    """What belongs to each worker, gathered by their ids."""

    def __init__(self, rows: _Rows, ids: list[int]) -> None:
        self.rows, self.from_day, here = rows, rows.from_day, rows.here

        def all_of(model: Any) -> Iterable[Any]:
            return model.select().where((model.community_id == here) & model.worker_id.in_(ids))

        self.skills: dict[int, dict[str, int | None]] = {}
        for skill in all_of(WorkerSkill):
            if skill.active:
                self.skills.setdefault(skill.worker_id, {})[skill.service] = skill.price_fen
        self.papers: dict[int, list[tuple[str, str, str]]] = {}
        for paper in all_of(Document):
            if paper.state == "valid":
                self.papers.setdefault(paper.worker_id, []).append((paper.kind, paper.valid_from, paper.valid_to))
        self.hours: dict[int, dict[int, list[tuple[int, int]]]] = {}
        for row in all_of(WorkingHours):
            self.hours.setdefault(row.worker_id, {}).setdefault(row.weekday, []).append((row.from_min, row.to_min))
        self.away: dict[int, list[tuple[datetime, datetime]]] = {}
        for leave in all_of(Leave):
            self.away.setdefault(leave.worker_id, []).append((local(leave.starts_at), local(leave.ends_at)))
        self.blocked: dict[int, set[int]] = {}
        for pair in all_of(BlockedPair):
            self.blocked.setdefault(pair.worker_id, set()).add(pair.person_id)
        self.starts: dict[int, list[datetime]] = {}
        self.before: dict[int, Counter[int]] = {}
        self._visits()
        self._since()

    def _visits(self) -> None:
        """Visits of other requests: those in the month take time, those before it count as work done."""
        gap = timedelta(minutes=self.rows.ctx.settings.matching.buffer_min)
        for v in self.rows.others:
            if v.starts_at > self.from_day:
                self.away.setdefault(v.worker_id, []).append((local(v.starts_at) - gap, local(v.ends_at) + gap))
            else:
                self.starts.setdefault(v.worker_id, []).append(local(v.starts_at))
                self.before.setdefault(v.worker_id, Counter())[v.person_id] += 1

    def _since(self) -> None:
        """What each worker got in the month, to be taken off."""
        self.stars, self.rated, self.seen, self.answered = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
        for rating in self.rows.ratings:
            self.stars[rating.worker_id] += rating.stars
            self.rated[rating.worker_id] += 1
        for offers in self.rows.offers.values():
            for offer in offers:
                self.seen[offer.worker_id] += 1
                self.answered[offer.worker_id] += offer.answered_at is not None

    def hand(self, w: Worker) -> Hand:
        """One worker."""
        middle = self.rows.ctx.settings.community
        count = max(0, w.stars_count - self.rated[w.id])
        seen = max(0, w.offers_seen - self.seen[w.id])
        return Hand(
            worker_id=w.id,
            skills=self.skills.get(w.id, {}),
            documents=tuple(self.papers.get(w.id, ())),
            hours={day: tuple(stretches) for day, stretches in self.hours.get(w.id, {}).items()},
            lat=float(w.lat or middle.lat),
            lng=float(w.lng or middle.lng),
            areas=tuple(w.areas),
            away=tuple(self.away.get(w.id, ())),
            stars_sum=min(5 * count, max(count, w.stars_sum - self.stars[w.id])),
            stars_count=count,
            offers_seen=seen,
            offers_answered=min(seen, max(0, w.offers_answered - self.answered[w.id])),
            sex=w.sex,
            languages=frozenset(w.languages),
            blocked=frozenset(self.blocked.get(w.id, ())),
            before=self.before.get(w.id, {}),
            starts=tuple(self.starts.get(w.id, ())),
        )
