"""The door for the platform's pushes: check, read, hand on, answer within 5 s (Q1, DESIGN section 4).

Answers: a reply (encrypted as the push was) or `success`; 403/400/413 for what is not the platform's, without effect;
503 when the database refuses, so that the platform repeats.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Flask
from flask import request as the_request
from werkzeug.wrappers import Response

from bot.arrival import Environ, body_of, query_of
from bot.envelope import Account, Forged, check_fresh, check_signature, open_push, seal_reply
from bot.inbound import Inbound, action_of, concerned, read_message
from bot.receipts import RECEIPTS
from bot.replies import card_from_json, card_to_json, in_json, passive_xml
from handlers.cards import Card
from handlers.clock import Clock
from handlers.context import REFUSALS, Context, let_go, public_actor
from handlers.inbox import DatabaseRefuses, Push, Receipt, receive
from handlers.intake import Floods, InHand, Refusing, too_much_waits
from handlers.lines import note_line
from handlers.logs import begin, bind, log
from handlers.metrics import count_push, time_answer
from handlers.settings import Settings
from handlers.spool import Spool
from handlers.words import _

SUCCESS = "success"
STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
Work = Callable[..., str | None]  # (ctx, body, inbound): what bot/work.py:work_push is


def official_account(settings: Settings) -> Account:
    """The official account's side of the settings."""
    w = settings.wechat
    return Account(w.app_id, w.token, w.encoding_aes_key, w.plain_mode, w.freshness_s, w.body_limit_kb)


def miniprogram_account(settings: Settings) -> Account:
    """The mini-program's side of the settings."""
    m, w = settings.miniprogram, settings.wechat
    return Account(m.app_id, m.token, m.encoding_aes_key, w.plain_mode, w.freshness_s, w.body_limit_kb)


def doors_of(settings: Settings, clock: Clock, work: Work) -> "dict[str, Door]":
    """The doors by their paths, /wechat and /miniprogram/push; `work` does what a push asks for."""
    refusing, spool = Refusing(), Spool(settings.inbox.spool_dir)
    accounts = {"/wechat": official_account(settings), "/miniprogram/push": miniprogram_account(settings)}
    return {
        path: Door(account, settings, clock, work, Floods(settings), refusing, InHand(), spool) for path, account in accounts.items()
    }


def webhook(doors: "dict[str, Door]") -> Blueprint:
    """The doors as a part of the web application."""
    blueprint = Blueprint("webhook", __name__)
    for path, door in doors.items():
        name = path.strip("/").replace("/", "_")
        blueprint.add_url_rule(path, f"{name}_handshake", partial(_on_page, shake_hands, door), methods=["GET"])
        blueprint.add_url_rule(path, f"{name}_push", partial(_on_page, answer_push, door), methods=["POST"])
    return blueprint


class Answer(NamedTuple):
    """What the platform gets."""

    body: str
    status: int = 200
    kind: str = "text/plain; charset=utf-8"


def _on_page(answer: "Callable[[Door, Environ], Answer]", door: "Door") -> Response:
    given = answer(door, the_request.environ)
    return Response(given.body, given.status, content_type=given.kind)


class Pushes:
    """Pushes, before the web application is asked: what its pages need (sessions, forms, a policy for browsers) would cost a push
    a tenth of its time. Whatever is no push goes on to `app`, before which this stands from now on."""

    def __init__(self, app: Flask, doors: "dict[str, Door]") -> None:
        self.rest, self.doors = app.wsgi_app, doors
        app.wsgi_app = self  # type: ignore[method-assign]

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        door = self.doors.get(environ.get("PATH_INFO", "")) if environ["REQUEST_METHOD"] == "POST" else None
        if door is None:
            return self.rest(environ, start_response)
        try:
            answer = answer_push(door, environ)
        finally:
            let_go()
        body = answer.body.encode()
        start_response(STATUS[answer.status], [("Content-Type", answer.kind), ("Content-Length", str(len(body)))])
        return [body]


@dataclass(frozen=True)
class Door:
    """One account's door, with what guards it in this process."""

    account: Account
    settings: Settings
    clock: Clock
    work: Work
    floods: Floods
    refusing: Refusing
    in_hand: InHand
    spool: Spool


def shake_hands(door: Door, environ: Environ) -> Answer:
    """The platform asks whether it is us: its `echostr`, if the signature fits (wechat.md 1.1)."""

    def answer() -> Answer:
        query = query_of(environ)
        check_fresh(door.account, query, door.clock.now())
        check_signature(door.account, query)
        return Answer(query.get("echostr", ""))

    return _guarded(answer)


def answer_push(door: Door, environ: Environ) -> Answer:
    """One push and its answer (Q1)."""
    begin()
    with time_answer():
        return _guarded(lambda: _push(door, environ))


def _guarded(answer: Callable[[], Answer]) -> Answer:
    try:
        return answer()
    except Forged as forged:
        count_push("unknown", "forged")
        log.warning("push.forged", why=forged.why)
        return Answer(forged.why, forged.status)
    except DatabaseRefuses:
        count_push("unknown", "refused")
        return Answer("try again", 503)
    except Exception:
        log.exception("push.failed")
        return Answer("try again", 500)


def _push(door: Door, environ: Environ) -> Answer:
    account, settings, now, query = door.account, door.settings, door.clock.now(), query_of(environ)
    message = open_push(account, query, body_of(environ, account.body_limit_kb * 1024), now)
    inbound = read_message(account.app_id, message)
    ctx = Context(public_actor(0), now, settings)
    bind(trace_id=ctx.trace_id)
    ctx.did(lambda: _("signature fits, decrypted"))
    sealed = query.get("encrypt_type") == "aes"
    if inbound.event in RECEIPTS:
        return _receipt(ctx, inbound)
    verdict = door.floods.judge(concerned(inbound))
    if verdict != "pass":
        count_push(inbound.event or inbound.kind, "flood")
        return _reply(account, inbound, _slow_down() if verdict == "tell" else None, ctx, sealed=sealed)
    action = action_of(inbound, official=inbound.account == settings.wechat.app_id)
    push = Push(account.app_id, inbound.key, inbound.openid, stored(inbound), action)
    receipt = door.spool.through(ctx, push, door.refusing, lambda: _take(door, ctx, push, inbound))
    outcome = _outcome(receipt.repeat, receipt.later)
    count_push(inbound.event or inbound.kind, outcome)
    note_line("push", kind=inbound.event or inbound.kind, outcome=outcome, ms=ctx.ms())
    return _reply(account, inbound, receipt.reply, ctx, sealed=sealed)


def _take(door: Door, ctx: Context, push: Push, inbound: Inbound) -> Receipt:
    """To the inbox, unless the database has just refused somebody else. What was read need not be read again."""
    if not door.refusing.may_ask():
        raise DatabaseRefuses("it refused a moment ago")
    try:
        with door.in_hand.one_more(push.user_key, push.key) as few:
            receipt = receive(ctx, push, partial(door.work, inbound=inbound), at_once=few and not too_much_waits(door.settings))
    except DatabaseRefuses:
        door.refusing.refused()
        raise
    except Exception:
        door.refusing.took()
        raise
    door.refusing.took()
    return receipt


def _slow_down() -> str:
    return card_to_json(Card(_("You write faster than I can read. Please give me a minute, then say it once more in one message.")))


def _receipt(ctx: Context, inbound: Inbound) -> Answer:
    """A receipt has no answer and is harmless twice: it is taken at once, without the inbox."""
    try:
        RECEIPTS[inbound.event](ctx, inbound)
    except REFUSALS as refusal:
        raise DatabaseRefuses(str(refusal)) from refusal
    count_push(inbound.event, "done")
    return Answer(SUCCESS)


def stored(inbound: Inbound) -> str:
    """A push as it is kept in the inbox: enough to work it again later."""
    return in_json({"account": inbound.account, "message": inbound.raw})


def from_stored(body: str) -> Inbound:
    """The Inbound that `stored` kept."""
    kept: dict[str, Any] = json.loads(body)
    return read_message(kept["account"], kept["message"])


def _outcome(repeat: bool, later: bool) -> str:
    return "repeat" if repeat else "later" if later else "done"


def _reply(account: Account, inbound: Inbound, reply: str | None, ctx: Context, *, sealed: bool) -> Answer:
    if not reply or not inbound.raw.get("ToUserName"):
        return Answer(SUCCESS)
    xml = passive_xml(card_from_json(reply), to=inbound.openid, sender=str(inbound.raw["ToUserName"]), now=ctx.now)
    if sealed:
        xml = seal_reply(account, xml, ctx.now)
    return Answer(xml, kind="application/xml; charset=utf-8")
