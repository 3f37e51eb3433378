"""Rows about people who act at the same moment: real pushes of the cast, all at a barrier, and what the books say afterwards."""

import itertools
import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from handlers.cancelling import cancel_request
from handlers.clock import SHANGHAI, SystemClock
from handlers.context import Context, Refused, person_actor, staff_actor
from handlers.drafts import save_draft
from handlers.offering import make_one_offer
from handlers.requests import submit_request
from handlers.review import approve_request
from models.base import database
from models.clocks import Event
from models.people import Address, Person, Staff
from models.requests import Offer, Request
from models.rules.lifecycles import ALL
from models.visits import Agreement, Visit
from models.voices import Complaint
from models.workers import BookedSlot, Worker, WorkerSkill
from tests.cast import WORKERS, openid
from tests.chaos.house import House
from tests.chaos.load import Load
from tests.chaos.report import Row

RESIDENT, COORDINATOR, SERVICE = "刘大爷", "陈姐", "cleaning"
TAKEN = ("这单已经", "这一单", "已经有人", "不用去")
KINDS: dict[str, Any] = {"request": Request, "offer": Offer, "agreement": Agreement, "visit": Visit, "complaint": Complaint}
Tap = tuple[str, str, str]  # who, the words, the choice behind them


class Desk:
    """The sample community's desk: makes requests, and asks several workers at once, as no person would."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.uncle = Person.get(Person.called == RESIDENT)
        Worker.update(areas=[]).execute()
        for worker in Worker.select():
            mine = {"community_id": worker.community_id, "worker_id": worker.id, "service": SERVICE}
            if not WorkerSkill.select().where(WorkerSkill.worker_id == worker.id, WorkerSkill.service == SERVICE).exists():
                WorkerSkill.insert(**mine).execute()
        for who in (RESIDENT, *WORKERS):
            house.follows(who)

    def ctx(self, called: str) -> Context:
        """One of the cast or of the staff, at this moment."""
        person = Person.get_or_none(Person.called == called)
        actor = person_actor(person) if person else staff_actor(Staff.get(Staff.called == called))
        return Context(actor, SystemClock().now() + timedelta(seconds=self.house.offset_s()), self.house.settings)

    def at(self, days: int, hour: int = 9) -> datetime:
        """An hour of one of the next days."""
        day = self.ctx(COORDINATOR).now.astimezone(SHANGHAI) + timedelta(days=days)
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)

    def request(self, starts_at: datetime, minutes: int = 120) -> Request:
        """Approved, so that workers can be asked."""
        home = Address.get(Address.person_id == self.uncle.id)
        fields = {"service": SERVICE, "starts_at": starts_at, "minutes": minutes, "address_id": home.id, "words": "打扫"}
        made = submit_request(self.ctx(RESIDENT), save_draft(self.ctx(RESIDENT), None, **fields).id)
        if made.state == "submitted":
            approve_request(self.ctx(COORDINATOR), made.id)
        return Request.get_by_id(made.id)

    def ask(self, request: Request, names: tuple[str, ...]) -> dict[str, int]:
        """All of them are asked; their offers."""
        with database.atomic():
            found = {}
            for name in names:
                worker = Worker.get(Worker.called == name)
                found[name] = make_one_offer(self.ctx(COORDINATOR), Request.get_by_id(request.id), worker.id).id
            return found

    def clear(self, request: Request) -> None:
        """It is over: everybody's time is free again."""
        try:
            cancel_request(self.ctx(RESIDENT), request.id)
        except Refused:
            pass


def at_once(house: House, taps: list[Tap]) -> list[dict[str, Any]]:
    """All of these are pushed when the barrier opens; what each was answered, in their order."""
    barrier, said = threading.Barrier(len(taps)), [{} for _ in taps]

    def one(place: int, tap: Tap) -> None:
        who, words, choice = tap
        barrier.wait()
        said[place] = house.push(openid(who), words, choice)

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(taps)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def words_of(answer: dict[str, Any]) -> str:
    """What the person reads at once; nothing where the answer comes later as a message."""
    return str((answer.get("reply") or {}).get("Content", ""))


def f4_one_has_it(house: House, load: Load, scale: float) -> Row:
    """Two, then ten workers tap 接 at the same moment: one has the job, each other one is told so."""
    desk, rounds, found = Desk(house), int(max(20, 1000 * scale / 3)), []
    for number in range(rounds):
        names = WORKERS[:2] if number % 2 else WORKERS[:10]
        request = desk.request(desk.at(2 + number % 20))
        offers = desk.ask(request, names)
        answers = at_once(house, [(name, "接", f"offer:{offers[name]}:accept") for name in names])
        house.wait_for(lambda: not house.waiting(), 20)
        states = [o.state for o in Offer.select().where(Offer.request_id == request.id)]
        sealed = Agreement.select().where(Agreement.request_id == request.id).count()
        polite = sum(answer["status"] == 200 and bool(words_of(answer) or answer["body"] == "success") for answer in answers)
        found.append((states.count("accepted") == 1 == sealed, set(states) == {"accepted", "withdrawn"}, polite == len(names)))
        desk.clear(request)
    won, clean, told = (sum(column) for column in zip(*found, strict=True))
    said = f"{rounds} rounds of 2 and of 10 workers: one winner in {won}, the others withdrawn in {clean}, everybody answered in {told}"
    return Row("F4", "two and ten workers tap 接 at once", said, won == clean == told == rounds)


def f5_no_overlap(house: House, load: Load, scale: float) -> Row:
    """One worker takes eight jobs of overlapping hours at the same moment, again and again."""
    desk, dice, rounds = Desk(house), random.Random(house.seed), int(max(6, 300 * scale / 4))
    tries = overlaps = held = 0
    worker = Worker.get(Worker.called == WORKERS[0])
    for number in range(rounds):
        requests = [desk.request(desk.at(30 + number, dice.randrange(8, 16)), 60 * dice.randrange(1, 4)) for _ in range(8)]
        offers = [desk.ask(request, WORKERS[:1])[WORKERS[0]] for request in requests]
        at_once(house, [(WORKERS[0], "接", f"offer:{offer}:accept") for offer in offers])
        house.wait_for(lambda: not house.waiting(), 20)
        slots = [row.slot for row in BookedSlot.select().where(BookedSlot.worker_id == worker.id)]
        taken = [r for r in map(Request.get_by_id, [r.id for r in requests]) if r.state == "negotiating"]
        hours = sorted((r.starts_at, r.starts_at + timedelta(minutes=r.minutes)) for r in taken)
        overlaps += len(slots) - len(set(slots)) + sum(a[1] > b[0] for a, b in itertools.pairwise(hours))
        tries, held = tries + len(offers), held + len(taken)
        for request in requests:
            desk.clear(request)
    said = f"{tries} tries in {rounds} rounds, {held} booked, {overlaps} overlaps"
    return Row("F5", "one worker takes overlapping jobs at once", said, not overlaps and held >= rounds)


def f19_any_order(house: House, load: Load, scale: float) -> Row:
    """What belongs together comes in any order and at the same moment: accept before request, cancel during accept, rating before done."""
    desk, dice, rounds = Desk(house), random.Random(house.seed), int(max(15, 500 * scale / 3))
    first, silent, sent = Event.select().order_by(Event.id.desc()).get().id, 0, 0
    for number in range(rounds):
        request = desk.request(desk.at(2 + number % 20))
        offer = desk.ask(request, WORKERS[:1])[WORKERS[0]]
        taps = any_order(dice, request.id, offer)
        for begin in range(0, len(taps), 4):
            answers = at_once(house, taps[begin : begin + 4])
            sent += len(answers)
            silent += sum(answer["status"] != 200 for answer in answers)
        house.wait_for(lambda: not house.waiting(), 20)
        desk.clear(request)
    wrong = illegal(first)
    said = f"{rounds} rounds, {sent} pushes, not answered {silent}, illegal states {len(wrong)} {' '.join(wrong[:3])}"
    return Row("F19", "anything in any order, at the same moment", said, not wrong and not silent)


def any_order(dice: random.Random, request: int, offer: int) -> list[Tap]:
    """A day's taps of both sides, shuffled; agreement and visit are named before they exist."""
    agreement, visit = (Agreement.select().count() + 1, Visit.select().count() + 1)
    worker, resident = WORKERS[0], RESIDENT
    taps = [
        (worker, "接", f"offer:{offer}:accept"), (worker, "确认", f"agreement:{agreement}:confirm"),
        (resident, "确认", f"agreement:{agreement}:confirm"), (worker, "出发了", f"visit:{visit}:set_out"),
        (worker, "到了", f"visit:{visit}:check_in"), (worker, "做完了", f"visit:{visit}:check_out"),
        (resident, "对", f"visit:{visit}:confirm"), (worker, "收到现金", f"visit:{visit}:cash"),
        (resident, "五星", f"visit:{visit}:rate"), (resident, "取消", f"request:{request}:cancel_yes"),
        (worker, "去不了", f"offer:{offer}:decline"), (resident, "不同意", f"agreement:{agreement}:decline"),
    ]  # fmt: skip
    dice.shuffle(taps)
    return taps


def illegal(after: int) -> list[str]:
    """Changes of state that no table declares or that do not begin where the last one ended, and rows that are elsewhere."""
    wrong, at = [], dict[tuple[str, int], str]()
    for event in Event.select().where(Event.subject_kind.in_(list(ALL))).order_by(Event.id):
        if not event.to_state:
            continue
        thing = (event.subject_kind, event.subject_id)
        step = ALL[event.subject_kind].step(event.from_state, event.verb) if event.from_state else None
        declared = not event.from_state or (step is not None and step.to == event.to_state)
        if event.id > after and not (declared and at.get(thing, event.from_state) == event.from_state):
            wrong.append(f"{thing}: {event.from_state} {event.verb} {event.to_state}")
        at[thing] = event.to_state
    for kind, model in KINDS.items():
        rows = {row.id: row.state for row in model.select()}
        mine = {row_id: state for (name, row_id), state in at.items() if name == kind}
        wrong += [f"{kind} {row_id} is {rows.get(row_id)}" for row_id, state in mine.items() if rows.get(row_id) != state]
    return wrong


ROWS: dict[str, Callable[[House, Load, float], Row]] = {"f4": f4_one_has_it, "f5": f5_no_overlap, "f19": f19_any_order}
