"""What was not, or not rightly, understood: kept masked and tied to nobody, for staff to say what was meant (C3, A6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.context import Context
from handlers.masking import mask_words
from handlers.private import known_of
from models.crypto import blind_index
from models.quick import add_if_new, add_or_put
from models.readings import Heard, LastHeard

CALM = frozenset(
    {"greeting", "help", "human_agent", "emergency", "unsubscribe_reminders"}
)  # asking for a person after these blames no reading


@dataclass(frozen=True)
class Said:
    """Words and how they were read: `frame` has intent, slots, must_ask and by (rules or model)."""

    role: str
    words: str
    context: str | None
    frame: dict[str, Any]
    unsure: bool = False
    corrects: bool = False  # these words say that the ones before were misread


def note_said(ctx: Context, said: Said) -> None:
    """Remembers the asker's last words; keeps them where nothing here could read them, and the ones before if these correct them."""
    if not ctx.settings.misunderstood.keep or ctx.actor.id is None:
        return
    if said.corrects:
        note_corrected(ctx)
    why = "other" if said.frame["intent"] == "other" else "unsure" if said.unsure else ""
    kept = _keep(ctx, said, why) if why else None
    _remember(ctx, said, kept.id if kept is not None else None)


def note_corrected(ctx: Context) -> None:
    """The asker says that their last words were misread."""
    before = _last(ctx) if ctx.settings.misunderstood.keep else None
    if before is not None:
        _keep_last(ctx, before, "corrected")


def note_handed_over(ctx: Context) -> None:
    """The asker wants a person: soon after being answered, the answer may have been wrong."""
    before = _last(ctx) if ctx.settings.misunderstood.keep else None
    within = timedelta(minutes=ctx.settings.misunderstood.handed_over_within_min)
    if before is not None and before.said_at >= ctx.now - within and before.frame["intent"] not in CALM:
        _keep_last(ctx, before, "handed_over")


def _last(ctx: Context) -> LastHeard | None:
    return LastHeard.pick(community_id=ctx.community_id, person_id=ctx.actor.id)


def _remember(ctx: Context, said: Said, heard_id: int | None) -> None:
    fields = {
        "heard_id": heard_id,
        "role": said.role,
        "context": said.context,
        "words": said.words,
        "frame": said.frame,
        "said_at": ctx.now,
    }
    add_or_put(LastHeard, {"community_id": ctx.community_id, "person_id": ctx.actor.id}, fields)


def _keep_last(ctx: Context, before: LastHeard, why: str) -> None:
    kept = Heard.find(before.heard_id)
    if kept is None:
        kept = _keep(ctx, Said(before.role, before.words, before.context, before.frame), why, at=before.said_at)
        before.change(heard_id=kept.id)
    elif why not in kept.why:
        kept.change(why=[*kept.why, why])


def _keep(ctx: Context, said: Said, why: str, at: Any = None) -> Heard:
    """Masked; the same words in the same place again only count up, and are open again if they did not matter before."""
    words = mask_words(said.words, known_of(ctx.community_id, ctx.actor.id))
    mark = blind_index(mark_of(said.role, said.context, words))
    fields: dict[str, Any] = {"role": said.role, "context": said.context, "words": words, "frame": _masked(said.frame)}
    new = {"community_id": ctx.community_id, "mark": mark, "why": [why], "said_at": at or ctx.now}
    if add_if_new(Heard, {**new, **fields}) is None:  # somebody said the same before, or at this very moment
        Heard.update(times=Heard.times + 1).where(Heard.community_id == ctx.community_id, Heard.mark == mark).execute()
    found = Heard.get(Heard.community_id == ctx.community_id, Heard.mark == mark)
    found.change(why=sorted({*found.why, why}), said_at=at or ctx.now)
    return found


def mark_of(role: str, context: str | None, words: str) -> str:
    """What makes two of them the same: the place, not the thing that it was about."""
    return f"{role}|{(context or '').partition(':')[0]}|{words}"


def _masked(frame: dict[str, Any]) -> dict[str, Any]:
    """A frame without the name that it may hold."""
    slots = dict(frame.get("slots") or {})
    if "worker_name" in slots:
        slots["worker_name"] = mask_words(str(slots["worker_name"]))
    return {**frame, "slots": slots}


def clear_heard(ctx: Context) -> None:
    """What was kept goes after misunderstood.keep_days, labelled or not; the last words of each person after a day."""
    over = ctx.now - timedelta(days=ctx.settings.misunderstood.keep_days)
    Heard.delete().where(Heard.said_at < over).execute()
    LastHeard.delete().where(LastHeard.said_at < ctx.now - timedelta(days=1)).execute()
