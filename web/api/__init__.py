"""The mini-program's door: JSON under /api/v1, described by /api/v1/openapi.json."""

from web.api import series
from web.api.routes import make_api

assert series.__name__  # its routes are declared by being imported

__all__ = ["make_api"]
