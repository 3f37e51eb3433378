"""A person takes over from the bot, and gives back; what was said is kept for both (B5).

While a hand-over is open the bot is silent. One person has at most one open hand-over.
"""

from datetime import datetime, timedelta

from handlers.access import access_handover, access_person
from handlers.alerts import raise_alert, settle_alerts
from handlers.context import FRONT, PEOPLE, Context, Refused, use_case
from handlers.deadlines import drop_deadlines, on_due, set_deadline
from handlers.lifecycle import advance, record
from handlers.notices import handovers as _declared  # noqa: F401 (declares what is told here)
from handlers.outbox import tell
from handlers.words import _, short
from models.clocks import Deadline
from models.opening import OPEN
from models.people import Person
from models.rules.lifecycles import HANDOVER
from models.rules.workdays import add_working_minutes
from models.talk import ChatLine, Handover


def open_handover(ctx: Context) -> Handover | None:
    """The asker's own open hand-over, or None; asked at every message."""
    return open_handover_of(ctx, ctx.actor.id) if ctx.actor.kind == "person" else None


def open_handover_of(ctx: Context, person_id: int | None) -> Handover | None:
    """The open hand-over of a person of this community."""
    found = Handover.pick_all(community_id=ctx.community_id, person_id=person_id, state__in=OPEN, order="-id", limit=1)
    return found[0] if found else None


@use_case(*PEOPLE)
def ask_for_person(ctx: Context, *, reason: str = "", emergency: bool = False) -> Handover:
    """A person wants to talk with a person (B5). Already waiting: the same hand-over, no second place in the queue.

    A consultant answers within handover.answer_within_min of working time, in an emergency at once; later raises an alert.
    """
    found = open_handover(ctx)
    if found is None:
        found = _open(ctx, reason, emergency)
    elif emergency:
        found.change(due_at=ctx.now)
    if emergency:
        words = _("%(name)s is in danger: %(words)s", name=_called(found.person_id), words=short(reason, 60))
        raise_alert(ctx, "emergency", words, about=("handover", found.id), key=ctx.trace_id)
    return found


def _open(ctx: Context, reason: str, emergency: bool) -> Handover:
    due = ctx.now if emergency else _due(ctx)
    fields = {"reason": reason, "opened_at": ctx.now, "due_at": due}
    made = Handover.create(community_id=ctx.community_id, person_id=ctx.actor.id, state=HANDOVER.first, **fields)
    record(ctx, "handover", made.id, "open", "", made.state, reason=short(reason, 200))
    about = ("handover", made.id)
    if not emergency:
        set_deadline(ctx, "handover_due", about, due)
    # Counted from when somebody should have answered: over a weekend nobody loses their place in the queue.
    set_deadline(ctx, "handover_silent", about, max(due, ctx.now) + timedelta(hours=ctx.settings.handover.silent_hours))
    return made


def _due(ctx: Context) -> datetime:
    here = ctx.settings.community
    return add_working_minutes(ctx.now, ctx.settings.handover.answer_within_min, here.opens_at, here.closes_at)


def _called(person_id: int) -> str:
    person = Person.find(person_id)
    return person.called if person is not None and person.called else _("Somebody")


@use_case(*FRONT)
def take_handover(ctx: Context, handover_id: int) -> Handover:
    """A consultant takes it; the person is told who is there. Refuses not_now when somebody else was quicker."""
    handover = access_handover(ctx, handover_id)
    advance(ctx, HANDOVER, handover, "take", staff_id=ctx.actor.id, taken_at=ctx.now)
    drop_deadlines(ctx, ("handover", handover.id), "handover_due", note="taken")
    for kind in ("emergency", "emergency_open"):
        settle_alerts(ctx, kind, ("handover", handover.id))
    tell(ctx, handover.person_id, "consultant_here", about=("handover", handover.id), staff=ctx.actor.called)
    return handover


@use_case(*FRONT)
def say_to_person(ctx: Context, handover_id: int, *, words: str) -> ChatLine:
    """A consultant's words to the person. Refuses empty words (missing) and closed hand-overs (not_now)."""
    handover = access_handover(ctx, handover_id)
    if not words.strip():
        raise Refused("missing", _("Please write something first."), status=400)
    if handover.state == "closed":
        raise Refused("not_now", _("This talk is over. Please take it up again first."))
    if handover.state == "waiting":
        take_handover(ctx, handover_id)
    twice = _said_just_now(ctx, handover.person_id, words.strip())
    if twice is not None:
        return twice
    line = log_line(ctx, handover.person_id, words=words.strip(), mine=False, by=ctx.actor.called or "staff")
    key = f"consultant_says:{line.id}"
    about = ("handover", handover.id)
    tell(ctx, handover.person_id, "consultant_says", about=about, key=key, staff=ctx.actor.called, line_id=line.id)
    put_off_silence(ctx, handover)
    return line


def _said_just_now(ctx: Context, person_id: int, words: str) -> ChatLine | None:
    """The same words from the same colleague as the last line: a form sent twice, which reaches the person once."""
    theirs = (ChatLine.community_id == ctx.community_id) & (ChatLine.person_id == person_id)
    last = ChatLine.select().where(theirs).order_by(ChatLine.id.desc()).first()
    same = last is not None and not last.mine and last.by == ctx.actor.called and last.words == words
    return last if same and last.at > ctx.now - timedelta(minutes=1) else None


def put_off_silence(ctx: Context, handover: Handover) -> None:
    """They are still talking: the bot stays silent for as long again."""
    until = ctx.now + timedelta(hours=ctx.settings.handover.silent_hours)
    set_deadline(ctx, "handover_silent", ("handover", handover.id), until)


@use_case(*PEOPLE, *FRONT, "system")
def give_back(ctx: Context, handover_id: int) -> None:
    """Back to the bot: by the person, by the consultant, or after long silence. Closed already: nothing happens."""
    handover = access_handover(ctx, handover_id)
    if handover.state == "closed":
        return
    advance(ctx, HANDOVER, handover, "close", closed_at=ctx.now)
    drop_deadlines(ctx, ("handover", handover.id), note="given back")
    if ctx.actor.kind != "person":
        settle_alerts(ctx, "emergency", ("handover", handover.id))
        tell(ctx, handover.person_id, "handed_back", about=("handover", handover.id))


@on_due("handover_due", useful_for=timedelta(hours=12))
def _nobody_yet(ctx: Context, row: Deadline) -> None:
    """Nobody has taken it in time: an alert, and the person is told honestly (B5)."""
    handover = Handover.find(row.subject_id)
    if handover is None or handover.state != "waiting":
        return
    words = _("%(name)s has been waiting for a colleague for too long.", name=_called(handover.person_id))
    raise_alert(ctx, "handover_waits", words, about=("handover", handover.id), owner="consultant")
    phone = ctx.settings.community.phone
    tell(ctx, handover.person_id, "handover_waits", about=("handover", handover.id), phone=phone)


@on_due("handover_silent", useful_for=timedelta(days=30))
def _silent_long(ctx: Context, row: Deadline) -> None:
    """Long silence: the bot answers again. Who still waits keeps the place in the queue, and is told so (B5)."""
    handover = Handover.find(row.subject_id)
    if handover is not None and handover.state == "waiting":
        tell(ctx, handover.person_id, "still_waiting", about=("handover", handover.id), phone=ctx.settings.community.phone)
    else:
        give_back(ctx, row.subject_id)


def given_up(ctx: Context, handover: Handover) -> bool:
    """Whether somebody has waited so long that the bot answers meanwhile, though they stay in the queue."""
    silent = timedelta(hours=ctx.settings.handover.silent_hours)
    since: datetime = max(handover.due_at, handover.opened_at)  # type: ignore[assignment]
    return handover.state == "waiting" and ctx.now >= since + silent


def log_line(
    ctx: Context, person_id: int, *, words: str, mine: bool, by: str = "bot", kind: str = "text", media: str | None = None
) -> ChatLine:
    """Keeps one thing said; `mine` means the person said it, else `by` (bot, or a colleague's name) did."""
    fields = {"by": "person" if mine else by, "kind": kind, "words": words, "media": media, "at": ctx.now}
    return ChatLine.create(community_id=ctx.community_id, person_id=person_id, mine=mine, **fields)


def note_line(ctx: Context, person_id: int, *, words: str, mine: bool) -> None:
    """Keeps words between a person and the bot."""
    by = "person" if mine else "bot"
    ChatLine.note(community_id=ctx.community_id, person_id=person_id, mine=mine, by=by, kind="text", words=words, media=None, at=ctx.now)


def note_delivered(ctx: Context, person_id: int, words: str) -> None:
    """Keeps what was sent to a person. What a colleague said was kept when they said it: its delivery does not keep it a second time."""
    if not _said_by_colleague(ctx, person_id, words):
        note_line(ctx, person_id, words=words, mine=False)


def _said_by_colleague(ctx: Context, person_id: int, words: str) -> bool:
    theirs = {"community_id": ctx.community_id, "person_id": person_id, "mine": False, "by__not": "bot"}
    recent = ChatLine.pick_all(**theirs, order="-id", limit=5)
    return any(words.endswith(line.words) for line in recent)


@use_case(*PEOPLE, *FRONT)
def list_lines(ctx: Context, person_id: int, limit: int = 50) -> list[ChatLine]:
    """The last lines of the talk with a person, oldest first; for staff, and for the person themselves."""
    access_person(ctx, person_id)
    theirs = (ChatLine.community_id == ctx.community_id) & (ChatLine.person_id == person_id)
    newest = ChatLine.select().where(theirs).order_by(ChatLine.at.desc(), ChatLine.id.desc()).limit(limit)
    return list(reversed(list(newest)))


@use_case(*FRONT)
def list_handovers(ctx: Context) -> list[Handover]:
    """Open hand-overs of this community, the one that is due first on top."""
    here = (Handover.community_id == ctx.community_id) & Handover.state.in_(OPEN)
    return list(Handover.select().where(here).order_by(Handover.due_at, Handover.id))
