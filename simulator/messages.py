"""Every kind of message and event that the platform pushes, and what each one carries."""

import hashlib
import itertools
import time
from typing import Any

_OPTIONAL = frozenset({"MsgDataId", "Idx", "BusinessId"})
MESSAGES: dict[str, frozenset[str]] = {
    "text": frozenset({"Content", "bizmsgmenuid"}),
    "image": frozenset({"PicUrl", "MediaId"}),
    "voice": frozenset({"MediaId", "Format", "MediaId16K", "Recognition"}),
    "video": frozenset({"MediaId", "ThumbMediaId"}),
    "shortvideo": frozenset({"MediaId", "ThumbMediaId"}),
    "location": frozenset({"Location_X", "Location_Y", "Scale", "Label"}),
    "link": frozenset({"Title", "Description", "Url"}),
    "miniprogrampage": frozenset({"Title", "AppId", "PagePath", "ThumbUrl", "ThumbMediaId"}),
}
_SCAN_CODE = frozenset({"EventKey", "ScanCodeInfo"})
_PICTURES = frozenset({"EventKey", "SendPicsInfo"})
_REVOKED = frozenset({"OpenID", "UnionID", "AppID", "RevokeInfo", "PluginID", "OpenPID"})
EVENTS: dict[str, frozenset[str]] = {
    "subscribe": frozenset({"EventKey", "Ticket"}),
    "unsubscribe": frozenset({"EventKey"}),
    "SCAN": frozenset({"EventKey", "Ticket"}),
    "LOCATION": frozenset({"Latitude", "Longitude", "Precision"}),
    "CLICK": frozenset({"EventKey"}),
    "VIEW": frozenset({"EventKey", "MenuId"}),
    "view_miniprogram": frozenset({"EventKey", "MenuId"}),
    "scancode_push": _SCAN_CODE,
    "scancode_waitmsg": _SCAN_CODE,
    "pic_sysphoto": _PICTURES,
    "pic_photo_or_album": _PICTURES,
    "pic_weixin": _PICTURES,
    "location_select": frozenset({"EventKey", "SendLocationInfo"}),
    "TEMPLATESENDJOBFINISH": frozenset({"MsgID", "Status"}),
    "MASSSENDJOBFINISH": frozenset(
        {
            "MsgID",
            "Status",
            "TotalCount",
            "FilterCount",
            "SentCount",
            "ErrorCount",
            "CopyrightCheckResult",
            "ArticleUrlResult",
        }
    ),
    "subscribe_msg_popup_event": frozenset({"SubscribeMsgPopupEvent"}),
    "subscribe_msg_change_event": frozenset({"SubscribeMsgChangeEvent"}),
    "subscribe_msg_sent_event": frozenset({"SubscribeMsgSentEvent"}),
    "user_enter_tempsession": frozenset({"SessionFrom"}),
    "kf_create_session": frozenset({"KfAccount"}),
    "kf_close_session": frozenset({"KfAccount"}),
    "kf_switch_session": frozenset({"FromKfAccount", "ToKfAccount"}),
    "wxa_media_check": frozenset({"appid", "trace_id", "version", "result", "detail"}),
    "weapp_audit_success": frozenset({"SuccTime"}),
    "weapp_audit_fail": frozenset({"Reason", "FailTime", "ScreenShot"}),
    "weapp_audit_delay": frozenset({"Reason", "DelayTime"}),
    "user_info_modified": _REVOKED,
    "user_authorization_revoke": _REVOKED,
    "user_authorization_cancellation": _REVOKED,
}
# What a person does -> the window that it opens (see windows.GRANTS).
_SCENES = {
    "subscribe": "follow",
    "SCAN": "scan",
    "CLICK": "menu",
    "scancode_push": "menu",
    "scancode_waitmsg": "menu",
    "user_enter_tempsession": "mini_enter",
}
_numbers = itertools.count()


def new_message_id() -> int:
    """A 64-bit number that no other message has, also after a new start."""
    return int(time.time() * 1000) * 10_000 + next(_numbers) % 10_000


def message(kind: str, **fields: Any) -> dict[str, Any]:
    """What a message of this kind carries besides head and tail; ValueError for a field it does not have."""
    _refuse_unknown(kind, MESSAGES.get(kind), fields)
    return {"MsgType": kind, **fields}


def event(name: str, **fields: Any) -> dict[str, Any]:
    """What an event of this name carries besides its head; ValueError for a field it does not have."""
    _refuse_unknown(name, EVENTS.get(name), fields)
    return {"MsgType": "event", "Event": name, **fields}


def _refuse_unknown(kind: str, known: frozenset[str] | None, fields: dict[str, Any]) -> None:
    if known is None:
        raise ValueError(f"the platform pushes no {kind!r}")
    if strange := fields.keys() - known - _OPTIONAL:
        raise ValueError(f"{kind} has no {', '.join(sorted(strange))}")


def complete(fields: dict[str, Any], account: str, openid: str, now: int) -> dict[str, Any]:
    """With the common head, and a MsgId where a message has one; what is given already stays."""
    head = {"ToUserName": account, "FromUserName": openid, "CreateTime": now}
    tail = {} if fields.get("MsgType") == "event" else {"MsgId": new_message_id()}
    return head | fields | {key: value for key, value in tail.items() if key not in fields}


def scene_of(fields: dict[str, Any]) -> str | None:
    """The reply window that this push opens, None if it opens none; an answer to a menu counts as a click."""
    if fields.get("MsgType") == "event":
        return _SCENES.get(str(fields.get("Event")))
    return "menu" if "bizmsgmenuid" in fields else "message"


def dedupe_key(fields: dict[str, Any]) -> str:
    """What makes two pushes the same one: the MsgId, or sender, time, event and its key."""
    if "MsgId" in fields:
        return f"m:{fields['MsgId']}"
    digest = hashlib.sha256(str(fields.get("EventKey", "")).encode()).hexdigest()[:16]
    return "e:" + "|".join(str(fields.get(key, "")) for key in ("FromUserName", "CreateTime", "Event")) + f"|{digest}"
