"""What a person's own action allows us to send: windows of time with a count (wechat.md section 2).

A text opens 48 hours for 5 messages; a tap, a menu key, a follow or a scan opens one minute for 3; in the mini-program a
text opens 48 hours for 5, entering the chat one minute for 2. A payment opens 48 hours without a count. The passive reply
needs no window.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.context import Context
from models.messages import Window
from models.people import Identity

SAFETY = timedelta(seconds=2)  # a window is taken to close so long before the platform closes it
ENDLESS = 1_000_000
FINE = 0.001  # a window opened anew is written anew only if it becomes longer by so much of it; nothing is sent too late for that
SEEN_EVERY = timedelta(minutes=1)  # when somebody was last seen is kept to the minute


@dataclass(frozen=True)
class Allowance:
    """What one action gives: so many messages, for so long."""

    messages: int
    lasts: timedelta


# A tap on a line of a card counts as a menu key, for the platform and so here: both share one window.
ALLOWANCES = {
    "text": Allowance(5, timedelta(hours=48)),
    "menu": Allowance(3, timedelta(minutes=1)),
    "follow": Allowance(3, timedelta(minutes=1)),
    "scan": Allowance(3, timedelta(minutes=1)),
    "pay": Allowance(ENDLESS, timedelta(hours=48)),
    "mini_text": Allowance(5, timedelta(hours=48)),
    "mini_enter": Allowance(2, timedelta(minutes=1)),
}


def note_action(ctx: Context, *, app_id: str, openid: str, action: str | None, at: datetime | None = None) -> None:
    """A person did something on the platform at `at` (now, if it is not said); what that lets us send is remembered.

    None: it lets us send nothing. A message that is worked late opens what is left of its window.
    """
    identity = Identity.pick(app_id=app_id, openid=openid)
    if identity is None:
        return
    seen: dict[str, Any] = {}
    if identity.seen_at is None or not timedelta() <= ctx.now - identity.seen_at < SEEN_EVERY:
        seen["seen_at"] = ctx.now
    if action is not None and app_id == ctx.settings.wechat.app_id and not identity.follows:
        seen["follows"] = True  # only who follows can write or tap, also where the follow itself was missed
    if seen:
        identity.amend(**seen)
    if action is not None:
        open_window(identity, action, min(at or ctx.now, ctx.now), ctx.now)


def open_window(identity: Identity, action: str, at: datetime, now: datetime) -> None:
    """Remembers that a person did something that lets us write to them; a newer action of a kind replaces the older one.

    What we sent at the same moment may count against either of the two, so it is counted against the new one.
    """
    given, older = ALLOWANCES[action], _of_kind(identity, action)
    if at + given.lasts - SAFETY <= now or (older is not None and older.opened_at > at):
        return
    if older is not None and not older.used and at - older.opened_at < given.lasts * FINE:
        return
    crossed = older is not None and older.used_at is not None and older.used_at >= at
    fields: dict[str, Any] = {"opened_at": at, "until": at + given.lasts - SAFETY, "allowance": given.messages, "used": int(crossed)}
    if older is not None:
        older.change(**fields)
    else:
        Window.note(community_id=identity.community_id, identity_id=identity.id, action=action, **fields)


def _mine(identity: Identity) -> Any:
    return (Window.community_id == identity.community_id) & (Window.identity_id == identity.id)


def _of_kind(identity: Identity, action: str) -> Window | None:
    return Window.pick(community_id=identity.community_id, identity_id=identity.id, action=action)


def best_window(identity: Identity, now: datetime) -> Window | None:
    """The open window that closes first, so that the long one is spared; None when nothing may be sent."""
    open_ones = Window.select().where(_mine(identity) & (Window.until > now) & (Window.opened_at <= now)).order_by(Window.until)
    return next((window for window in open_ones if window.used < window.allowance), None)


def use_window(window_id: int, now: datetime) -> bool:
    """Takes one message of the window; False when somebody else has just taken the last."""
    mine = (Window.id == window_id) & (Window.used < Window.allowance)
    return Window.update(used=Window.used + 1, used_at=now).where(mine).execute() == 1


def give_back_window(window_id: int) -> None:
    """The message was not sent after all."""
    Window.update(used=Window.used - 1).where((Window.id == window_id) & (Window.used > 0)).execute()


def close_windows(identity: Identity, now: datetime) -> None:
    """The platform says that no window is open (45015, 45047): believe it."""
    Window.update(until=now).where(_mine(identity) & (Window.until > now)).execute()


def window_left(identity: Identity, now: datetime) -> tuple[int, datetime | None]:
    """How many messages may still be sent, and until when at the longest; for staff's eyes."""
    open_ones = list(Window.select().where(_mine(identity) & (Window.until > now) & (Window.used < Window.allowance)))
    left = sum(w.allowance - w.used for w in open_ones)
    return left, max((w.until for w in open_ones), default=None)


def reachable_now(ctx: Context, person_id: int) -> bool:
    """Whether a message to this person could leave at once, by a window that their own words opened."""
    mine = (Identity.community_id == ctx.community_id) & (Identity.person_id == person_id) & Identity.follows
    return any(best_window(identity, ctx.now) is not None for identity in Identity.select().where(mine))
