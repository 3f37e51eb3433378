"""Voice messages at the desk: playing one, and writing down what it says so that the bot goes on with it (C3)."""

import io
from functools import partial
from typing import Any

from flask import Blueprint, send_file
from werkzeug.wrappers import Response

from handlers.context import Context
from handlers.recordings import listen, say_for_them
from handlers.words import _
from web.console.page import form, tried
from web.console.session import for_staff

FRONT = ("coordinator", "consultant", "supervisor", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the sound and the form beside it."""

    @blueprint.get("/voices/<int:recording_id>")
    @for_staff(*FRONT)
    def play(ctx: Context, recording_id: int) -> Response:
        sound = listen(ctx, recording_id)
        # By parts where a browser asks so: some play nothing else.
        return send_file(io.BytesIO(sound.data), mimetype=sound.mime, conditional=True, max_age=0)

    @blueprint.post("/handovers/<int:handover_id>/voices/<int:line_id>")
    @for_staff(*FRONT)
    def write_down(ctx: Context, handover_id: int, line_id: int) -> Any:
        words, url = form("words", 1000), f"/console/handovers/{handover_id}"
        done = _("The bot goes on with it and answers them.")
        do = partial(say_for_them, ctx, handover_id, line_id, words=words)
        return tried(ctx, do, done, url, about=("handover", handover_id))
