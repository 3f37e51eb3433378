"""One call of an outside service: a limit for all of its time and for its size, no redirects, no proxy of the machine's."""

import time
from typing import Any

import requests

from handlers.readings import Never, NotNow

CONNECT_S = 3.0
LIMIT = 256 * 1024
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


def call(url: str, *, key: str, timeout_s: float, verb: str = "POST", **sent: Any) -> bytes:
    """The body of the answer to a request. Raises NotNow where another try may help, Never where not."""
    until = time.monotonic() + timeout_s
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    limits = (min(CONNECT_S, timeout_s), timeout_s)
    try:
        with requests.Session() as line:
            line.trust_env = False
            answer = line.request(verb, url, headers=headers, timeout=limits, stream=True, allow_redirects=False, **sent)
            return _body(answer, until)
    except requests.RequestException as failure:
        raise NotNow(type(failure).__name__) from failure


def _body(answer: requests.Response, until: float) -> bytes:
    """Read bit by bit, so that a service that keeps the line warm with blanks can't hold us."""
    if answer.status_code in AGAIN:
        raise NotNow(f"HTTP {answer.status_code}")
    if answer.status_code != 200:
        raise Never(f"HTTP {answer.status_code}")
    body = bytearray()
    try:
        while part := answer.raw.read1(16_384, decode_content=True):
            body += part
            if len(body) > LIMIT:
                raise Never("the answer is too large")
            if time.monotonic() > until:
                raise NotNow("the answer took too long")
    except (OSError, ValueError) as failure:
        raise NotNow(type(failure).__name__) from failure
    finally:
        answer.close()
    return bytes(body)
