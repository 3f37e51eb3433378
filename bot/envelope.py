"""The envelope of a push: signature, freshness, encryption, size. What can't be trusted stops here (wechat.md 1.1).

Checked in this order, cheapest first, before anything is parsed: size, freshness, signature, decryption, app id.
The plain signature covers neither the body nor its age, so plain pushes are refused unless they are switched on.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException

_BEGINS = re.compile(r"\ufeff?(?:<\?xml\s[^<>]*\?>)?\s*<xml[\s/>]")
MAX_TAGS = 400  # a real push has about twenty; thousands of siblings cost seconds to parse


class Forged(Exception):
    """A push that is not the platform's, or not readable; `status` is the HTTP answer."""

    def __init__(self, why: str, status: int = 403) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


@dataclass(frozen=True)
class Account:
    """One account of the platform, as far as its pushes are concerned."""

    app_id: str
    token: str
    encoding_aes_key: str
    plain_mode: bool
    freshness_s: int
    body_limit_kb: int


class Cipher(PrpCrypto):  # type: ignore[misc]
    """wechatpy's, with signs before each message that nobody can guess (its own come from a random number of games)."""

    def get_random_string(self) -> str:
        """Sixteen signs."""
        return secrets.token_hex(8)


@cache
def _cipher(encoding_aes_key: str) -> Cipher:
    return Cipher(base64.b64decode(encoding_aes_key + "="))


def signature_of(*parts: str) -> str:
    """SHA1 of the sorted parts: how the platform signs."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(account: Account, query: Mapping[str, str], *more: str, name: str = "signature") -> None:
    """Refuses (403) unless the query's signature fits token, timestamp, nonce and `more`."""
    expected = signature_of(account.token, query.get("timestamp", ""), query.get("nonce", ""), *more)
    if not hmac.compare_digest(expected.encode(), query.get(name, "").encode()):
        raise Forged("signature does not fit")


def check_fresh(account: Account, query: Mapping[str, str], now: datetime) -> None:
    """Refuses (403) a push whose timestamp is more than `freshness_s` from now."""
    stamp = query.get("timestamp", "")
    if not re.fullmatch(r"\d{1,12}", stamp, re.ASCII) or abs(int(stamp) - now.timestamp()) > account.freshness_s:
        raise Forged("timestamp is stale or missing")


def open_push(account: Account, query: Mapping[str, str], raw: bytes, now: datetime) -> dict[str, Any]:
    """The message in a push, as a flat dictionary; Forged when it is not the platform's or not a message."""
    if len(raw) > account.body_limit_kb * 1024:
        raise Forged("body too large", 413)
    check_fresh(account, query, now)
    if query.get("encrypt_type") == "aes":
        return _open_sealed(account, query, raw)
    if not account.plain_mode:
        raise Forged("plain pushes are switched off")
    check_signature(account, query)
    return _parse(raw)


def _open_sealed(account: Account, query: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    sealed = str(_parse(raw).get("Encrypt") or "")
    if not sealed:
        raise Forged("no Encrypt in the envelope", 400)
    check_signature(account, query, sealed, name="msg_signature")
    try:
        plain = _cipher(account.encoding_aes_key).decrypt(sealed, account.app_id)
    except InvalidAppIdException:
        raise Forged("for another app id") from None
    except (ValueError, struct.error, IndexError, OverflowError) as unreadable:
        raise Forged(f"can't be decrypted: {type(unreadable).__name__}", 400) from unreadable
    return _parse(plain.encode())


def _parse(raw: bytes) -> dict[str, Any]:
    """XML or JSON to a dictionary; anything else is a 400, never an exception of the parser's."""
    try:
        text = raw.decode("utf-8").replace("\x00", "")
        if text.lstrip()[:1] == "{":
            message = json.loads(text)
        elif text.count("<") > MAX_TAGS:
            raise Forged("too many tags", 400)
        else:
            message = _fields_of(text)
    except Forged:
        raise
    except Exception as unreadable:  # the parsers raise a dozen kinds; each means the same to us
        raise Forged(f"not a message: {type(unreadable).__name__}", 400) from unreadable
    if not isinstance(message, dict):
        raise Forged("not a message", 400)
    return message


def _fields_of(text: str) -> Any:
    """What stands in <xml>. A document type (the door of all tricks with entities) could only stand before it, where nothing else may."""
    if not _BEGINS.match(text):
        raise Forged("not a message: something stands before it", 400)
    root = ElementTree.fromstring(text)
    return _value_of(root) if root.tag == "xml" else None


def _value_of(element: ElementTree.Element) -> Any:
    """Text, None where there is none, or fields; a field that comes several times is a list."""
    if not len(element):
        return (element.text or "").strip() or None
    found: dict[str, Any] = {}
    for child in element:
        value, tag = _value_of(child), child.tag
        if tag not in found:
            found[tag] = value
        elif isinstance(found[tag], list):
            found[tag].append(value)
        else:
            found[tag] = [found[tag], value]
    return found


def seal_reply(account: Account, xml: str, now: datetime) -> str:
    """The encrypted envelope of a passive reply."""
    stamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
    sealed = _cipher(account.encoding_aes_key).encrypt(xml, account.app_id).decode()
    signature = signature_of(account.token, stamp, nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )
