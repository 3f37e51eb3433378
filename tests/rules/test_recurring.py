"""The dates of a recurring service: the first visit, the rule, the end, and its public holidays (C8)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.recurrence import SHANGHAI, WEEKDAYS
from models.rules.recurring import Pattern, at_holiday, day_of, is_rule
from models.rules.workdays import is_public_holiday

FIRST = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)  # a Tuesday
LONG = FIRST + timedelta(days=400)
EARLIER = FIRST - timedelta(days=1)
RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds(
        lambda days, every: f"FREQ=WEEKLY;INTERVAL={every};BYDAY={','.join(sorted(days))}",
        st.sets(st.sampled_from(WEEKDAYS), min_size=1), st.integers(1, 3),
    ),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 28)),
)  # fmt: skip
DAYS = st.integers(0, 200)


@given(rule=RULES, cut=DAYS, last=st.one_of(st.none(), DAYS))
def test_a_horizon_may_grow_in_any_steps(rule: str, cut: int, last: int | None) -> None:
    """C8: looked at in two pieces the dates are those of one look; they rise, keep the hour, and end with the last day."""
    end = day_of(FIRST) + timedelta(days=last) if last is not None else None
    pattern, middle, far = Pattern(rule, FIRST, end), FIRST + timedelta(days=cut), FIRST + timedelta(days=200)
    whole = pattern.dates(EARLIER, far)
    assert pattern.dates(EARLIER, middle) + pattern.dates(middle, far) == whole
    assert whole[0] == FIRST and whole == sorted(set(whole))
    assert all((m.hour, m.minute) == (9, 0) and (end is None or m.date() <= end) for m in whole)


@given(rule=RULES, count=st.integers(1, 12))
def test_a_number_of_visits_is_kept(rule: str, count: int) -> None:
    """C8: ten times are ten, the first one included, also where it lies beside the rule's days; then it is at its end."""
    pattern = Pattern(f"{rule};COUNT={count}", FIRST)
    dates = pattern.dates(EARLIER, FIRST + timedelta(days=3000))
    assert len(dates) == count
    assert pattern.ends(dates[-1]) and not pattern.ends(EARLIER)


def test_first_beside_the_rule() -> None:
    """C8: every Thursday, begun on a Tuesday."""
    assert [day_of(m).day for m in Pattern("FREQ=WEEKLY;BYDAY=TH", FIRST).dates(EARLIER, LONG)[:3]] == [1, 3, 10]


@pytest.mark.parametrize(
    ("day", "off"),
    [
        ("2026-10-01", True), ("2026-10-10", False), ("2026-10-11", False), ("2026-11-28", False), ("2027-01-01", True),
        ("2027-02-06", True), ("2040-05-01", True), ("2040-05-03", False),
    ],
)  # fmt: skip
def test_public_holidays(day: str, off: bool) -> None:
    """C8: a holiday is asked about, a plain weekend is not; also in years whose notice is not out yet."""
    assert is_public_holiday(date.fromisoformat(day)) is off
    moment = datetime.fromisoformat(f"{day}T09:00+08:00")
    assert [at_holiday(moment, wish) for wish in ("ask", "skip", "keep")] == (["ask", "skip", "keep"] if off else ["keep"] * 3)


def test_what_repeats() -> None:
    """C8: only a rule that is understood makes a series."""
    assert is_rule("FREQ=WEEKLY;BYDAY=TU,TH") and not is_rule("每周二") and not is_rule(None) and not is_rule("")
