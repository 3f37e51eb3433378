"""Sends what is due: the calls of the platform overlap, each person's messages go one after the other.

One thread has the database; the others only call. What came of the calls that have ended and the claims of as many new rows are one
transaction, so that a safe write to the disk is shared by those who wait for it; only what the platform would not know again is
written down before anything else. Each row that is claimed is called at once: what a crash leaves unknown is no more than what
was being called.
"""

import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from handlers.claiming import anything_due
from handlers.context import REFUSALS, Context, in_one_go, let_go, transaction
from handlers.delivery import DONE, HELD, NOTHING, Claimed, Outcome, call, record, take_next
from handlers.later import typing_wanted
from handlers.logs import log
from handlers.platform import Platform
from handlers.receipts import match_early

AT_ONCE = 500  # messages a round, so that the other loops of the process have their turn
HELD_AT_ONCE = 50  # rows put off a round: a call that rests must not keep the database busy
EARLY_EVERY_S = 5.0
LONGEST_CALL_S = 5.0  # of a lease, what the call itself may have taken
AGAIN_S = 0.3  # before a database that refused is asked again


@dataclass
class Taken:
    """What one transaction has claimed. `left` and `held`: how much of the round there still is."""

    left: int
    held: int
    claimed: list[Claimed] = field(default_factory=list)
    done: int = 0
    more: bool = True


@dataclass(frozen=True)
class Room:
    """How many more may be called now, and how many of them by a way that the platform would take twice."""

    calls: int
    risky: int


NO_ROOM = Room(0, 0)


def is_risky(claimed: Claimed) -> bool:
    """Whether a repeat after a crash would reach the person twice: only a template message is known by its id."""
    return claimed.plan.channel != "template"


class Sender:
    """One process's sending. `context` gives a fresh moment; `threads` calls at once, `at_risk` of them such as a crash may repeat
    before the person's eyes."""

    def __init__(self, context: Callable[[], Context], platform: Platform, threads: int, at_risk: int = 1) -> None:
        self.context, self.platform, self.threads, self.at_risk = context, platform, threads, at_risk
        self.early_at = 0.0
        self.under_way: tuple[int, ...] = ()
        self.stopping = False
        self.hands = ThreadPoolExecutor(threads, "sender")

    def round(self) -> int:
        """Sends what is due, at most AT_ONCE messages; says how many were worked on."""
        self._beside()
        try:
            return self._all_hands() if self._due() else 0
        finally:
            let_go()

    def stop(self) -> None:
        """The process is to end: what is being called is written down, nothing more is claimed."""
        self.stopping = True

    def _due(self) -> bool:
        try:
            return anything_due(self.context())
        except REFUSALS as refusal:
            log.error("sending.refused", error=str(refusal))
            return False

    def _beside(self) -> None:
        """Shows who is being answered late that an answer comes; matches receipts that crossed."""
        ctx = self.context()
        try:
            for app_id, openid in typing_wanted(ctx):
                self.platform.show_typing(app_id, openid)
            if time.monotonic() - self.early_at >= EARLY_EVERY_S:
                self.early_at = time.monotonic()
                match_early(ctx)
        except REFUSALS as refusal:
            log.error("sending.refused", error=str(refusal))

    def _all_hands(self) -> int:
        """Calls as long as there is something to call; then what is still under way is waited for and written down."""
        calling: dict[Future[Outcome], Claimed] = {}
        outcomes: list[Outcome] = []
        taken = Taken(AT_ONCE, HELD_AT_ONCE)
        while taken.more or calling or outcomes:
            room = Room(self.threads - len(calling), self.at_risk - sum(map(is_risky, calling.values())))
            self.under_way = tuple(claimed.row.id for claimed in calling.values())
            taken = self._write(outcomes, taken, room)
            calling |= {self.hands.submit(self._call, claimed): claimed for claimed in taken.claimed}
            ended = wait(calling, return_when=FIRST_COMPLETED).done if calling else set()
            outcomes = [future.result() for future in ended]
            calling = {future: claimed for future, claimed in calling.items() if future not in ended}
        return taken.done

    def _call(self, claimed: Claimed) -> Outcome:
        try:
            return call(self.platform, claimed)
        finally:
            let_go()

    def _write(self, outcomes: list[Outcome], before: Taken, room: Room) -> Taken:
        """Writes down what came of the calls and claims new rows, in one transaction; what a crash would repeat before somebody's
        eyes is written down first, by itself, so that it is known as soon as can be."""
        more = (before.more or outcomes) and before.left > 0 and before.held > 0  # who stood behind one may go now
        may_claim = more and not self.stopping
        if may_claim and any(is_risky(outcome.claimed) for outcome in outcomes):
            self._surely(outcomes, before, NO_ROOM)
            outcomes = []
        return self._surely(outcomes, before, room if may_claim else NO_ROOM)

    def _surely(self, outcomes: list[Outcome], before: Taken, room: Room) -> Taken:
        """Outcomes are written down whatever it takes, since a forgotten one would be sent again: a database that refuses is asked
        again as long as the rows are surely ours. New rows are claimed only if it takes both at once."""
        ctx = replace(self.context(), under_way=self.under_way)
        until = time.monotonic() + ctx.settings.messages.lease_s - 2 * LONGEST_CALL_S
        while True:
            try:
                return in_one_go(lambda room=room: _write_once(ctx, outcomes, before, room))  # type: ignore[misc]
            except Exception as failure:  # a mistake of ours in a claim is none of the outcomes' either
                tell = log.error if isinstance(failure, REFUSALS) else log.exception
                tell("sending.refused", error=str(failure), outcomes=len(outcomes))
                room = NO_ROOM
                if not outcomes or time.monotonic() >= until:
                    return Taken(before.left, before.held, done=before.done, more=False)
                time.sleep(AGAIN_S)


def _write_once(ctx: Context, outcomes: list[Outcome], before: Taken, room: Room) -> Taken:
    for outcome in outcomes:
        _record(ctx, outcome)
    taken = Taken(before.left, before.held, done=before.done, more=room.calls > 0)
    while taken.more and len(taken.claimed) < room.calls and sum(map(is_risky, taken.claimed)) < room.risky:
        came, claimed = take_next(ctx)
        taken.left -= 1
        taken.held -= came == HELD
        taken.done += came in (DONE, HELD)
        if claimed is not None:
            taken.claimed.append(claimed)
        taken.more = came != NOTHING and taken.left > 0 and taken.held > 0
    return taken


def _record(ctx: Context, outcome: Outcome) -> None:
    """One that fails by a mistake of ours must not take the others with it: its row comes back when its lease is over."""
    try:
        with transaction():
            record(ctx, outcome)
    except REFUSALS:
        raise
    except Exception:
        log.exception("sending.not_recorded", outbox=outcome.claimed.row.id)
