"""Alerts to staff: something has run late or failed and somebody should look (K4 in its first form)."""

from datetime import datetime

from handlers.context import FRONT, Context, use_case
from models.clocks import Alert


def raise_alert(
    ctx: Context,
    kind: str,
    words: str,
    *,
    about: tuple[str, int] | None = None,
    owner: str = "coordinator",
    key: str = "",
) -> None:
    """Puts one alert before staff; the same kind, subject and key again changes nothing."""
    subject = about or ("", 0)
    Alert.insert(
        community_id=ctx.community_id,
        kind=kind,
        key=f"{ctx.community_id}:{kind}:{subject[0]}:{subject[1]}:{key}",
        subject_kind=subject[0],
        subject_id=subject[1] or None,
        owner=owner,
        words=words,
        at=ctx.now,
    ).on_conflict_ignore().execute()


def settle_alerts(ctx: Context, kind: str, about: tuple[str, int]) -> None:
    """What an alert of this kind about a thing waited for has happened: it need not be looked at any more."""
    mine = (Alert.community_id == ctx.community_id) & (Alert.kind == kind) & (Alert.state == "open")
    that = mine & (Alert.subject_kind == about[0]) & (Alert.subject_id == about[1])
    Alert.update(state="done", closed_at=ctx.now).where(that).execute()


@use_case(*FRONT)
def close_alert(ctx: Context, alert_id: int) -> None:
    """Somebody has looked at it."""
    Alert.update(state="done", closed_at=ctx.now, closed_by=ctx.actor.id).where(
        Alert.community_id == ctx.community_id, Alert.id == alert_id, Alert.state == "open"
    ).execute()


@use_case(*FRONT)
def list_alerts(ctx: Context) -> list[Alert]:
    """Open alerts of this community, newest first."""
    mine = (Alert.community_id == ctx.community_id) & (Alert.state == "open")
    return list(Alert.select().where(mine).order_by(Alert.at.desc()))


@use_case(*FRONT)
def reopen_alert(ctx: Context, alert_id: int) -> None:
    """撤回: it stands before staff again."""
    Alert.update(state="open", closed_at=None, closed_by=None).where(
        Alert.community_id == ctx.community_id, Alert.id == alert_id, Alert.closed_by == ctx.actor.id
    ).execute()


def withdraw_alerts(ctx: Context, about: tuple[str, int], since: datetime) -> None:
    """What was raised about a thing since then is no longer so: its cause was taken back."""
    mine = (Alert.community_id == ctx.community_id) & (Alert.subject_kind == about[0]) & (Alert.subject_id == about[1])
    Alert.update(state="done", closed_at=ctx.now).where(mine & (Alert.state == "open") & (Alert.at >= since)).execute()
