"""One worker, many who want the same hours: the database refuses the second, on either kind (D1, D4)."""

import itertools
import random
import threading
from typing import Any

import pytest
from peewee import IntegrityError

from handlers.context import in_one_go
from models.connection import release
from models.rules.slots import slots_of
from models.workers import BookedSlot
from tests.stores import MORNING

TRIES, THREADS = 2400, 8
pytestmark = [pytest.mark.slow, pytest.mark.both]


def book(holder: str, first: int, quarters: int) -> bool:
    """Tries to take so many quarters of an hour; all or nothing."""
    rows = [{"community_id": 1, "worker_id": 1, "slot": first + n, "holder": holder} for n in range(quarters)]
    try:
        in_one_go(lambda: BookedSlot.insert_many(rows).execute())
    except IntegrityError:
        return False
    return True


def test_2400_tries_leave_no_overlap(database: Any) -> None:
    """D4: eight threads try 2,400 bookings of 15 minutes to 3 hours within three days: none overlap, each is whole."""
    numbers, won, failures = itertools.count(), {}, []

    def one(seed: int) -> None:
        dice = random.Random(seed)
        try:
            while (number := next(numbers)) < TRIES:
                first, quarters = dice.randrange(3 * 96), dice.randrange(1, 13)
                if book(f"request:{number}", first, quarters):
                    won[f"request:{number}"] = (first, quarters)
        except Exception as failure:
            failures.append(failure)
        finally:
            release()
            database.close()

    threads = [threading.Thread(target=one, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and next(numbers) >= TRIES and len(won) > 20
    held: dict[str, list[int]] = {}
    for row in BookedSlot.select().order_by(BookedSlot.slot):
        held.setdefault(row.holder, []).append(row.slot)
    assert held == {holder: list(range(first, first + n)) for holder, (first, n) in won.items()}


def test_touching_hours_are_both_booked(database: Any) -> None:
    """D4: from nine to ten and from ten to eleven touch, and do not overlap."""
    ten_o_clock = MORNING.replace(hour=10)
    nine, ten = slots_of(MORNING, ten_o_clock), slots_of(ten_o_clock, MORNING.replace(hour=11))
    assert book("request:1", nine[0], len(nine)) and book("request:2", ten[0], len(ten))
    assert not book("request:3", nine[-1], 2)
