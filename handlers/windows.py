"""What a person's own action allows us to send: windows of time with a count (wechat.md section 2).

A text opens 48 hours for 5 messages; a tap, a menu click, a follow or a scan opens one minute for 3. The passive reply
needs no window.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.context import Context
from models.messages import Window
from models.people import Identity


@dataclass(frozen=True)
class Allowance:
    """What one action gives: so many messages, for so long."""

    messages: int
    lasts: timedelta


ALLOWANCES = {
    "text": Allowance(5, timedelta(hours=48)),
    "tap": Allowance(3, timedelta(minutes=1)),
    "menu": Allowance(3, timedelta(minutes=1)),
    "follow": Allowance(3, timedelta(minutes=1)),
    "scan": Allowance(3, timedelta(minutes=1)),
}


def note_action(ctx: Context, *, app_id: str, openid: str, action: str | None) -> None:
    """A person did something on the platform; what that lets us send is remembered. None: it lets us send nothing."""
    identity = Identity.get_or_none(Identity.app_id == app_id, Identity.openid == openid)
    if identity is None:
        return
    identity.change(seen_at=ctx.now)
    if action is not None:
        identity.change(follows=True)  # only who follows can write or tap, also where the follow itself was missed
        open_window(identity, action, ctx.now)


def open_window(identity: Identity, action: str, now: datetime) -> None:
    """Remembers that a person did something that lets us write to them. A new action of a kind replaces the older one."""
    given = ALLOWANCES[action]
    mine = (Window.community_id == identity.community_id) & (Window.identity_id == identity.id)
    Window.delete().where(mine & ((Window.action == action) | (Window.until <= now))).execute()
    Window.insert(
        community_id=identity.community_id,
        identity_id=identity.id,
        action=action,
        opened_at=now,
        until=now + given.lasts,
        allowance=given.messages,
    ).execute()


def best_window(identity: Identity, now: datetime) -> Window | None:
    """The open window that is used up first by time, so that the long one is spared; None when nothing may be sent."""
    mine = (Window.community_id == identity.community_id) & (Window.identity_id == identity.id)
    free = (Window.until > now) & (Window.used < Window.allowance)
    return Window.select().where(mine & free).order_by(Window.until).first()


def use_window(window: Window) -> None:
    """One message of the window was spent."""
    window.change(used=Window.used + 1)


def give_back_window(window_id: int) -> None:
    """The message was not sent after all."""
    Window.update(used=Window.used - 1).where((Window.id == window_id) & (Window.used > 0)).execute()


def close_windows(identity: Identity, now: datetime) -> None:
    """The platform says that no window is open (45015, 45047): believe it."""
    mine = (Window.community_id == identity.community_id) & (Window.identity_id == identity.id)
    Window.update(until=now).where(mine & (Window.until > now)).execute()


def window_left(identity: Identity, now: datetime) -> tuple[int, datetime | None]:
    """How many messages may still be sent, and until when at the longest; for staff's eyes."""
    mine = (Window.community_id == identity.community_id) & (Window.identity_id == identity.id)
    open_ones = list(Window.select().where(mine & (Window.until > now) & (Window.used < Window.allowance)))
    left = sum(w.allowance - w.used for w in open_ones)
    return left, max((w.until for w in open_ones), default=None)


def reachable_now(ctx: Context, person_id: int) -> bool:
    """Whether a message to this person could leave at once, by a window that their own words opened."""
    mine = (Identity.community_id == ctx.community_id) & (Identity.person_id == person_id) & Identity.follows
    return any(best_window(identity, ctx.now) is not None for identity in Identity.select().where(mine))
