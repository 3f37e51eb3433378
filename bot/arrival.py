"""What a push brings over HTTP, read with as little as it needs: it comes fifty times a second."""

from typing import Any
from urllib.parse import unquote_plus

from bot.envelope import Forged

Environ = dict[str, Any]


def query_of(environ: Environ) -> dict[str, str]:
    """What stands behind the question mark; of a name that comes twice, the last."""
    found = {}
    for part in environ.get("QUERY_STRING", "").split("&"):
        name, _, value = part.partition("=")
        found[name] = unquote_plus(value) if "%" in value or "+" in value else value
    return found


def body_of(environ: Environ, most: int) -> bytes:
    """The body, of at most so many bytes. Refuses a longer one (413), and one that was cut off or has no length (400)."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length and environ.get("wsgi.input_terminated"):  # it comes in pieces, and the server knows where it ends
        whole = _read(environ, most + 1)
        if len(whole) > most:
            raise Forged("body too large", 413)
        return whole
    if not (length.isascii() and length.isdigit()):
        raise Forged("no length", 400)
    if int(length) > most:
        raise Forged("body too large", 413)
    body = _read(environ, int(length))
    if len(body) < int(length):
        raise Forged("the body was cut off", 400)
    return body


def _read(environ: Environ, most: int) -> bytes:
    """Whatever the server trips over here (a line that breaks, a piece without its length) came from outside."""
    try:
        read: bytes = environ["wsgi.input"].read(most)
    except Exception as broken:
        raise Forged("the body was cut off", 400) from broken
    return read
