"""Signed and encrypted pushes, made as the platform makes them, for tests of the door."""

import base64
import hashlib
import itertools
import secrets
from datetime import datetime
from typing import Any

from wechatpy.crypto import PrpCrypto

from handlers.settings import Settings

NUMBERS = itertools.count(24_800_000_000)


def sign(*parts: str) -> str:
    """The platform's signature of its parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def text_push(who: str, words: str, now: datetime, **more: Any) -> str:
    """The XML of a text message."""
    number = more.pop("MsgId", None) or next(NUMBERS)
    extra = "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in more.items())
    return (
        f"<xml><ToUserName><![CDATA[gh_linlidemo0001]]></ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{words}]]></Content><MsgId>{number}</MsgId>{extra}</xml>"
    )


def event_push(who: str, event: str, now: datetime, **fields: str) -> str:
    """The XML of an event."""
    rest = "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items())
    return (
        f"<xml><ToUserName><![CDATA[gh_linlidemo0001]]></ToUserName><FromUserName><![CDATA[{who}]]></FromUserName>"
        f"<CreateTime>{int(now.timestamp())}</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        f"<Event><![CDATA[{event}]]></Event>{rest}</xml>"
    )


def sealed(settings: Settings, xml: str, now: datetime, **wrong: str) -> tuple[dict[str, str], str]:
    """Query and body of a safe-mode push; `wrong` replaces parts of the query."""
    w = settings.wechat
    cipher = PrpCrypto(base64.b64decode(w.encoding_aes_key + "="))
    encrypted = cipher.encrypt(xml, wrong.pop("app_id", w.app_id)).decode()
    stamp, nonce = str(int(now.timestamp())), secrets.token_hex(5)
    stamp = wrong.pop("timestamp", stamp)
    query = {
        "signature": sign(w.token, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": sign(w.token, stamp, nonce, encrypted),
    }
    body = f"<xml><ToUserName><![CDATA[gh_linlidemo0001]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return {**query, **wrong}, body


def opened(settings: Settings, body: str) -> str:
    """What an encrypted reply says."""
    encrypted = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    w = settings.wechat
    return PrpCrypto(base64.b64decode(w.encoding_aes_key + "=")).decrypt(encrypted, w.app_id)
