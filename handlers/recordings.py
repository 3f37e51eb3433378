"""Voice messages: kept sealed for a while so that a consultant can listen; and what they say, once it was heard (C3, A6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.access import access_handover, not_found
from handlers.context import FRONT, Context, Refused, transaction, use_case
from handlers.deadlines import drop_deadlines
from handlers.handovers import log_line
from handlers.lifecycle import advance, record
from handlers.words import _
from models.people import Person
from models.readings import LastHeard, Reading, Recording
from models.rules.lifecycles import HANDOVER
from models.talk import ChatLine, Handover


@dataclass(frozen=True)
class Sound:
    """A recording as a browser can play it."""

    data: bytes
    mime: str
    seconds: int = 0


@dataclass(frozen=True)
class Spoken:
    """A voice message as it came: the platform's names of it (the clearest first), its push, and when it was said."""

    media_ids: list[str]
    push: str
    said_at: datetime


def keep_voice(ctx: Context, person_id: int, spoken: Spoken, *, may_leave: bool, hear: bool) -> None:
    """A voice came: it is fetched by the jobs process. `may_leave`: a service may turn it into words; `hear`: these are then
    worked as if typed, else they only stand beside the sound for the consultant who listens."""
    line = log_line(ctx, person_id, words=_("voice message"), mine=True, kind="voice", media=spoken.media_ids[0])
    mine = {"community_id": ctx.community_id, "person_id": person_id}
    sound = Recording.create(**mine, line_id=line.id, media_ids=spoken.media_ids, at=spoken.said_at)
    Reading.create(
        **mine,
        kind="voice" if hear else "keep",
        push=spoken.push,
        frame={"media": spoken.media_ids, "ear": may_leave},
        recording_id=sound.id,
        said_at=spoken.said_at,
        next_at=ctx.now,
        trace_id=ctx.trace_id,
    )


def find_sound(recording_id: int | None) -> Sound | None:
    """The sound, if it was fetched already."""
    row = Recording.find(recording_id)
    return None if row is None or row.data is None else Sound(row.data, row.mime, row.seconds)


def keep_sound(recording_id: int, sound: Sound) -> None:
    """It was fetched: kept at once, so that a second try need not fetch it again."""
    fields = {"data": sound.data, "mime": sound.mime, "seconds": sound.seconds}
    with transaction():
        Recording.update(state="kept", **fields).where(
            (Recording.id == recording_id) & (Recording.state == "wanted")
        ).execute()


def lose_sound(recording_id: int, why: str) -> None:
    """The platform has it no more, or it is no sound: staff see that they must ask."""
    Recording.update(state="lost", why=why[:300]).where(
        (Recording.id == recording_id) & (Recording.state == "wanted")
    ).execute()


def note_words(recording_id: int, words: str) -> None:
    """What was heard stands beside the sound in the talk."""
    row = Recording.find(recording_id)
    if row is not None:
        ChatLine.update(words=words).where(ChatLine.id == row.line_id).execute()


def clear_recordings(ctx: Context) -> None:
    """Sounds are kept for speech.keep_days; what was said in them stays in the talk."""
    over = ctx.now - timedelta(days=ctx.settings.speech.keep_days)
    Recording.update(state="gone", data=None).where((Recording.at < over) & (Recording.state != "gone")).execute()
    Reading.delete().where((Reading.said_at < over) & Reading.state.not_in(("new", "working"))).execute()


def forget_voices(person: Person) -> None:
    """Somebody closed their account: their sounds and last words go (A6)."""
    for table in (Recording, Reading, LastHeard):
        table.delete().where((table.community_id == person.community_id) & (table.person_id == person.id)).execute()


# at the desk ----------------------------------------------------------------------------------------------------------


@use_case(*FRONT)
def listen(ctx: Context, recording_id: int) -> Sound:
    """The sound, for whoever is to answer it. Foreign, lost and over: not_found."""
    row = Recording.get_or_none(Recording.id == recording_id, Recording.community_id == ctx.community_id)
    if row is None or row.data is None:
        raise not_found()
    return Sound(row.data, row.mime, row.seconds)


@use_case(*FRONT)
def voices_in(ctx: Context, person_id: int) -> dict[int, dict[str, Any]]:
    """The voices of a talk by the id of their line: where to play them, how long, and what can't be played any more."""
    mine = (Recording.community_id == ctx.community_id) & (Recording.person_id == person_id)
    columns = (Recording.id, Recording.line_id, Recording.state, Recording.seconds)
    return {
        row.line_id: {"url": f"/console/voices/{row.id}", "state": row.state, "seconds": row.seconds}
        for row in Recording.select(*columns).where(mine)
    }


@use_case(*FRONT)
def say_for_them(ctx: Context, handover_id: int, line_id: int, *, words: str) -> None:
    """A colleague wrote down what a voice says: the bot goes on with it as the person's own words, and the talk is given back.

    Refuses: missing (no words), not_now (somebody gave it back already), not_found (no voice of this talk).
    """
    handover = access_handover(ctx, handover_id)
    sound = Recording.get_or_none(Recording.line_id == line_id, Recording.community_id == ctx.community_id)
    if sound is None or sound.person_id != handover.person_id:
        raise not_found()
    if not words.strip():
        raise Refused("missing", _("Please write what they say first."), status=400)
    if handover.state == "closed":
        raise Refused("not_now", _("This talk is over. Please take it up again first."))
    _write_down(ctx, handover, sound, words.strip()[:1000])


def _write_down(ctx: Context, handover: Handover, sound: Recording, words: str) -> None:
    came = Reading.select().where(Reading.recording_id == sound.id).order_by(Reading.id).first()
    if came is None:
        raise not_found()
    note_words(sound.id, words)
    if handover.state == "waiting":
        advance(ctx, HANDOVER, handover, "take", staff_id=ctx.actor.id, taken_at=ctx.now)
    advance(ctx, HANDOVER, handover, "close", closed_at=ctx.now)
    drop_deadlines(ctx, ("handover", handover.id), note="written down")
    record(ctx, "handover", handover.id, "write_down", handover.state, handover.state)
    Reading.create(
        community_id=ctx.community_id,
        person_id=handover.person_id,
        kind="typed",
        push=came.push,
        words=words,
        by=ctx.actor.called,
        said_at=sound.at,
        next_at=ctx.now,
        trace_id=ctx.trace_id,
    )
