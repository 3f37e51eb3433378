"""The XML of a push: written, wrapped as the account's mode asks, and read again from an answer."""

import secrets
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from simulator import crypto

Fields = Mapping[str, Any]


def write_xml(fields: Fields) -> str:
    """<xml>...</xml>: numbers plain, text in CDATA, a list as repeated elements of its key."""
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Fields) -> str:
    return "".join(
        _element(key, item) for key, value in fields.items() for item in (value if isinstance(value, list) else [value])
    )


def _element(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{key}>{_inner(value)}</{key}>"
    if isinstance(value, int | float):
        return f"<{key}>{value}</{key}>"
    return f"<{key}>{_cdata(str(value))}</{key}>"


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def read_xml(text: str) -> dict[str, Any]:
    """The elements below <xml>; a nested one as a dict; ValueError for what is no such document."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f"not XML: {error}") from error
    if root.tag != "xml":
        raise ValueError(f"the root is <{root.tag}>")
    return {child.tag: _content(child) for child in root}


def _content(element: ElementTree.Element) -> Any:
    if not len(element):
        return element.text or ""
    if all(child.tag == "item" for child in element):
        return [_content(child) for child in element]
    return {child.tag: _content(child) for child in element}


class Envelope:
    """Wraps and signs for one account: token, AES key and app id."""

    def __init__(self, token: str, encoding_aes_key: str, app_id: str) -> None:
        self.token, self.key, self.app_id = token, encoding_aes_key, app_id

    def query(self, timestamp: int, openid: str) -> dict[str, str]:
        """The part of the query that every push has, with a nonce of its own."""
        nonce = str(secrets.randbelow(2**31))
        return {
            "signature": crypto.sign(self.token, str(timestamp), nonce),
            "timestamp": str(timestamp),
            "nonce": nonce,
            "openid": openid,
        }

    def wrap(self, xml: str, query: dict[str, str], mode: str, account: str) -> str:
        """The body in this mode (plain, compatible or safe); the query gets what an encrypted one needs."""
        if mode == "plain":
            return xml
        cipher = crypto.encrypt(xml, self.key, self.app_id)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = crypto.sign(self.token, query["timestamp"], query["nonce"], cipher)
        if mode == "compatible":
            return xml.removesuffix("</xml>") + f"<Encrypt>{_cdata(cipher)}</Encrypt></xml>"
        return write_xml({"ToUserName": account, "Encrypt": cipher})

    def unwrap(self, body: str) -> tuple[str, bool]:
        """The plain XML of an answer, and whether it came encrypted; ValueError for a bad signature or ciphertext."""
        outer = read_xml(body)
        if "Encrypt" not in outer:
            return body, False
        parts = [str(outer.get(key, "")) for key in ("TimeStamp", "Nonce", "Encrypt")]
        if crypto.sign(self.token, *parts) != outer.get("MsgSignature"):
            raise ValueError("the signature of the answer is wrong")
        return crypto.decrypt(str(outer["Encrypt"]), self.key, self.app_id), True
