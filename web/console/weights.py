"""Trying weights and setting them; how work is spread (D2, D6)."""

from typing import Any

from flask import Blueprint
from flask import request as http

from handlers.context import DESK, FRONT, Context
from handlers.desk_weights import weights_page
from handlers.spread import spread_page
from handlers.weights import PARTS, restore_weights, set_weights
from handlers.words import _
from web.console.page import form, show, tried
from web.console.session import for_staff

URL = "/console/weights"


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""

    @blueprint.get("/weights")
    @for_staff(*DESK)
    def weights(ctx: Context) -> str:
        given = {part: http.args.get(part, "")[:20] for part in PARTS}
        return show(ctx, "weights", **weights_page(ctx, given))

    @blueprint.post("/weights")
    @for_staff("admin")
    def set_them(ctx: Context) -> Any:
        given = {part: form(part, 20) for part in PARTS}
        done = _("From now on every search uses these weights.")
        return tried(ctx, lambda: set_weights(ctx, given, reason=form("reason"), seen=form("seen")), done, URL)

    @blueprint.post("/weights/restore")
    @for_staff("admin")
    def restore(ctx: Context) -> Any:
        done = _("As it was: the weights from before count again.")
        return tried(ctx, lambda: restore_weights(ctx, reason=form("reason"), seen=form("seen")), done, URL)

    @blueprint.get("/workers/spread")
    @for_staff(*FRONT)
    def spread(ctx: Context) -> str:
        return show(ctx, "spread", **spread_page(ctx))
