"""What takes longer than an answer may: a voice to be listened to, words that a model reads (C3, Q1).

The push itself is answered at once with a word; the rest is a row. The jobs process claims it with a lease, calls outside of any
transaction, and goes on with the talk in a new transaction that also closes the row: as if it had all come at once. Rows of a
person are worked in their order; a crash leaves the row to be claimed again; what fails for good ends with a colleague.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from peewee import fn

from handlers.alerts import raise_alert
from handlers.cards import Card, Choice
from handlers.context import REFUSALS, Context, let_go, system_actor, transaction
from handlers.holders import new_lease
from handlers.inbox import turn_of
from handlers.later import SORRY
from handlers.lease_clock import WALL
from handlers.logs import bound, log
from handlers.masking import mask_words
from handlers.notices import Notice, Telling, register
from handlers.outbox import tell
from handlers.private import known_of
from handlers.recordings import Sound, find_sound, keep_sound, lose_sound, note_words
from handlers.words import _
from models.base import hold
from models.people import Identity
from models.readings import Reading

OPEN = ("new", "working")
GoOn = Callable[[Context, Reading], str | None]


class NotNow(Exception):
    """Nothing came of it this time; another try may bring more."""


class Never(Exception):
    """Nothing will come of it."""


class Voices(Protocol):
    """Fetches a voice message from the platform, as a sound that a browser can play. Raises NotNow or Never."""

    def fetch(self, media_ids: list[str]) -> Sound:
        """The first of these that is a sound."""


class Ear(Protocol):
    """Speech to text. Raises NotNow or Never."""

    def hear(self, sound: Sound) -> str:
        """What is said in it."""


class Mind(Protocol):
    """A second reader, for words that the rules are unsure of. It sees masked words only."""

    def read(self, words: str, *, role: str, context: str | None, now: datetime) -> dict[str, Any] | None:
        """intent, slots and must_ask as the schema allows, or None when there is no usable answer. Never raises."""


@dataclass(frozen=True)
class Outside:
    """The services that a reading may call; without an ear a colleague listens, without a mind the rules' answer stands."""

    voices: Voices
    ear: Ear | None = None
    mind: Mind | None = None
    roads: Any = None  # handlers/travel.Roads; without one the straight line counts


@dataclass(frozen=True)
class Found:
    """What came back from outside: words, or a frame; or why there is nothing."""

    words: str | None = None
    frame: dict[str, Any] | None = None
    by: str = ""
    error: str = ""


# putting in -----------------------------------------------------------------------------------------------------------


def put_reading(ctx: Context, kind: str, person_id: int, *, push: str, said_at: datetime, **fields: Any) -> Reading:
    """One more thing to be worked, in the person's order."""
    ctx.did(lambda: _("takes a moment: %(kind)s", kind=kind))
    mine = {"community_id": ctx.community_id, "person_id": person_id, "trace_id": ctx.trace_id}
    return Reading.create(kind=kind, push=push, said_at=said_at, next_at=ctx.now, **mine, **fields)


def drop_thoughts(ctx: Context, person_id: int) -> None:
    """The person has said something else: what was still being thought about is not answered any more."""
    mine = (Reading.community_id == ctx.community_id) & (Reading.person_id == person_id)
    Reading.update(state="dropped").where(mine & (Reading.kind == "words") & Reading.state.in_(OPEN)).execute()


def voice_waits(ctx: Context, person_id: int) -> bool:
    """Whether something that the person said before is still being listened to."""
    mine = (Reading.community_id == ctx.community_id) & (Reading.person_id == person_id)
    return Reading.select().where(mine & Reading.kind.in_(("voice", "behind")) & Reading.state.in_(OPEN)).exists()


def take_asked(ctx: Context, reading_id: int) -> Reading | None:
    """The asker's own words that were said back and wait for a yes; taken once."""
    row = Reading.get_or_none(Reading.id == reading_id, Reading.person_id == ctx.actor.id)
    return row if row is not None and row.change(where={"state": "asked"}, state="done") else None


# working --------------------------------------------------------------------------------------------------------------


def work_reading(ctx: Context, outside: Outside, go_on: GoOn) -> bool:
    """Takes the next reading one step on: done, put off, or given up. False: nothing was due.

    `go_on(ctx, reading)` runs in the transaction that closes the row, and returns the answer's content, or None.
    """
    row = _claim(ctx)
    if row is None:
        return False
    here = replace(ctx, actor=system_actor(row.community_id), trace_id=row.trace_id)
    with bound(trace_id=row.trace_id):
        _one_step(here, row, outside, go_on)
    return True


def _one_step(here: Context, row: Reading, outside: Outside, go_on: GoOn) -> None:
    try:
        found = _ask_outside(here, row, outside)
    except NotNow as why:
        if row.attempts < here.settings.speech.tries:
            _put_back(here, row, str(why))
            return
        found = _given_up(here, row, str(why))
    except Never as why:
        found = _given_up(here, row, str(why))
    _settle(here, row, found, go_on)


def _claim(ctx: Context) -> Reading | None:
    """The first row that is due and whose person has no earlier one; what a crash left behind comes back after its lease."""
    earlier = Reading.alias()
    blocked = earlier.select().where(
        (earlier.community_id == Reading.community_id)
        & (earlier.person_id == Reading.person_id)
        & (earlier.id < Reading.id)
        & (earlier.kind != "keep")
        & earlier.state.in_(OPEN)
    )
    free = (Reading.kind == "keep") | ~fn.EXISTS(blocked)
    ready = (Reading.state == "new") & (Reading.next_at <= ctx.now) & free
    left = (Reading.state == "working") & (Reading.lease_until < WALL.now())
    with transaction():
        row = Reading.select().where(ready | left).order_by(Reading.id).first()
        if row is None:
            return None
        until = WALL.now() + timedelta(seconds=_lease_s(ctx, row.kind))
        was = {"state": row.state, "attempts": row.attempts}
        lease = {"lease": new_lease(), "lease_until": until}
        return row if row.change(where=was, state="working", attempts=row.attempts + 1, **lease) else None


def _lease_s(ctx: Context, kind: str) -> float:
    """Longer than everything that may be waited for while a row of this kind is in hand."""
    longest = {
        "words": float(ctx.settings.model.timeout_s),
        "voice": 30 + float(ctx.settings.speech.timeout_s),  # it is fetched and made playable as well
        "keep": 30 + float(ctx.settings.speech.timeout_s),
    }
    return 15 + longest.get(kind, 0)


def _ask_outside(ctx: Context, row: Reading, outside: Outside) -> Found:
    """The calls of this kind of row; no transaction is open here."""
    if row.attempts > ctx.settings.speech.tries:
        raise Never("it was tried too often")
    return OUTSIDE[row.kind](ctx, row, outside)


def _hear(ctx: Context, row: Reading, outside: Outside) -> Found:
    sound = find_sound(row.recording_id)
    if sound is None:
        let_go()  # a call may take half a minute, in which others need the connection
        sound = outside.voices.fetch(_media_of(row))
        keep_sound(row.recording_id, sound)
    if outside.ear is None or not ctx.settings.speech.listen or not _about(row).get("ear"):
        return Found()
    let_go()
    words = outside.ear.hear(sound).strip()
    if not words:
        raise Never("nothing was heard in it")
    return Found(words=words[:1000], by="transcriber")


def _about(row: Reading) -> dict[str, Any]:
    """What was put down with it: the sound's names, or as whom and on which card it was said."""
    return dict(row.frame) if row.frame else {}


def _media_of(row: Reading) -> list[str]:
    return list(_about(row).get("media", []))


def _think(ctx: Context, row: Reading, outside: Outside) -> Found:
    if outside.mind is None or not ctx.settings.model.read:
        return Found()
    masked = mask_words(row.words or "", known_of(row.community_id, row.person_id))
    role = str(_about(row).get("role") or "resident")
    let_go()
    frame = outside.mind.read(masked, role=role, context=row.context, now=row.said_at)
    return Found(frame={**_about(row), **frame} if frame else None, by="model" if frame else "")


OUTSIDE: Mapping[str, Callable[[Context, Reading, Outside], Found]] = {
    "voice": _hear,
    "keep": _hear,
    "words": _think,
    "behind": lambda ctx, row, outside: Found(),
    "typed": lambda ctx, row, outside: Found(),
}


def _given_up(ctx: Context, row: Reading, why: str) -> Found:
    log.warning("reading.given_up", reading=row.id, kind=row.kind, why=why)
    if row.recording_id is not None:
        with transaction():
            lose_sound(row.recording_id, why)
    return Found(error=why)


def _put_back(ctx: Context, row: Reading, why: str) -> None:
    ladder = ctx.settings.messages.retry_ladder_s
    wait = timedelta(seconds=ladder[min(row.attempts, len(ladder)) - 1])
    with transaction():
        row.change(where={"lease": row.lease}, state="new", lease=None, next_at=ctx.now + wait, error=why[:300])


def _settle(ctx: Context, row: Reading, found: Found, go_on: GoOn) -> None:
    """Closes the row and goes on with the talk, in one transaction fenced by the lease; dropped meanwhile: nothing happens."""
    lease = row.lease
    try:
        with transaction():
            _take_turn(row)
            if row.change(where={"lease": lease, "state": "working"}, **_outcome(row, found)):
                _answer(ctx, row, go_on)
    except REFUSALS:
        raise
    except Exception as failure:
        row.lease = lease  # undone in the database, and so here
        log.exception("reading.failed", reading=row.id, kind=row.kind)
        _failed(ctx, row, f"{type(failure).__name__}: {failure}")


def _take_turn(row: Reading) -> None:
    """Nobody works another message of this person at the same moment: each would keep the talk as the other one found it."""
    for account in Identity.pick_all(community_id=row.community_id, person_id=row.person_id, order="id"):
        hold(turn_of(account.app_id, account.openid))


def _outcome(row: Reading, found: Found) -> dict[str, Any]:
    fields: dict[str, Any] = {"state": "done", "lease": None, "error": found.error[:300] or None}
    if found.words is not None:
        fields |= {"words": found.words, "by": found.by}
    if row.kind == "words":
        fields |= {"frame": found.frame, "by": found.by}
    return fields


def _answer(ctx: Context, row: Reading, go_on: GoOn) -> None:
    if row.recording_id is not None and row.words:
        note_words(row.recording_id, row.words)
    reply = go_on(ctx, row) if row.kind != "keep" else None
    if reply:
        row.change(reply=reply)
        tell(ctx, row.person_id, "late_answer", about=("reading", row.id), reading_id=row.id)


def _failed(ctx: Context, row: Reading, why: str) -> None:
    """A mistake of ours: tried again; then a colleague is told, and the person hears it kindly."""
    if row.attempts < ctx.settings.speech.tries:
        _put_back(ctx, row, why)
        return
    with transaction():
        if row.change(where={"lease": row.lease}, state="failed", lease=None, error=why[:300]):
            raise_alert(ctx, "reading_failed", _("A message could not be worked on."), about=("reading", row.id))
            tell(ctx, row.person_id, SORRY, about=("reading", row.id))


# telling --------------------------------------------------------------------------------------------------------------


def _late_words(telling: Telling) -> Card:
    """The answer is personal and stays where it is kept encrypted; the notice only names it."""
    row = Reading.find(telling["reading_id"])
    if row is None or not row.reply:
        return Card(_("I'm here. What can I do for you?"))
    stored = json.loads(row.reply)
    return Card(stored["text"], tuple(Choice(i, w) for i, w in stored["choices"]))


register(Notice("late_answer", _late_words, urgency="high", sample={"reading_id": 0}))
