"""What is offered as a free time holds for whoever it names: hours, days off, bookings, ways, breaks, caps (D1, D5)."""

from datetime import date, datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.free_times import Diary, Stop, Terms, in_the_way, is_public_holiday, nearest
from models.rules.geo import distance_km, travel_minutes
from models.rules.slots import slots_of
from models.rules.workdays import SHANGHAI

MONDAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)
TERMS = Terms(30, 540, 2880, 360, 30, first=MONDAY + timedelta(hours=9), last=MONDAY + timedelta(days=4))
HERE, FAR = (39.90, 116.40), (39.90, 116.55)
ALL_DAY = {day: [(480, 1080)] for day in range(7)}


def way(a: tuple[float, float], b: tuple[float, float]) -> int:
    return travel_minutes(distance_km(*a, *b))


def stop(day: int, begin: int, minutes: int, at: tuple[float, float] | None = HERE) -> Stop:
    start = MONDAY + timedelta(days=day, minutes=begin)
    return Stop(start, start + timedelta(minutes=minutes), at)


def times(diary: Diary, wished: datetime, minutes: int = 120, terms: Terms = TERMS, most: int = 3) -> list[str]:
    found = islice(nearest([diary], minutes, HERE, wished, terms, way), most)
    return [f"{free.start:%d %H:%M}" for free in found]


PLACES = st.sampled_from([HERE, FAR, (39.93, 116.42), None])
BEGINS, LENGTHS = st.integers(32, 68).map(lambda q: 15 * q), st.integers(2, 16).map(lambda q: 15 * q)
STOPS = st.lists(st.builds(stop, st.integers(0, 4), BEGINS, LENGTHS, PLACES), max_size=8)
STRETCH = st.tuples(st.integers(420, 720), st.integers(780, 1200))
HOURS = st.dictionaries(st.integers(0, 6), st.lists(STRETCH, min_size=1, max_size=2), max_size=7)


@settings(max_examples=60, deadline=None)
@given(stops=STOPS, hours=HOURS, off=st.integers(0, 4), minutes=st.integers(2, 16), wished=st.integers(16, 190), cap=st.integers(120, 540))
def test_what_is_offered_can_be_booked(stops: list[Stop], hours: dict, off: int, minutes: int, wished: int, cap: int) -> None:
    """D1: said once more, without the code: no quarter shared, inside the hours, not on the day off, within the cap, time for the way."""
    length = timedelta(minutes=15 * minutes)
    taken = frozenset(slot for one in stops for slot in slots_of(one.start, one.end, 30))
    away = (MONDAY + timedelta(days=off), MONDAY + timedelta(days=off + 1))
    diary = Diary(1, hours, stops, taken, [away])
    terms = Terms(30, cap, 2880, 360, 30, TERMS.first, TERMS.last)
    for free in islice(nearest([diary], 15 * minutes, HERE, MONDAY + timedelta(minutes=30 * wished), terms, way), 3):
        begin, end = free.start, free.start + length
        assert free.worker_ids == (1,) and in_the_way(diary, Stop(begin, end, HERE), terms, way) == ""
        assert taken.isdisjoint(slots_of(begin, end, 30)) and terms.first <= begin <= terms.last
        assert any(a <= begin.hour * 60 + begin.minute <= b - 15 * minutes for a, b in hours[begin.weekday()])
        assert end <= away[0] or begin >= away[1]
        today = sorted([(begin, end, HERE), *((s.start, s.end, s.at) for s in stops if s.start.date() == begin.date())], key=lambda s: s[0])
        assert sum((b - a for a, b, _at in today), timedelta()) <= timedelta(minutes=cap)
        for one, other in pairwise(today):
            if (begin, end, HERE) in (one, other) and one[2] and other[2]:
                assert other[0] - one[1] >= timedelta(minutes=max(30, way(one[2], other[2])))


def test_the_nearest_first_and_apart() -> None:
    """D5: three is taken: the nearest that fit, an hour apart, each a real choice."""
    busy = stop(2, 900, 120)
    diary = Diary(1, ALL_DAY, [busy], frozenset(slots_of(busy.start, busy.end, 30)))
    wished = MONDAY + timedelta(days=2, hours=15)
    assert times(diary, wished) == ["25 12:30", "25 11:30", "25 10:30"]
    assert times(diary, wished, 30) == ["25 14:00", "25 13:00", "25 17:30"]


def test_the_way_counts_on_both_sides() -> None:
    """D5: the next visit is far: half an hour is too little, and from the one before as well."""
    near, far = Diary(1, ALL_DAY, [stop(2, 840, 60)]), Diary(1, ALL_DAY, [stop(2, 840, 60, FAR)])
    before, after = stop(2, 690, 120), stop(2, 930, 60)
    assert in_the_way(near, before, TERMS, way) == in_the_way(near, after, TERMS, way) == ""
    assert in_the_way(far, before, TERMS, way) == in_the_way(far, after, TERMS, way) == "way"


def test_a_long_day_needs_its_break() -> None:
    """D5: more than six hours from first to last: somewhere the break fits beside the way, or it is not offered."""
    full, wanted = Diary(1, ALL_DAY, [stop(2, 480, 180)]), stop(2, 690, 180)
    assert in_the_way(full, wanted, TERMS, way) == ""
    assert in_the_way(full, wanted, Terms(0, 540, 2880, 360, 45, TERMS.first, TERMS.last), way) == "no_break"
    assert in_the_way(Diary(1, ALL_DAY), stop(2, 480, 420), TERMS, way) == ""


def test_caps_and_holidays() -> None:
    """D1: the week's work is full; National Day is a holiday, the Sunday worked for it is none."""
    week = Diary(1, ALL_DAY, [stop(day, 480, 120) for day in range(4)])
    assert in_the_way(week, stop(4, 480, 120), Terms(30, 540, 599, 360, 30, TERMS.first, TERMS.last), way) == "week_full"
    assert is_public_holiday(date(2026, 10, 1)) and not is_public_holiday(date(2026, 9, 20)) and not is_public_holiday(date(2026, 11, 24))
    first = datetime(2026, 9, 30, 9, tzinfo=SHANGHAI)
    free = {flag: Terms(30, 540, 2880, 360, 30, first, first + timedelta(days=14), holidays=flag) for flag in (True, False)}
    wished = datetime(2026, 10, 1, 9, tzinfo=SHANGHAI)
    assert times(Diary(1, {3: [(540, 660)]}), wished, terms=free[True], most=1) == ["08 09:00"]
    assert times(Diary(1, {3: [(540, 690)]}), wished, terms=free[True], most=1) == ["01 09:30"]
    assert times(Diary(1, {3: [(540, 690)]}), wished, terms=free[False], most=1) == ["08 09:00"]
