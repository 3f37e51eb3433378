"""The desk's page on how the system is: what needs a look, what could not be delivered or worked, with a way to try again (K4, Q1)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from peewee import JOIN

from handlers.backlog import close_dead, list_dead_letters
from handlers.backlog import replay as work_again
from handlers.context import DESK, Context, Refused, use_case
from handlers.health import UNKNOWN, UNUSED, is_ready
from handlers.lifecycle import record
from handlers.vitals import (
    DEAD_DAYS,
    Gate,
    Run,
    Token,
    due_now,
    gates,
    last_runs,
    oldest_due_s,
    outbox_states,
    tokens,
    waiting_inbox,
    windows_open,
)
from handlers.whys import say_why
from handlers.words import N_, _, say_minutes, short
from models.messages import CallTask, Outbox
from models.people import Person

Row = dict[str, Any]
SHOWN = 50
LATE_S = 60  # a notice that has been due for longer is told as late
ACCOUNT_WORDS = {"wechat": N_("Official account"), "miniprogram": N_("Mini-program")}
API_WORDS = {
    "custom": N_("Chat messages"),
    "template": N_("Template messages"),
    "subscribe": N_("Subscribe messages"),
    "bizsend": N_("Subscribe messages"),
    "typing": N_("Typing sign"),
    "login": N_("Sign-in"),
    "phone": N_("Phone number"),
    "user": N_("Who follows"),
}
PART_WORDS = {"database": N_("Database"), "jobs": N_("Clock and sending (jobs)"), "redis": N_("Redis")}
# What it means for people, and who does what: shown when a part is away.
AWAY_WORDS = {
    "database": N_("It does not answer as it should. Please call whoever looks after the machine."),
    "jobs": N_(
        "Nothing is sent and no reminder falls due until it runs; it then catches up by itself. Please call whoever looks after "
        "the machine: python app.py jobs. Until then, phone where it matters."
    ),
    "redis": N_("Messages leave a moment later; nothing is lost and nothing waits for it. Please tell whoever looks after the machine."),
}
WINDOW_WORDS = {
    "text": N_("after a text"),
    "menu": N_("after a tap"),
    "follow": N_("after following"),
    "scan": N_("after scanning"),
    "pay": N_("after paying"),
    "mini_text": N_("after a text in the mini-program"),
    "mini_enter": N_("after entering the mini-program's chat"),
}


@use_case(*DESK)
def health_view(ctx: Context) -> dict[str, Any]:
    """Everything of the page."""
    now, states = ctx.now, outbox_states()
    calls, keys = gates(ctx.settings, now), tokens(ctx.settings)
    _ready, parts = is_ready(ctx.settings)
    undelivered, unworked = _undelivered(ctx), _unworked(ctx)
    late = oldest_due_s(now)
    runs = last_runs()
    looks = [*_part_looks(parts), *_call_looks(calls), *_queue_looks(late, undelivered, unworked), *_job_looks(runs)]
    return {
        "looks": looks,
        "figures": _figures(ctx, states, late),
        "undelivered": undelivered,
        "unworked": unworked,
        "waiting": waiting_inbox(),
        "calls": [_call_row(ctx, gate) for gate in calls if gate.limit is not None or gate.rests_until],
        "parts": [*_part_rows(parts), *[_token_row(ctx, key) for key in keys], *map(_job_row, runs)],
        "windows": [{"words": _(WINDOW_WORDS.get(k, k)), "n": n} for k, n in sorted(windows_open(now).items())],
    }


def _look(kind: str, title: str, words: str, url: str = "", link: str = "") -> Row:
    return {"kind": kind, "title": title, "words": words, "url": url, "link": link}


def _part_looks(parts: dict[str, str]) -> list[Row]:
    away = [name for name, said in parts.items() if said not in ("ok", UNUSED, UNKNOWN)]
    return [
        _look(
            "warn" if name == "redis" else "bad",
            _("%(part)s is not well", part=_(PART_WORDS.get(name, name))),
            _(AWAY_WORDS[name]),
        )
        for name in away
    ]


def _job_looks(runs: list[Run]) -> list[Row]:
    words = _("The next run comes by itself. What went wrong stands in the alerts and in the log.")
    failed = [run for run in runs if run.why.startswith("failed")]
    return [_look("warn", _("%(job)s failed", job=_(JOB_WORDS.get(run.job, run.job))), words) for run in failed]


def _call_looks(calls: list[Gate]) -> list[Row]:
    found = []
    for gate in calls:
        name = f"{_(ACCOUNT_WORDS.get(gate.account, gate.account))} · {_(API_WORDS.get(gate.api, gate.api))}"
        if gate.rests_until is not None:
            sends = gate.limit is not None  # the platform counts what sends
            words = _("They go another way or wait; nothing is lost.") if sends else _("It is tried again by itself.")
            why = _("The platform says: %(why)s", why=say_why(gate.why))
            found.append(_look("warn", _("%(call)s rest", call=name), f"{words} {why}"))
        elif gate.limit is not None and gate.used * 100 >= gate.limit * 80:
            words = _("%(used)s of %(limit)s today. Only what is urgent still goes by it.", used=f"{gate.used:,}", limit=f"{gate.limit:,}")
            found.append(_look("warn", _("%(call)s are nearly used up", call=name), words))
    return found


def _queue_looks(late_s: float, undelivered: list[Row], unworked: list[Row]) -> list[Row]:
    found = []
    if late_s > LATE_S:
        words = _("The oldest has been due for %(span)s. Is the jobs process running?", span=say_minutes(int(late_s // 60)))
        found.append(_look("bad", _("Messages are not leaving"), words))
    for rows, title, anchor in (
        (undelivered, _("Messages that could not be delivered"), "#undelivered"),
        (unworked, _("Messages from people that could not be worked on"), "#unworked"),
    ):
        if rows:
            found.append(_look("warn", title, _("%(n)s of them", n=len(rows)), anchor, _("Have a look")))
    return found


def _figures(ctx: Context, states: dict[str, int], late_s: float) -> list[Row]:
    waits = due_now(ctx.now)
    late = {"note": say_minutes(int(late_s // 60)), "way": "down"} if late_s > LATE_S else {}
    return [
        {"label": _("Waiting to go now"), "value": waits, **late},
        {"label": _("For later"), "value": max(0, states.get("pending", 0) - waits)},
        {"label": _("Sent"), "value": states.get("sent", 0)},
        {"label": _("Told by phone"), "value": states.get("called", 0)},
    ]


def _undelivered(ctx: Context) -> list[Row]:
    """Dead ones, and those that became a call because of an error; a call because nothing was allowed is ordinary."""
    mine = (Outbox.community_id == ctx.community_id) & (Outbox.created_at > ctx.now - DEAD_DAYS)
    lost = (Outbox.state == "dead") | ((Outbox.state == "called") & Outbox.error.is_null(False) & (CallTask.state == "open"))
    rows = (
        Outbox.select(Outbox, CallTask.words.alias("said"), Person.called.alias("who"))
        .join(CallTask, JOIN.LEFT_OUTER, on=(CallTask.outbox_id == Outbox.id))
        .switch(Outbox)
        .join(Person, JOIN.LEFT_OUTER, on=(Person.id == Outbox.person_id))
        .where(mine & Outbox.state.in_(("dead", "called")) & lost)
        .order_by(Outbox.id.desc())
        .limit(SHOWN)
    )
    return [_undelivered_row(row) for row in rows.objects()]


def _undelivered_row(row: Any) -> Row:
    said = short(row.said, 40) if row.said else ""
    return {
        "who": row.who or _("a new neighbour"),
        "said": said,
        "why": say_why(row.error or row.why or ""),
        "at": row.created_at,
        "tries": row.attempts,
        "pill": {"kind": "bad", "words": _("too late to send")} if row.state == "dead" else {"kind": "hold", "words": _("call list")},
        "again": {"label": _("Send again"), "url": f"/console/health/outbox/{row.id}", "method": "post"},
    }


def _unworked(ctx: Context) -> list[Row]:
    return [
        {
            "kind": (row.error or "").split(":")[0],
            "at": row.received_at,
            "tries": row.attempts,
            "again": {"label": _("Work on it again"), "url": f"/console/health/inbox/{row.id}", "method": "post"},
            "aside": {"label": _("Lay it aside"), "url": f"/console/health/aside/{row.id}", "method": "post"},
        }
        for row in list_dead_letters(ctx)[:SHOWN]
    ]


def _call_row(ctx: Context, gate: Gate) -> Row:
    pill = {"kind": "go", "words": _("works")}
    if gate.rests_until is not None:
        pill = {"kind": "warn", "words": _("rests")}
    elif gate.failures:
        pill = {"kind": "warn", "words": _("%(n)s failures in a row", n=gate.failures)}
    return {
        "name": _(API_WORDS.get(gate.api, gate.api)),
        "account": _(ACCOUNT_WORDS.get(gate.account, gate.account)),
        "used": f"{gate.used:,}",
        "limit": f"{gate.limit:,}" if gate.limit is not None else "",
        "until": gate.rests_until,
        "why": gate.why,
        "pill": pill,
    }


def _part_rows(parts: dict[str, str]) -> list[Row]:
    good = {"ok": ("go", _("works")), UNUSED: ("done", _("not used")), UNKNOWN: ("done", _("not known"))}
    rows = []
    for name, said in parts.items():
        kind, words = good.get(said, ("bad", _("not well")))
        rows.append({"name": _(PART_WORDS.get(name, name)), "note": "", "at": None, "pill": {"kind": kind, "words": words}})
    return rows


def _token_row(ctx: Context, token: Token) -> Row:
    name = _("Access token, %(account)s", account=_(ACCOUNT_WORDS[token.account]))
    pill = {"kind": "done", "words": _("not asked for yet")}
    if token.good_until is not None:
        good = token.good_until > ctx.now
        pill = {"kind": "go", "words": _("good")} if good else {"kind": "done", "words": _("ended, asked for when needed")}
    return {"name": name, "note": _("asked for") if token.asked_at else "", "at": token.asked_at, "pill": pill}


JOB_WORDS = {
    "copy": N_("Copy of the database"),
    "clear_old_rows": N_("Clearing of old rows"),
    "extend_series": N_("Next visits of recurring services"),
}


def _job_row(run: Run) -> Row:
    pills = {"": ("go", _("ran")), "failed": ("bad", _("failed"))}
    kind, words = pills.get(run.why.partition(":")[0], ("warn", _("left out: too late")))
    return {"name": _(JOB_WORDS.get(run.job, run.job)), "note": "", "at": run.at, "pill": {"kind": kind, "words": words}}


@use_case(*DESK)
def send_again(ctx: Context, outbox_id: int) -> None:
    """A notice that could not be delivered goes on its way anew; its call is taken back. Refuses not_found, not_now."""
    row = Outbox.get_or_none(Outbox.id == outbox_id, Outbox.community_id == ctx.community_id)
    if row is None:
        raise Refused("not_found", _("There is no such message."), status=404)
    fresh: dict[str, Any] = {"attempts": 0, "refused_channels": [], "error": None, "why": None, "unsure": 0, "unsure_since": None}
    until = max(row.expires_at or ctx.now, ctx.now + timedelta(hours=12))
    was = row.state
    lost = was in ("dead", "called")
    if not lost or not row.change(where={"state": was}, state="pending", next_at=ctx.now, rounds=row.rounds + 1, expires_at=until, **fresh):
        raise Refused("not_now", _("It is on its way already."))
    CallTask.delete().where((CallTask.outbox_id == row.id) & (CallTask.state == "open")).execute()
    record(ctx, "outbox", row.id, "send_again", was, "pending")


@use_case(*DESK)
def work_push_again(ctx: Context, inbox_id: int) -> None:
    """A push that nobody could work is worked anew. Refuses not_now when it is not dead any more."""
    if not work_again(ctx, inbox_id):
        raise Refused("not_now", _("It is being worked on already."))
    record(ctx, "inbox", inbox_id, "replay", "dead", "new")


@use_case(*DESK)
def lay_push_aside(ctx: Context, inbox_id: int) -> None:
    """Nothing can be made of it, and its sender has been told: it need not be looked at any more. Refuses not_now when it is not dead."""
    if not close_dead(ctx, inbox_id):
        raise Refused("not_now", _("It is being worked on already."))
    record(ctx, "inbox", inbox_id, "lay_aside", "dead", "done")


Verb = Callable[[Context, int], None]
# What the page's buttons do, and what is said then.
VERBS: dict[str, tuple[Verb, str]] = {
    "outbox": (send_again, N_("It is on its way again.")),
    "inbox": (work_push_again, N_("It is on its way again.")),
    "aside": (lay_push_aside, N_("It is laid aside.")),
}
