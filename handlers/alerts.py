"""Alerts to staff: something has run late or failed and somebody should look (K4 in its first form)."""

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
