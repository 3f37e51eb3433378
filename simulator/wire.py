"""What went over the line for one bubble, as the page's drawer shows it."""

from datetime import UTC, datetime

from simulator.bubbles import spoken
from simulator.clock import SHANGHAI, write_moment
from simulator.store import Doc
from simulator.world import World

_CALL_KEYS = ("at", "path", "request", "answer", "ms", "attempt", "fault")


def wire_of(world: World, bubble: Doc) -> Doc:
    """The push, the calls that followed, and what is left of the reply window."""
    person = world.people.get(bubble["person"]) or {}
    push = world.wires.get(bubble["id"]) or world.wires.get(bubble.get("cause") or "")
    keys = ("path", "query", "plain", "cipher", "key", "attempts")
    return {
        "title": _title(person, bubble),
        "push": {key: push[key] for key in keys} if push else None,
        "calls": [{key: call[key] for key in _CALL_KEYS} for call in world.calls.of(bubble)],
        "window": window_of(world, person["openid"]),
    }


def _title(person: Doc, bubble: Doc) -> str:
    words = (spoken(bubble["parts"]) or bubble["text"]).replace("\n", " ")
    words = words if len(words) <= 24 else words[:23] + "…"
    if bubble["side"] == "me":
        return f"{person['name']} 说「{words}」"
    return f"{person['name']} · {words}" if bubble["side"] == "system" else f"发给{person['name']}「{words}」"


def window_of(world: World, openid: str) -> Doc | None:
    """How many customer-service messages are left, in words; None when no window is open."""
    left = world.windows.left(world.config.app_id, openid)
    if left is None:
        return None
    until = datetime.fromtimestamp(left[1], UTC)
    local = until.astimezone(SHANGHAI)
    words = f"客服消息还能发 {left[0]} 条，到 {local.month}月{local.day}日 {local.hour}:{local.minute:02d}"
    return {"words": words, "left": left[0], "until": write_moment(until)}
