"""What we know of somebody that must not leave the house: names, numbers and places, to be covered wherever they are said (A6)."""

import time
from dataclasses import dataclass

from peewee import fn

from models.base import database
from models.people import Address, Person
from models.workers import Worker

KNOWN_FOR_S = 300.0  # a name that was changed is known by then; a new worker's or a new place's at once


@dataclass(frozen=True)
class _Kept:
    newest: tuple[int, int]
    until: float
    words: tuple[str, ...]


_kept: dict[tuple[int, int], _Kept] = {}


def known_of(community_id: int, person_id: int | None) -> list[str]:
    """Names of the person and of the community's workers, the person's number and the places of the community."""
    person = Person.find(person_id)
    found = [person.called, person.name or "", person.phone or ""] if person is not None else []
    for home in Address.select().where(Address.community_id == community_id, Address.person_id == person_id):
        found += [home.words, f"{home.area}{home.building}{home.door or ''}"]
    return [*found, *_of_all(community_id)]


def forget_known() -> None:
    """Another database stands behind the same words from here on."""
    _kept.clear()


def _of_all(community_id: int) -> tuple[str, ...]:
    """Looked up now and then, not at every word: a city has ten thousand workers."""
    here = (id(database.obj), community_id)
    newest = (Worker.select(fn.MAX(Worker.id)).scalar() or 0, Address.select(fn.MAX(Address.id)).scalar() or 0)
    kept = _kept.get(here)
    if kept is None or kept.newest != newest or time.monotonic() > kept.until:
        kept = _kept[here] = _Kept(newest, time.monotonic() + KNOWN_FOR_S, _read(community_id))
    return kept.words


def _read(community_id: int) -> tuple[str, ...]:
    mine = Worker.community_id == community_id
    called = Worker.select(Worker.called).where(mine).tuples()
    names = Person.select(Person.name).join(Worker, on=(Worker.person_id == Person.id)).where(mine).tuples()
    areas = Address.select(Address.area).where(Address.community_id == community_id).distinct().tuples()
    return tuple(word for rows in (called, names, areas) for (word,) in rows if word)
