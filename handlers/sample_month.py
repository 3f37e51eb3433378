"""The sample community's last weeks: invented requests, and what became of them by the same rules that decide every day (D2-D4).

Offers, visits, payments and stars are written as rows, as if the month had passed; nobody is told of it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers.clock import SHANGHAI, local
from handlers.sample import Sample
from models.data import load
from models.people import Address
from models.requests import Offer, Request
from models.rules.trying.chance import dice
from models.rules.trying.figures import Tale, Told
from models.rules.trying.habits import Habits
from models.rules.trying.invented import Home, invented_asks, invented_hand, servable
from models.rules.trying.replay import OfferRules, Town, replay
from models.rules.trying.town import Ask, Hand
from models.visits import Visit

DAYS = 54
AT_FIRST = 45  # of 100 requests of today, how many there were then; it grew
STATES = {"yes": "accepted", "no": "declined", "silent": "expired", "off": "withdrawn"}
CHANNELS = ("phone", "chat", "phone")
SILENT_RATERS = 40  # of 100 who leave stars without a word


def fill_month(sample: Sample) -> None:
    """Neighbours, and what they asked for in the eight weeks before today, more and more."""
    data = load("demo")
    for entry in data["neighbours"]:
        sample.neighbour(entry)
    month = data["last_month"]
    services = {entry["code"]: entry for entry in load("service_types")}
    midnight = datetime.combine(local(sample.now).date(), datetime.min.time(), SHANGHAI)
    begin = midnight - timedelta(days=DAYS)
    asks = invented_asks(_homes(sample), services, begin, DAYS, month["a_day"], month["seed"])
    asks = [a for a in asks if dice(100, month["seed"], a.id) < AT_FIRST + (100 - AT_FIRST) * (a.starts_at - begin).days // DAYS]
    hands = _hands(sample, data)
    town = Town(servable(asks, hands), hands)
    habits = Habits(seed=month["seed"])
    weights = sample.settings.matching.weights.model_dump()
    for ask, tale in zip(town.asks, replay(town, weights, OfferRules(), habits), strict=True):
        _write(sample, ask, tale, month["said"])


def _homes(sample: Sample) -> list[Home]:
    """Every address; the neighbours', who phone more often, count twice."""
    rows = Address.select().where(Address.community_id == sample.home).order_by(Address.id)
    homes = [Home(a.person_id, float(a.lat), float(a.lng), a.area) for a in rows]
    return homes + homes[len(homes) // 3 :]


def _hands(sample: Sample, data: dict[str, Any]) -> list[Hand]:
    """The workers, who are not free while they were somewhere else."""
    hands = [invented_hand(e, sample.workers[e["called"]].id, local(sample.now)) for e in data["workers"]]
    busy: dict[int, list[tuple[datetime, datetime]]] = {}
    for visit in Visit.select().where(Visit.community_id == sample.home):
        gap = timedelta(minutes=30)
        busy.setdefault(visit.worker_id, []).append((local(visit.starts_at) - gap, local(visit.ends_at) + gap))
    return [replace(hand, away=tuple(busy.get(hand.worker_id, ()))) for hand in hands]


def _write(sample: Sample, ask: Ask, tale: Tale, said: dict[int, list[str]]) -> None:
    """One request with its offers, and its visit where somebody took it."""
    names = {person.id: called for called, person in sample.people.items()}
    workers = {worker.id: called for called, worker in sample.workers.items()}
    entry: dict[str, Any] = {
        "resident": names[ask.household],
        "service": ask.job.service,
        "days": (ask.starts_at.date() - local(sample.now).date()).days,
        "hour": ask.starts_at.hour,
        "minutes": ask.minutes,
        "tasks": [],
        "asked_at": ask.asked_at,
        "channel": CHANNELS[dice(len(CHANNELS), ask.household)],
        "budget_max_fen": ask.job.budget_max_fen,
        "price_fen": tale.price_fen,
    }
    if tale.worker_id is None:
        request = sample.request(entry, sample.people[entry["resident"]], "expired", ask.starts_at)
    else:
        entry |= {"worker": workers[tale.worker_id], "agreed_at": ask.asked_at + timedelta(minutes=(tale.minutes or 0) + 20)}
        entry |= _rated(ask, tale, said)
        request = Request.get(Request.id == sample.visit(entry, past=True).request_id)
    if tale.chosen is not None:
        request.change(chosen_worker_id=tale.chosen)
    _offers(sample, request, ask, tale, workers)


def _rated(ask: Ask, tale: Tale, said: dict[int, list[str]]) -> dict[str, Any]:
    """Stars around the worker's mean, and now and then a word."""
    whole, part = divmod(tale.stars or 500, 100)
    stars = max(3, min(5, whole + (dice(100, ask.id, 1) < part)))
    silent = dice(100, ask.id, 2) < SILENT_RATERS
    return {"stars": stars, "words": "" if silent else said[stars][dice(len(said[stars]), ask.id, 3)]}


def _offers(sample: Sample, request: Request, ask: Ask, tale: Tale, workers: dict[int, str]) -> None:
    """Each worker who was asked, one after the other."""
    begun = 0
    for told in tale.told:
        _offer(sample, request, ask.asked_at + timedelta(minutes=begun), ask.asked_at, told, workers[told.worker_id])
        begun = told.minutes or begun


def _offer(
    sample: Sample, request: Request, made_at: datetime, asked_at: datetime, told: Told, worker: str
) -> None:
    terms = {
        "number": request.number,
        "service": request.service,
        "starts_at": request.starts_at.isoformat(),
        "asked_for": int(request.starts_at.timestamp()),
        "minutes": request.minutes,
        "people": 1,
        "tasks": [],
        "worker": worker,
    }
    answered = told.says in ("yes", "no")
    Offer.create(
        community_id=sample.home,
        request_id=request.id,
        worker_id=told.worker_id,
        state=STATES[told.says],
        terms=terms,
        expires_at=made_at + timedelta(minutes=sample.settings.offers.expire_minutes),
        answered_at=asked_at + timedelta(minutes=told.minutes or 0) if answered else None,
        created_at=made_at,
    )
