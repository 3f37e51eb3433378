"""How long a recurring service pauses, in people's words (C8)."""

from datetime import date, datetime

import pytest

from bot.intents.series_time import pause_in
from handlers.clock import SHANGHAI

NOW = datetime(2026, 11, 26, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("words", "since", "back"),
    [
        ("暂停两周", "2026-11-26", "2026-12-10"),
        ("先停到12月20号", "2026-11-26", "2026-12-20"),
        ("停到下周三吧", "2026-11-26", "2026-12-02"),
        ("先停到下个月", "2026-11-26", "2026-12-01"),
        ("停到下周", "2026-11-26", "2026-11-30"),
        ("暂停到元旦", "2026-11-26", "2027-01-01"),
        ("从12月1号停到元旦再来", "2026-12-01", "2027-01-01"),
        ("停到春节以后", "2026-11-26", "2027-02-07"),
        ("我要去儿子家，停到三月份", "2026-11-26", "2027-03-01"),
        ("停到过完年", "2026-11-26", None),
        ("先停一停", "2026-11-26", None),
    ],
)
def test_from_when_until_when(words: str, since: str, back: str | None) -> None:
    """C8: the day on which it goes on, by date, week, month or holiday; where none can be told, until they say so."""
    assert pause_in(words, NOW) == (date.fromisoformat(since), date.fromisoformat(back) if back else None)
