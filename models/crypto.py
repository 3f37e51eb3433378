"""Personal fields at rest: AES-GCM for the value, a keyed hash (blind index) where it must be found by value (A6)."""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PREFIX = "v1."


class _Keys:
    """The process's keys; set once at the start by `use_data_key`."""

    cipher: AESGCM | None = None
    index: bytes = b""


def use_data_key(data_key: str) -> None:
    """Takes the 32-byte base64 key for personal fields; from it comes the blind index's own key."""
    raw = base64.b64decode(data_key)
    if len(raw) != 32:
        raise ValueError("security.data_key must be 32 bytes in base64")
    _Keys.cipher = AESGCM(raw)
    _Keys.index = hmac.digest(raw, b"linli blind index", "sha256")


def seal(text: str) -> str:
    """Encrypts one value; the same value looks different every time."""
    assert _Keys.cipher is not None, "use_data_key first"
    nonce = os.urandom(12)
    return PREFIX + base64.b64encode(nonce + _Keys.cipher.encrypt(nonce, text.encode(), None)).decode()


def unseal(stored: str) -> str:
    """Reads what `seal` wrote; a changed byte raises."""
    assert _Keys.cipher is not None, "use_data_key first"
    raw = base64.b64decode(stored.removeprefix(PREFIX))
    return _Keys.cipher.decrypt(raw[:12], raw[12:], None).decode()


def seal_bytes(data: bytes) -> bytes:
    """Encrypts what is not text, such as a recording."""
    assert _Keys.cipher is not None, "use_data_key first"
    nonce = os.urandom(12)
    return nonce + _Keys.cipher.encrypt(nonce, data, None)


def unseal_bytes(stored: bytes) -> bytes:
    """Reads what `seal_bytes` wrote; a changed byte raises."""
    assert _Keys.cipher is not None, "use_data_key first"
    return _Keys.cipher.decrypt(stored[:12], stored[12:], None)


def blind_index(text: str) -> str:
    """The value by which a sealed field can be found, and from which it can't be read."""
    return hmac.new(_Keys.index, text.encode(), hashlib.sha256).hexdigest()[:32]
