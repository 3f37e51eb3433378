"""All notices by their code. A new notice is one declaration in a file of this folder, and its file's name here."""

from handlers.notices.base import Notice, Telling, Template

__all__ = ["NOTICES", "Notice", "Telling", "Template", "register"]

NOTICES: dict[str, Notice] = {}


def register(*notices: Notice) -> None:
    """Adds notices to the table; the same code twice is a mistake in the code."""
    for notice in notices:
        if notice.code in NOTICES:
            raise ValueError(f"notice {notice.code} is declared twice")
        NOTICES[notice.code] = notice
