"""What the product answers to a push, read as strictly as the platform reads it."""

from dataclasses import dataclass
from typing import Any

from simulator.envelope import Envelope, read_xml
from simulator.store import Doc

TEXT_BYTES = 2048
# What each kind of passive reply must carry.
_NEEDS: dict[str, tuple[str, ...]] = {
    "text": ("Content",),
    "image": ("Image",),
    "voice": ("Voice",),
    "video": ("Video",),
    "music": ("Music",),
    "news": ("ArticleCount", "Articles"),
    "transfer_customer_service": (),
}


@dataclass(frozen=True)
class Answer:
    """One attempt's outcome: `ok` when the platform is content, with `fields` when there is something to show.

    `again` when it will push once more; else a bad answer ends in the grey notice at once.
    """

    ok: bool
    again: bool = False
    fields: Doc | None = None
    plain: str = ""
    cipher: str = ""
    reason: str = ""


def read_answer(envelope: Envelope, mode: str, account: str, openid: str, status: int, body: str) -> Answer:
    """Judge the body of a 200, or another status; 0 stands for no answer at all."""
    if status != 200:
        return Answer(False, again=True, plain=body, reason=f"HTTP {status}" if status else body)
    if body in ("", "success"):
        return Answer(True, plain=body)
    try:
        plain, encrypted = envelope.unwrap(body)
        fields = read_xml(plain)
        _check(fields, account, openid)
    except ValueError as error:
        return Answer(False, plain=body, reason=str(error))
    if mode == "safe" and not encrypted:
        return Answer(False, plain=body, reason="an account in safe mode must answer encrypted")
    return Answer(True, fields=fields, plain=plain, cipher=body if encrypted else "")


def _check(fields: dict[str, Any], account: str, openid: str) -> None:
    kind = fields.get("MsgType")
    if kind not in _NEEDS:
        raise ValueError(f"no reply of kind {kind!r}")
    if fields.get("ToUserName") != openid or fields.get("FromUserName") != account:
        raise ValueError("the reply is for another person or from another account")
    if not str(fields.get("CreateTime", "")).isdigit():
        raise ValueError("CreateTime is missing")
    if any(not fields.get(key) for key in _NEEDS[str(kind)]):
        raise ValueError(f"a {kind} reply needs {', '.join(_NEEDS[str(kind)])}")
    if kind == "text":
        _check_text(fields["Content"])


def _check_text(content: Any) -> None:
    if not isinstance(content, str):
        raise ValueError("Content holds elements: text was not escaped")
    if len(content.encode()) > TEXT_BYTES:
        raise ValueError(f"Content is over {TEXT_BYTES} bytes")


def reply_bubble(fields: Doc) -> Doc:
    """A passive reply as it stands on the phone: kind and text."""
    kind = str(fields["MsgType"])
    if kind == "news":
        articles = fields["Articles"]
        first = articles[0] if isinstance(articles, list) else articles.get("item", articles)
        return {"kind": "link", "text": str(first.get("Title", "")), "href": str(first.get("Url", ""))}
    if kind == "transfer_customer_service":
        return {"kind": "notice", "text": "正在为您转接人工客服", "side": "system"}
    if kind == "text":
        return {"kind": "text", "text": str(fields["Content"])}
    return {"kind": {"video": "image", "music": "voice"}.get(kind, kind), "text": ""}
