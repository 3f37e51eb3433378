"""Words in the language of the moment; days, hours and money as people say them (Q4)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers import language
from handlers.clock import SHANGHAI
from handlers.words import (
    N_,
    _,
    current_language,
    mask_phone,
    ngettext_,
    paper_yuan,
    say_clock,
    say_date,
    say_day,
    say_hours,
    say_minutes,
    say_near,
    say_range,
    say_soon,
    say_time,
    say_when,
    say_yuan,
    short,
    use_language,
)

NOW = datetime(2026, 11, 24, 9, 31, tzinfo=SHANGHAI)


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    """A local moment, as it comes in: UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture
def areas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A locale folder of this test's own, with two areas."""
    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "bot.po").write_text('msgid "Hello, %(name)s."\nmsgstr "%(name)s，您好。"\n', encoding="utf-8")
    (folder / "site.po").write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        'msgid "%(n)s visit"\nmsgid_plural "%(n)s visits"\nmsgstr[0] "%(n)s次上门"\n', encoding="utf-8",
    )
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    language.translations.cache_clear()
    yield folder
    language.translations.cache_clear()


def test_all_areas_are_one_catalogue(areas: Path) -> None:
    assert _("Hello, %(name)s.", name="王阿姨") == "王阿姨，您好。"
    assert ngettext_("%(n)s visit", "%(n)s visits", 3) == "3次上门"
    assert _("Nobody translated this.") == "Nobody translated this."
    assert N_("Hello, %(name)s.") == "Hello, %(name)s."
    assert _("") == ""


def test_changed_words_are_read_anew_and_unchanged_ones_are_kept(areas: Path) -> None:
    _("Hello, %(name)s.", name="")
    made = (areas / "linli.mo").stat().st_mtime_ns
    language.translations.cache_clear()
    _("Hello, %(name)s.", name="")
    assert (areas / "linli.mo").stat().st_mtime_ns == made
    (areas / "bot.po").write_text('msgid "Hello, %(name)s."\nmsgstr "%(name)s，早上好。"\n', encoding="utf-8")
    language.translations.cache_clear()
    assert _("Hello, %(name)s.", name="王阿姨") == "王阿姨，早上好。"


def test_damaged_catalogue_is_made_again(areas: Path) -> None:
    (areas / "linli.mo").write_bytes(b"broken")
    assert _("Hello, %(name)s.", name="王阿姨") == "王阿姨，您好。"


def test_language_of_the_moment(areas: Path) -> None:
    assert current_language() == "zh_CN"
    with use_language("en"):
        assert _("Hello, %(name)s.", name="Wang") == "Hello, Wang."
        with use_language("xx"):
            assert current_language() == "zh_CN"
        assert current_language() == "en"
    assert current_language() == "zh_CN"


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (at(23, 10), "昨天（11月23日 周一）上午10点", "yesterday (Mon 23 Nov), 10 am"),
        (at(24, 12, 30), "今天（11月24日 周二）中午12点半", "today (Tue 24 Nov), 12:30 pm"),
        (at(25, 15), "明天（11月25日 周三）下午3点", "tomorrow (Wed 25 Nov), 3 pm"),
        (at(26, 7, 5), "后天（11月26日 周四）早上7点5分", "Thu 26 Nov, 7:05 am"),
        (at(29, 19, 30), "11月29日（周日）晚上7点半", "Sun 29 Nov, 7:30 pm"),
        (at(3, 0, month=1, year=2027), "2027年1月3日（周日）凌晨0点", "Sun 3 Jan 2027, 12 am"),
    ],
)
def test_moment_is_said_as_people_say_it_and_exactly(moment: datetime, chinese: str, english: str) -> None:
    """明天 never stands alone: the date is beside it."""
    assert say_when(moment, NOW) == chinese
    assert say_when(moment, NOW) == say_day(moment, NOW) + say_time(moment)
    with use_language("en"):
        assert say_when(moment, NOW) == english


def test_tomorrow_is_counted_in_shanghai_and_not_in_utc() -> None:
    late = datetime(2026, 11, 24, 23, 59, tzinfo=SHANGHAI)
    assert say_day(late + timedelta(minutes=2), late).startswith("明天（11月25日")


def test_range_of_hours() -> None:
    assert say_range(at(25, 9), at(25, 12), NOW) == "明天（11月25日 周三）9:00—12:00"
    assert say_range(at(25, 22), at(26, 0), NOW) == "明天（11月25日 周三）22:00—24:00"
    assert say_range(at(25, 22), at(26, 6), NOW) == "明天（11月25日 周三）晚上10点到后天（11月26日 周四）早上6点"


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [(120, "2小时", "2 hours"), (90, "1个半小时", "1 hour 30 minutes"), (30, "半小时", "30 minutes"),
     (75, "1小时15分钟", "1 hour 15 minutes"), (1, "1分钟", "1 minute"), (0, "0分钟", "0 minutes")],
)  # fmt: skip
def test_span(minutes: int, chinese: str, english: str) -> None:
    assert say_minutes(minutes) == chinese
    with use_language("en"):
        assert say_minutes(minutes) == english


def test_money_in_talk_and_in_papers() -> None:
    assert [say_yuan(9000), say_yuan(9050), say_yuan(5), say_yuan(-9000), say_yuan(0)] == ["¥90", "¥90.50", "¥0.05", "-¥90", "¥0"]
    assert [paper_yuan(9000), paper_yuan(-105)] == ["¥90.00", "-¥1.05"]


def test_phone_is_masked() -> None:
    """A6."""
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("110") == "*10"
    assert mask_phone("") == ""


def test_text_is_cut_to_length() -> None:
    assert short("油烟机没擦干净", 7) == "油烟机没擦干净"
    assert short("油烟机没擦干净", 5) == "油烟机没…"
    assert short("两行\n 合一", 20) == "两行 合一"


@pytest.mark.parametrize("moment, clock, soon, date", [
    (at(24, 10, 30), "10:30", "今天上午10点半", "11月24日 周二"),
    (at(23, 17, 5), "昨天17:05", "昨天下午5点5分", "11月23日 周一"),
    (at(25, 9), "明天9:00", "明天上午9点", "11月25日 周三"),
    (at(29, 8), "周日8:00", "11月29日上午8点", "11月29日 周日"),
    (at(1, 8, month=1, year=2027), "2027年1月1日8:00", "2027年1月1日上午8点", "2027年1月1日 周五"),
])  # fmt: skip
def test_short_moments_for_the_desk(moment: datetime, clock: str, soon: str, date: str) -> None:
    """C4, Q4: beside a clock only what is needed; in a title short, with the whole date to stand beside it."""
    assert (say_clock(moment, NOW), say_soon(moment, NOW), say_date(moment, NOW)) == (clock, soon, date)


def test_short_moments_in_english() -> None:
    """Q4: the same in English; hours of a stretch, and what is near."""
    with use_language("en"):
        assert (say_clock(at(25, 9), NOW), say_date(at(25, 9), NOW)) == ("tomorrow 9:00", "Wed 25 Nov")
    assert say_hours(at(25, 9), at(25, 12, 30)) == "9:00—12:30" and say_hours(at(25, 22), at(26, 0)) == "22:00—24:00"
    assert (say_near(at(26, 9), NOW), say_near(at(27, 9), NOW)) == ("后天", "")
