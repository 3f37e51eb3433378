"""Who could do a job, found by one question that goes by indexes: skill, area, papers, hours, and time that is free (D1).

The cost grows with the workers who have the skill and go to that area. What is asked for here is judged once more, and
explained, by models/rules/ranking; a test holds the two to the same answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.connection import database

COLUMNS = (
    "w.id, w.stars_sum, w.stars_count, w.offers_seen, w.offers_answered, w.years, w.sex, w.languages, w.lat, w.lng, "
    "s.price_fen, s.years, s.level, p.birth_year"
)
SOME_HOURS = "SELECT 1 FROM working_hours h WHERE h.community_id = ? AND h.worker_id = w.id AND h.weekday = ?"
PAPER = (
    "EXISTS (SELECT 1 FROM document d WHERE d.community_id = ? AND d.worker_id = w.id AND d.kind = ? AND d.state = 'valid' "
    "AND d.valid_from <= ? AND (d.valid_to >= ? OR d.valid_to = ''))"
)
STANDING = (
    "(w.agency = '' OR NOT EXISTS (SELECT 1 FROM agency g WHERE g.community_id = ? AND g.name = w.agency "
    "AND (g.standing <> 'good' OR (g.valid_to <> '' AND g.valid_to < ?))))"
)
LEAVE = "SELECT 1 FROM leave l WHERE l.community_id = ? AND l.worker_id = w.id AND l.ends_at > ? AND l.starts_at < ?"
TAKEN = "SELECT 1 FROM booked_slot b WHERE b.community_id = ? AND b.worker_id = w.id AND b.slot BETWEEN ? AND ?"
LOAD = """SELECT v.worker_id,
    SUM(CASE WHEN v.starts_at >= ? AND v.starts_at < ? THEN v.ends_at - v.starts_at ELSE 0 END),
    SUM(CASE WHEN v.starts_at >= ? AND v.starts_at < ? THEN v.ends_at - v.starts_at ELSE 0 END),
    SUM(CASE WHEN v.starts_at > ? AND v.starts_at <= ? THEN 1 ELSE 0 END)
    FROM visit v WHERE v.community_id = ? AND v.worker_id IN ({ids}) AND v.starts_at >= ? AND v.starts_at < ?
    AND v.state IN ('scheduled', 'on_the_way', 'in_service', 'finished', 'confirmed', 'settled', 'closed')
    GROUP BY v.worker_id"""
AT_ONCE = 500  # ids in one question
MINUTE = 60_000
# CROSS JOIN: in this order, so that nobody's papers and hours are looked at before it is known that they have the skill.
TABLES = "worker_skill s CROSS JOIN worker w CROSS JOIN person p"
SKILLED = (
    "s.community_id = ? AND s.service = ? AND s.active AND w.id = s.worker_id AND w.community_id = s.community_id "
    "AND w.state = 'active' AND p.id = w.person_id AND p.community_id = w.community_id"
)
IN_AREA = "a.community_id = ? AND a.area IN (?, '') AND s.worker_id = a.worker_id"
Row = tuple[Any, ...]  # the columns of COLUMNS
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wanted:
    """What a worker must have to be looked at: all of D1 that the database can answer by an index. Hours in local minutes."""

    community_id: int
    service: str
    level: int
    area: str  # without 社区 or 小区; '' where the home lies in none
    documents: Sequence[str]
    day: str  # the local day, YYYY-MM-DD
    weekday: int
    hours: tuple[int, int] | None  # None: any hours of that day will do
    span: Span
    slots: Sequence[int]


def find_eligible(wanted: Wanted) -> list[Row]:
    """The active workers who have all of it."""
    here, tables = wanted.community_id, TABLES
    asked, values = [SKILLED, "s.level >= ?", STANDING], [here, wanted.service, wanted.level, here, wanted.day]
    if wanted.area:
        tables = f"worker_area a CROSS JOIN {TABLES}"
        asked.append(IN_AREA)
        values += [here, wanted.area]
    for condition, more in _conditions(wanted):
        asked.append(condition)
        values += more
    return _all(f"SELECT {COLUMNS} FROM {tables} WHERE {' AND '.join(asked)}", values)


def read_workers(community_id: int, service: str, ids: Sequence[int]) -> list[Row]:
    """Those of these workers who are active and have the skill, whatever else is so."""
    marks = ", ".join("?" * len(ids)) or "NULL"
    return _all(f"SELECT {COLUMNS} FROM {TABLES} WHERE {SKILLED} AND s.worker_id IN ({marks})", [community_id, service, *ids])


def _conditions(wanted: Wanted) -> list[tuple[str, list[Any]]]:
    here, (start, end) = wanted.community_id, wanted.span
    found: list[tuple[str, list[Any]]] = [
        (f"NOT EXISTS ({TAKEN})", [here, wanted.slots[0], wanted.slots[-1]]),
        (f"NOT EXISTS ({LEAVE})", [here, _ms(start), _ms(end)]),
    ]
    if wanted.hours is None:
        found.append((f"EXISTS ({SOME_HOURS})", [here, wanted.weekday]))
    else:
        found.append((f"EXISTS ({SOME_HOURS} AND h.from_min <= ? AND h.to_min >= ?)", [here, wanted.weekday, *wanted.hours]))
    found += [(PAPER, [here, kind, wanted.day, wanted.day]) for kind in wanted.documents]
    return found


def load_of(community_id: int, ids: Sequence[int], day: Span, week: Span, month: Span) -> dict[int, tuple[int, int, int]]:
    """Minutes of service in a day and in a week, and how many visits in a month, of each of these workers who has any."""
    first, last = min(day[0], week[0], month[0]), max(day[1], week[1], month[1])
    spans = [_ms(at) for span in (day, week, month) for at in span]
    found: dict[int, tuple[int, int, int]] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        marks = ", ".join("?" * len(some))
        for worker, in_day, in_week, jobs in _all(
            LOAD.format(ids=marks), [*spans, community_id, *some, _ms(first), _ms(last) + 1]
        ):
            found[worker] = (int(in_day) // MINUTE, int(in_week) // MINUTE, int(jobs))
    return found


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _all(statement: str, values: Sequence[Any]) -> list[Row]:
    return list(database.execute_sql(statement.replace("?", str(database.obj.param)), values).fetchall())
