"""The mini-program's door: JSON under /api/v1, described by /api/v1/openapi.json."""

from web.api.routes import make_api

__all__ = ["make_api"]
