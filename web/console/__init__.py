"""The staff desk: pages that open with what this person should do now."""

from web.console.blueprint import make_console

__all__ = ["make_console"]
