"""How the system is, and trying again what failed (K4, Q1)."""

from typing import Any

from flask import Blueprint

from handlers.context import DESK, Context, Refused
from handlers.desk_health import VERBS, health_view
from handlers.words import _
from web.console.page import show, tried
from web.console.session import for_staff


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/health")
    @for_staff(*DESK)
    def health(ctx: Context) -> str:
        return show(ctx, "health", **health_view(ctx))

    @blueprint.post("/health/<kind>/<int:row_id>")
    @for_staff(*DESK)
    def again(ctx: Context, kind: str, row_id: int) -> Any:
        if kind not in VERBS:
            raise Refused("not_found", _("There is nothing at this address."), status=404)
        verb, words = VERBS[kind]
        return tried(ctx, lambda: verb(ctx, row_id), _(words), "/console/health")
