"""The seal of an agreement: a hash over its terms and text, so that a changed word is seen (E2)."""

import hashlib
import hmac
import json
from typing import Any


def canonical(terms: dict[str, Any], text: str) -> bytes:
    """Terms and text as bytes, the same for the same content whatever the order of keys."""
    whole = {"terms": terms, "text": text}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def seal(terms: dict[str, Any], text: str) -> str:
    """The seal: SHA-256 as hexadecimal."""
    return hashlib.sha256(canonical(terms, text)).hexdigest()


def fits(stamp: str, terms: dict[str, Any], text: str) -> bool:
    """Whether the seal is of exactly these terms and this text; a seal that was tampered with fits nothing."""
    return hmac.compare_digest(stamp.encode(), seal(terms, text).encode())
