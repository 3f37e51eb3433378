"""The spool: while the database refuses, pushes are kept safely beside it and acknowledged; nothing is lost, doubled or overtaken (Q1)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from peewee import OperationalError

from handlers import spool as spooling
from handlers.clock import SystemClock
from handlers.context import Context, public_actor
from handlers.inbox import DatabaseRefuses, Push, Receipt
from handlers.intake import Refusing
from handlers.spool import KIND, Spool
from models.messages import Inbox

TAKEN = Receipt("好")


def push(number: int) -> Push:
    return Push("wx", f"m:{number}", "oWang", f"第{number}句")


class Door:
    """A database that refuses for as long as it is told to."""

    def __init__(self, settings: Any, folder: Path | str) -> None:
        self.settings, self.away, self.now, self.asked = settings, True, 100.0, 0
        self.spool, self.refusing = Spool(str(folder)), Refusing(lambda: self.now)

    def take(self) -> Receipt:
        if self.away:
            raise DatabaseRefuses("away")
        return TAKEN

    def through(self, number: int, take: Callable[[], Receipt] | None = None) -> Receipt:
        ctx = Context(public_actor(0), SystemClock().now(), self.settings)
        return self.spool.through(ctx, push(number), self.refusing, take or self.take)


@pytest.fixture
def door(settings: Any, database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Door:
    made, store = Door(settings, tmp_path / "spool"), spooling._store

    def refuse_or_store(kept: list[Any]) -> None:
        made.asked += 1
        if made.away:
            raise OperationalError("away")
        store(kept)

    monkeypatch.setattr(spooling, "_store", refuse_or_store)
    return made


def kept(door: Door) -> list[Path]:
    return sorted(Path(door.spool.folder or "").glob(f"*{KIND}"))


def inbox() -> list[tuple[str, str]]:
    return [(row.key, row.body) for row in Inbox.select().order_by(Inbox.id)]


def test_what_the_database_refuses_is_kept_and_goes_first(door: Door) -> None:
    """Q1: three come while it is away, sealed on the disk; the next one finds it back, and all are taken in, in their order."""
    assert all(door.through(number).later for number in range(3))
    assert len(kept(door)) == 3 and not any("第" in file.read_text() for file in kept(door)) and not inbox()
    door.now, door.away = door.now + 1, False
    assert door.through(3) == TAKEN
    assert inbox() == [(f"m:{n}", f"第{n}句") for n in range(3)] and not kept(door)


def test_nothing_overtakes_what_is_kept(door: Door) -> None:
    """Q1: as long as it can't be taken in, a newer one is laid behind it, and the database is not asked by everybody."""
    door.through(0)
    assert all(door.through(number, lambda: TAKEN).later for number in range(1, 5)) and door.asked == 1
    door.now, door.away = door.now + 1, False
    assert door.through(5) == TAKEN and [key for key, _ in inbox()] == [f"m:{n}" for n in range(5)]


def test_twice_is_once(door: Door) -> None:
    """Q1: the same push kept twice, or taken in before a crash, is one row."""
    door.through(7)
    door.through(7)
    door.away = False
    copies = {file.name: file.read_text() for file in kept(door)}
    assert door.spool.drain() and len(inbox()) == 1
    for name, words in copies.items():
        (Path(door.spool.folder or "") / name).write_text(words)
    assert door.spool.drain() and len(inbox()) == 1 and not kept(door)


def test_one_that_nobody_can_read_stands_in_nobodys_way(door: Door) -> None:
    """Q1: a damaged file is laid aside for a person."""
    door.through(1)
    kept(door)[0].write_text("broken")
    door.through(2)
    door.away = False
    assert door.spool.drain() and [key for key, _ in inbox()] == ["m:2"]
    assert len(list(Path(door.spool.folder or "").glob("*.unreadable"))) == 1


def test_without_a_place_it_is_refused(settings: Any, database: Any, tmp_path: Path) -> None:
    """Q1: no folder, or a disk that takes nothing: never acknowledged, so that the platform repeats."""
    (tmp_path / "file").write_text("")
    for folder in ("", tmp_path / "file" / "spool"):
        with pytest.raises(DatabaseRefuses):
            Door(settings, folder).through(1)
