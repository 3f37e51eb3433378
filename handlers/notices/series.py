"""What is told about a recurring service: dates that can't be, holidays, a pause, its end (C8)."""

from datetime import datetime
from typing import Any

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, Template, register
from handlers.notices.fields import moment, number, phrase, thing
from handlers.words import _, listed, say_date
from models.series import Series, SeriesDate

SAMPLE: dict[str, Any] = {
    "series_id": 123456,
    "side": "resident",
    "number": "1125-103",
    "service_name": "婴幼儿照护与早期教育陪伴服务（住家）",
    "resident": "欧阳阿姨",
    "worker": "欧阳师傅",
    "days": ["2026-12-31T01:00:00+00:00", "2027-01-01T01:00:00+00:00"],
    "verb": "pause",
    "since": "2026-12-31T01:00:00+00:00",
    "until": "2027-01-14T01:00:00+00:00",
}
HUMAN = "talk:0:human"


def _days(t: Telling) -> str:
    return listed(say_date(datetime.fromisoformat(day), t.now) for day in t["days"])


def _unplaced(t: Telling) -> Card:
    if t["side"] == "worker":
        said = _("%(resident)s's %(service)s: %(days)s doesn't go with your other times. We look for somebody else for it.", **_core(t))
        return card(said)
    words = _("%(service)s: on %(days)s %(worker)s can't come. A colleague looks for somebody else and tells you.", **_core(t))
    return card(words, (HUMAN, _("Find a person to help me")))


def _core(t: Telling) -> dict[str, str]:
    return {"service": t["service_name"], "worker": t["worker"], "resident": t["resident"], "days": _days(t) if t.get("days") else ""}


def _holiday(t: Telling) -> Card:
    subject = f"series:{t['series_id']}"
    words = _(
        "%(days)s is a public holiday. Shall %(worker)s come for %(service)s all the same? Without a word nobody comes then.", **_core(t)
    )
    return card(words, (f"{subject}:holiday_yes", _("Yes, please come")), (f"{subject}:holiday_no", _("Not then")))


def _span(t: Telling) -> dict[str, str]:
    ends = {end: say_date(t.when(end), t.now) if t.get(end) else "" for end in ("since", "until")}
    return {**_core(t), **ends, "who": t["worker"] if t["side"] == "resident" else t["resident"]}


def _changed(t: Telling) -> Card:
    said = _span(t)
    if t["verb"] == "pause" and said["until"]:
        words = _("%(service)s with %(who)s pauses from %(since)s; it goes on from %(until)s.", **said)
    elif t["verb"] == "pause":
        words = _("%(service)s with %(who)s pauses from %(since)s, until it is asked for again.", **said)
    elif t["verb"] == "resume":
        words = _("%(service)s with %(who)s goes on; the next visit is on %(since)s.", **said) if said["since"] else _(
            "%(service)s with %(who)s goes on.", **said
        )
    else:
        words = _("%(service)s with %(who)s ends: from %(since)s nobody comes any more. Thank you.", **said)
    if t["side"] == "resident" and t["verb"] != "resume":
        return card(f"{words}\n{_('If you would like somebody else, a colleague helps.')}", (HUMAN, _("Find a person to help me")))
    return card(words)


def _fields(t: Telling) -> dict[str, str]:
    first = datetime.fromisoformat(t["days"][0]) if t.get("days") else t.when("since") if t.get("since") else t.now
    return {
        "thing1": thing(t["service_name"]),
        "time2": moment(first),
        "phrase3": phrase("请您看看"),
        "thing4": thing(_("open the chat to read it")),
        "character_string5": number(t["number"]),
    }


def _asked(series_id: int, now: datetime) -> str | None:
    mine = (SeriesDate.series_id == series_id) & (SeriesDate.state == "holiday") & (SeriesDate.starts_at > now)
    return None if SeriesDate.select().where(mine).exists() else "the holiday is settled or past"


def _goes_on(series_id: int, now: datetime) -> str | None:
    series = Series.find(series_id)
    return None if series is not None and series.state != "ended" else "the series has ended"


register(
    Notice("series_unplaced", _unplaced, Template("review_result", _fields), stale=_goes_on, sample=SAMPLE),
    Notice("series_holiday", _holiday, Template("review_result", _fields), stale=_asked, sample=SAMPLE),
    Notice("series_changed", _changed, Template("review_result", _fields), urgency="high", sample=SAMPLE),
)
