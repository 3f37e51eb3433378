"""Talks with people who asked for a person, and the call list (B5, Q1)."""

from functools import partial
from typing import Any

from flask import Blueprint, Response
from flask import request as http

from handlers.calls import close_call, reopen_call, try_again
from handlers.context import Context
from handlers.desk_lists import handover_page, list_calls_view, list_handovers
from handlers.handovers import give_back, say_to_person, take_handover
from handlers.words import _
from web.console.page import form, show, tried
from web.console.session import for_staff

FRONT = ("coordinator", "consultant", "supervisor", "admin")


def add_pages(blueprint: Blueprint) -> None:
    """Registers the pages."""
    _add_talks(blueprint)
    _add_calls(blueprint)


def _add_talks(blueprint: Blueprint) -> None:
    @blueprint.get("/handovers")
    @for_staff(*FRONT)
    def handovers_list(ctx: Context) -> str:
        return show(ctx, "handovers", **list_handovers(ctx))

    @blueprint.get("/handovers/<int:handover_id>")
    @for_staff(*FRONT)
    def one_handover(ctx: Context, handover_id: int) -> str:
        return show(ctx, "handover", **handover_page(ctx, handover_id))

    @blueprint.get("/handovers/<int:handover_id>/talk")
    @for_staff(*FRONT)
    def talk(ctx: Context, handover_id: int) -> str | Response:
        page = handover_page(ctx, handover_id)
        if http.args.get("mark") == page["mark"]:
            return Response(status=204)
        return show(ctx, "_talk", **page)

    _add_talk_verbs(blueprint)


def _did(ctx: Context, handover_id: int, verb: Any, done: str, **values: Any) -> Any:
    """One thing done with a talk; then the talk again."""
    url = f"/console/handovers/{handover_id}"
    return tried(ctx, lambda: verb(ctx, handover_id, **values), done, url, about=("handover", handover_id))


def _add_talk_verbs(blueprint: Blueprint) -> None:
    @blueprint.post("/handovers/<int:handover_id>/take")
    @for_staff(*FRONT)
    def take(ctx: Context, handover_id: int) -> Any:
        return _did(ctx, handover_id, take_handover, _("Taken. The bot is silent now."))

    @blueprint.post("/handovers/<int:handover_id>/say")
    @for_staff(*FRONT)
    def say(ctx: Context, handover_id: int) -> Any:
        return _did(ctx, handover_id, say_to_person, _("Sent."), words=form("words", 600))

    @blueprint.post("/handovers/<int:handover_id>/close")
    @for_staff(*FRONT)
    def close(ctx: Context, handover_id: int) -> Any:
        return _did(ctx, handover_id, give_back, _("Given back to the bot."))


def _add_calls(blueprint: Blueprint) -> None:
    @blueprint.get("/calls")
    @for_staff(*FRONT)
    def calls(ctx: Context) -> str:
        return show(ctx, "calls", **list_calls_view(ctx))

    @blueprint.post("/calls/<int:call_id>/done")
    @for_staff(*FRONT)
    def done(ctx: Context, call_id: int) -> Any:
        outcome, undo = form("outcome") or _("reached"), f"/console/calls/{call_id}/undo"
        do = partial(close_call, ctx, call_id, outcome=outcome)
        return tried(ctx, do, _("Noted: they know."), "/console/calls", undo=undo, about=("call", call_id))

    @blueprint.post("/calls/<int:call_id>/again")
    @for_staff(*FRONT)
    def call_again(ctx: Context, call_id: int) -> Any:
        do = partial(try_again, ctx, call_id)
        return tried(ctx, do, _("Noted. It comes up again later."), "/console/calls", about=("call", call_id))

    @blueprint.post("/calls/<int:call_id>/undo")
    @for_staff(*FRONT)
    def undo(ctx: Context, call_id: int) -> Any:
        do = partial(reopen_call, ctx, call_id)
        return tried(ctx, do, _("Taken back; it stands on the list again."), "/console/calls", about=("call", call_id))
