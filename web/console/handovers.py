"""Talks with people who asked for a person, and the call list (B5, Q1)."""

from flask import Blueprint, Response
from flask import request as http
from werkzeug.wrappers import Response as BaseResponse

from handlers.calls import close_call
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

    @blueprint.post("/handovers/<int:handover_id>/take")
    @for_staff(*FRONT)
    def take(ctx: Context, handover_id: int) -> BaseResponse:
        return tried(
            lambda: take_handover(ctx, handover_id),
            _("Taken. The bot is silent now."),
            f"/console/handovers/{handover_id}",
        )

    @blueprint.post("/handovers/<int:handover_id>/say")
    @for_staff(*FRONT)
    def say(ctx: Context, handover_id: int) -> BaseResponse:
        url = f"/console/handovers/{handover_id}"
        return tried(lambda: say_to_person(ctx, handover_id, words=form("words", 600)), _("Sent."), url)

    @blueprint.post("/handovers/<int:handover_id>/close")
    @for_staff(*FRONT)
    def close(ctx: Context, handover_id: int) -> BaseResponse:
        return tried(lambda: give_back(ctx, handover_id), _("Given back to the bot."), "/console/handovers")


def _add_calls(blueprint: Blueprint) -> None:
    @blueprint.get("/calls")
    @for_staff(*FRONT)
    def calls(ctx: Context) -> str:
        return show(ctx, "calls", **list_calls_view(ctx))

    @blueprint.post("/calls/<int:call_id>/done")
    @for_staff(*FRONT)
    def done(ctx: Context, call_id: int) -> BaseResponse:
        outcome = form("outcome") or _("reached")
        return tried(lambda: close_call(ctx, call_id, outcome=outcome), _("Noted: they know."), "/console/calls")
