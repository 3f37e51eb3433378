"""What people sent, fetched from the platform: bytes where there are some, JSON with an error code where not (wechat.md section 4)."""

import json
from collections.abc import Callable
from typing import Any

import requests

from bot.wechat.errors import TOKEN_ERRORS, decide
from handlers.readings import Never, NotNow
from handlers.settings import Settings

PATH = "/cgi-bin/media/get"


def fetch_media(
    settings: Settings, line: requests.Session, token: Callable[[str | None], str], media_id: str, limit: int
) -> bytes:
    """The bytes of a medium; a refused token is renewed once. Raises Never for what is gone or too large, NotNow for the rest."""
    first = token(None)
    found = _ask(settings, line, first, media_id, limit)
    if isinstance(found, dict) and _code(found) in TOKEN_ERRORS:
        found = _ask(settings, line, token(first), media_id, limit)
    if isinstance(found, bytes):
        return found
    words = f"{_code(found)} {found.get('errmsg', '')}"[:200]
    if decide(_code(found))[0] in LATER and _code(found) != GONE:
        raise NotNow(words)
    raise Never(words)


LATER = ("retry", "slow", "quota")
GONE = 40007  # the platform keeps what people send for three days


def _code(found: dict[str, Any]) -> int:
    code = found.get("errcode", -1)
    return code if isinstance(code, int) else -1


def _ask(settings: Settings, line: requests.Session, token: str, media_id: str, limit: int) -> bytes | dict[str, Any]:
    w = settings.wechat
    url, query = w.api_base_url.rstrip("/") + PATH, {"access_token": token, "media_id": media_id}
    try:
        with line.get(
            url, params=query, timeout=(float(w.connect_timeout_s), float(w.read_timeout_s)), stream=True
        ) as answer:
            if answer.status_code != 200:
                raise NotNow(f"HTTP {answer.status_code}")
            body = _read(answer, limit)
            kind = answer.headers.get("Content-Type", "")
    except requests.RequestException as failure:
        raise NotNow(type(failure).__name__) from failure
    told = "json" in kind or "text/plain" in kind or body.startswith(b'{"errcode"')
    return _json(body) if told else body


def _read(answer: requests.Response, limit: int) -> bytes:
    body = bytearray()
    for part in answer.iter_content(16_384):
        body += part
        if len(body) > limit:
            raise Never("it is too large")
    return bytes(body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
