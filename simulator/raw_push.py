"""POST /sandbox/push: any push, as often and as wrong as a test wants it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from simulator.envelope import read_xml
from simulator.messages import event, message, scene_of
from simulator.phones import set_follow
from simulator.push import Manner, Push, Pusher
from simulator.store import Doc
from simulator.world import World

_HEAD = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "MsgId")
_KNOWN = {
    "person",
    "openid",
    "message",
    "xml",
    "mode",
    "repeat",
    "concurrent",
    "bad_signature",
    "bad_cipher",
    "wrong_app",
    "timestamp_offset",
    "queue",
    "as",
}


def push_by_hand(world: World, pusher: Pusher, given: dict[str, Any]) -> list[Doc]:
    """Push `message` (its fields; head and MsgId are added) or `xml` (as it is) for `person` or `openid`.

    `repeat` times one after the other, each time `concurrent` times at once; always the same MsgId. `queue` leaves it to
    the platform's own way, with its repeats, and returns at once. ValueError for what makes no sense.
    """
    if strange := given.keys() - _KNOWN:
        raise ValueError(f"unknown: {', '.join(sorted(strange))}")
    push = _make(world, pusher, given)
    about = {"msg_id": push.fields.get("MsgId"), "key": push.key, "bubble": push.bubble}
    if given.get("queue"):
        pusher.send(push)
        return [about | {"queued": True}]
    manner = Manner(
        given.get("mode", world.config.push_mode),
        bool(given.get("bad_signature")),
        bool(given.get("bad_cipher")),
        str(given.get("wrong_app", "")),
        int(given.get("timestamp_offset", 0)),
    )
    return [
        about | result for _ in range(int(given.get("repeat", 1))) for result in _at_once(pusher, push, manner, given)
    ]


def _at_once(pusher: Pusher, push: Push, manner: Manner, given: dict[str, Any]) -> list[Doc]:
    times = int(given.get("concurrent", 1))
    if times == 1:
        return [_once(pusher, push, manner)]
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: _once(pusher, push, manner), range(times)))


def _once(pusher: Pusher, push: Push, manner: Manner) -> Doc:
    sent, answer = pusher.attempt(push, manner)
    body = answer.plain if answer.ok else sent.body
    return {
        "status": sent.status,
        "body": body,
        "ms": sent.ms,
        "ok": answer.ok,
        "reply": answer.fields,
        "error": answer.reason,
    }


def _make(world: World, pusher: Pusher, given: dict[str, Any]) -> Push:
    mini = given.get("as") == "miniprogram"
    if mini and not world.config.miniprogram_push_url:
        raise ValueError("miniprogram_push_url is not set")
    app_id = world.config.miniprogram_app_id if mini else world.config.app_id
    fields = dict(given["message"]) if "message" in given else _read_head(str(given["xml"]))
    if "message" in given:
        fields.setdefault("MsgType", "text")
        _check(fields)
    with world.change():
        who = str(given.get("person") or given.get("openid") or fields.get("FromUserName") or "")
        person = world.people.find(who) or (world.people.invent(who) if who else None)
        if person is None:
            raise ValueError("person or openid is needed")
        _act(world, person, app_id, fields)
        bubble = world.show(person, **own_bubble(fields))
        push = pusher.make(person, app_id, fields, bubble)
    return replace(push, xml=str(given["xml"])) if "xml" in given else push


def _read_head(xml: str) -> dict[str, Any]:
    try:
        return {key: value for key, value in read_xml(xml).items() if isinstance(value, str)}
    except ValueError:
        return {"MsgType": "text", "Content": xml[:40]}


def _check(fields: dict[str, Any]) -> None:
    rest = {key: value for key, value in fields.items() if key not in _HEAD}
    event(str(fields.get("Event")), **rest) if fields["MsgType"] == "event" else message(str(fields["MsgType"]), **rest)


def _act(world: World, person: Doc, app_id: str, fields: dict[str, Any]) -> None:
    if fields.get("Event") in ("subscribe", "unsubscribe"):
        set_follow(world, person, fields["Event"] == "subscribe")
    if scene := scene_of(fields):
        mini = world.is_mini(app_id) and scene == "message"
        world.windows.open(app_id, world.openid(person, app_id), "mini_message" if mini else scene)


def own_bubble(fields: dict[str, Any]) -> Doc:
    """How a push made by hand stands on the phone."""
    kind = str(fields.get("MsgType"))
    if kind == "event":
        return {
            "side": "system",
            "kind": "notice",
            "text": f"{fields.get('Event')} {fields.get('EventKey', '')}".strip(),
        }
    if kind == "location":
        place = {"label": fields.get("Label", ""), "lat": fields.get("Location_X"), "lng": fields.get("Location_Y")}
        return {"side": "me", "kind": "location", "text": str(fields.get("Label", "")), "place": place}
    return {
        "side": "me",
        "kind": kind if kind in ("voice", "image") else "text",
        "text": str(fields.get("Content", "")),
    }
