"""Static files with a hash in their address, so that browsers may keep them for ever and still get a new one at once."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Flask, Response, request


def make_asset(app: Flask) -> Callable[[str], str]:
    """`asset("linli.css")` -> /static/linli.css?v=<hash>; files asked for with their hash are immutable."""
    root = Path(app.static_folder or "")

    @cache
    def mark(name: str) -> str:
        return hashlib.sha256((root / name).read_bytes()).hexdigest()[:12]

    def keep(answer: Response) -> Response:
        if request.endpoint == "static" and request.args.get("v") and answer.status_code == 200:
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer

    app.after_request(keep)
    return lambda name: f"/static/{name}?v={mark(name)}"
