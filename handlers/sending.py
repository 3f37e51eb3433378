"""Sends what is due with several threads: the calls of the platform overlap, each person's messages go one after the other."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from peewee import InterfaceError, OperationalError

from handlers.claiming import anything_due
from handlers.context import Context, let_go
from handlers.delivery import DONE, HELD, NOTHING, deliver_next
from handlers.later import typing_wanted
from handlers.logs import log
from handlers.platform import Platform
from handlers.receipts import match_early
from models.base import database
from models.connection import is_postgres

AT_ONCE = 500  # messages a round, so that the other loops of the process have their turn
HELD_AT_ONCE = 50  # rows put off a round: a call that rests must not keep the database busy
EARLY_EVERY_S = 5.0
REFUSALS = (OperationalError, InterfaceError)


class Sender:
    """One process's sending. `context` gives a fresh moment."""

    def __init__(self, context: Callable[[], Context], platform: Platform, threads: int) -> None:
        self.context, self.platform, self.threads = context, platform, threads
        self.early_at = 0.0
        self.turn: AbstractContextManager[Any] = nullcontext() if is_postgres() else threading.Lock()

    def round(self) -> int:
        """Sends what is due, at most AT_ONCE messages; says how many were worked on."""
        self._beside()
        budget = Budget(AT_ONCE, HELD_AT_ONCE)
        try:
            if self._due() and self._one(budget):
                self._all_hands(budget)
        finally:
            let_go()
        return budget.done

    def _due(self) -> bool:
        try:
            return anything_due(self.context())
        except REFUSALS as refusal:
            log.error("sending.refused", error=str(refusal))
            return False

    def _all_hands(self, budget: "Budget") -> None:
        helpers = [threading.Thread(target=self._help, args=(budget,)) for _ in range(self.threads - 1)]
        for helper in helpers:
            helper.start()
        self._work(budget)
        for helper in helpers:
            helper.join()

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

    def _help(self, budget: "Budget") -> None:
        try:
            self._work(budget)
        finally:
            database.close()  # the connection belongs to this thread

    def _work(self, budget: "Budget") -> None:
        while self._one(budget):
            pass

    def _one(self, budget: "Budget") -> bool:
        if not budget.take():
            return False
        try:
            came = deliver_next(self.context(), self.platform, self.turn)
        except REFUSALS as refusal:
            log.error("sending.refused", error=str(refusal))
            came = NOTHING
        budget.note(came)
        return came != NOTHING


class Budget:
    """How much of a round is left; shared by its threads."""

    def __init__(self, at_once: int, held: int) -> None:
        self.left, self.held, self.done = at_once, held, 0
        self.lock = threading.Lock()

    def take(self) -> bool:
        """False when the round is over."""
        with self.lock:
            self.left -= 1
            return self.left >= 0 and self.held > 0

    def note(self, came: int) -> None:
        """What came of one."""
        with self.lock:
            self.done += came in (DONE, HELD)
            self.held -= came == HELD
