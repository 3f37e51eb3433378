"""Template messages and subscribe messages: strict fields, consent, receipts."""

from functools import partial

from simulator import fields
from simulator.errors import PlatformError
from simulator.gate import Call, endpoint
from simulator.messages import event, new_message_id
from simulator.store import Doc

_SAME_SECONDS = 600
_ID_SIZE = 43


@endpoint("/cgi-bin/template/get_all_private_template", method="GET", plain=True)
def list_templates(call: Call) -> Doc:
    """The account's templates as the platform lists them."""
    keys = ("template_id", "title", "primary_industry", "deputy_industry")
    return {
        "template_list": [
            {key: doc[key] for key in keys} | {"content": _lines(doc, "{{%s.DATA}}"), "example": _lines(doc, None)}
            for doc in call.world.templates.values()
            if doc["channel"] == "template"
        ]
    }


@endpoint("/wxaapi/newtmpl/gettemplate", method="GET")
def list_subscribe_templates(call: Call) -> Doc:
    """The templates for subscribe messages."""
    return {
        "data": [
            {
                "priTmplId": doc["template_id"],
                "title": doc["title"],
                "type": 2,
                "content": _lines(doc, "{{%s.DATA}}"),
                "example": _lines(doc, None),
            }
            for doc in call.world.templates.values()
            if doc["channel"] == "subscribe"
        ]
    }


def _lines(doc: Doc, pattern: str | None) -> str:
    return "\n".join(f"{f['name']}:{pattern % f['key'] if pattern else f['example']}" for f in doc["fields"]) + "\n"


def _template(call: Call, channel: str) -> Doc:
    template_id = call.body.get("template_id")
    if not isinstance(template_id, str) or len(template_id) != _ID_SIZE:
        raise PlatformError(40036 if channel == "template" else 40037)
    template = call.world.templates.get(template_id)
    if template is None or template["channel"] != channel:
        raise PlatformError(40037)
    return template


def _person(call: Call) -> Doc:
    person = call.world.people.must(call.body.get("touser"))
    # An openid of the mini-program is nobody to the official account, and the other way round.
    if call.world.openid(person, call.app) != call.body["touser"]:
        raise PlatformError(40003)
    return person


@endpoint("/cgi-bin/message/template/send")
def send_template(call: Call) -> Doc:
    """To a follower, once for each client_msg_id within ten minutes; the receipt is pushed later."""
    if call.world.is_mini(call.app):
        raise PlatformError(48001)
    person = _person(call)
    template = _template(call, "template")
    if not person["followed"]:
        raise PlatformError(43004)
    values = fields.check(template["fields"], call.body.get("data"))
    _check_jump(call)
    known = _sent_before(call)
    if known:
        return {"msgid": known}
    msgid = new_message_id()
    _remember(call, msgid)
    status = "failed:user block" if person["blocks_templates"] else "success"
    if status == "success":
        _show(call, person, template, values, "template", msgid)
    _receipt(call, person, event("TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status))
    return {"msgid": msgid}


def _check_jump(call: Call) -> None:
    jump = call.body.get("miniprogram")
    if jump and (not isinstance(jump, dict) or jump.get("appid") != call.world.config.miniprogram_app_id):
        raise PlatformError(40013)


def _sent_before(call: Call) -> int | None:
    sent = call.world.sent_ids.get(f"{call.body['touser']} {call.body.get('client_msg_id')}")
    if sent and 0 <= call.world.clock.timestamp() - sent["at"] < _SAME_SECONDS:
        return int(sent["msgid"])
    return None


def _remember(call: Call, msgid: int) -> None:
    if call.body.get("client_msg_id"):
        key = f"{call.body['touser']} {call.body['client_msg_id']}"
        call.world.sent_ids.remove(key)
        call.world.sent_ids.put(key, {"at": call.world.clock.timestamp(), "msgid": msgid})


def _show(call: Call, person: Doc, template: Doc, values: dict[str, str], channel: str, msgid: int | None) -> None:
    world, pairs = call.world, [[field["name"], values[field["key"]]] for field in template["fields"]]
    text = "\n".join([template["title"], *(f"{name}：{value}" for name, value in pairs)])
    target = call.body.get("url") or call.body.get("page") or (call.body.get("miniprogram") or {}).get("pagepath") or ""
    data = {
        key: call.body.get(key) for key in ("template_id", "data", "url", "page", "miniprogram") if call.body.get(key)
    }
    world.outbox.add(
        channel,
        call.body["touser"],
        template["title"],
        text,
        data,
        client_msg_id=call.body.get("client_msg_id"),
        msgid=msgid,
    )
    card = {"title": template["title"], "pairs": pairs, "url": target}
    bubble = world.show(
        person, "them", "template", text=text, template=card, wire=True, cause=world.calls.cause(person["id"])
    )
    call.made = bubble["id"] if bubble else None


def _receipt(call: Call, person: Doc, news: Doc) -> None:
    if call.world.is_mini(call.app) and not call.world.config.miniprogram_push_url:
        return
    push = call.pusher.make(person, call.app, news, quiet=True)
    call.pusher.later.after(call.world.config.receipt_delay, partial(call.pusher.send, push))


@endpoint("/cgi-bin/message/subscribe/send")
def send_subscribe(call: Call) -> Doc:
    """From the mini-program, one for each consent given (43101)."""
    if not call.world.is_mini(call.app):
        raise PlatformError(43101)
    if call.body.get("miniprogram_state", "formal") not in ("developer", "trial", "formal"):
        raise PlatformError(47003, "argument invalid! miniprogram_state invalid")
    return {"msgid": _send_consented(call, "subscribe")}


@endpoint("/cgi-bin/message/subscribe/bizsend")
def send_business(call: Call) -> Doc:
    """From the official account, one for each consent given (43101)."""
    if call.world.is_mini(call.app):
        raise PlatformError(43101)
    _send_consented(call, "bizsend")
    return {}


def _send_consented(call: Call, channel: str) -> int:
    person, template = _person(call), _template(call, "subscribe")
    values = fields.check(template["fields"], call.body.get("data"))
    spend_consent(call, template["template_id"])
    msgid = new_message_id()
    _show(call, person, template, values, channel, msgid)
    entry = {"TemplateId": template["template_id"], "MsgID": msgid, "ErrorCode": 0, "ErrorStatus": "success"}
    _receipt(call, person, event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": entry}))
    return msgid


def spend_consent(call: Call, template_id: str) -> None:
    """Use up one consent of this person for this template; 43101 when there is none."""
    key = f"{call.body['touser']} {template_id}"
    left = (call.world.consents.get(key) or {"left": 0})["left"]
    if left < 1:
        raise PlatformError(43101)
    call.world.consents.put(key, {"left": left - 1})
