"""Template and subscribe messages: fields, followers, consent, once for each client_msg_id, receipts (rows 5 to 7)."""

import json
from pathlib import Path
from typing import Any

import pytest

import simulator
from sim_support import LIU, WANG, Product, Sim, until
from simulator.fields import check

TEMPLATES = json.loads((Path(simulator.__file__).parent / "data" / "templates.json").read_text(encoding="utf-8"))
REMINDER = next(t for t in TEMPLATES if t["title"] == "上门服务提醒")
CONSENTED = next(t for t in TEMPLATES if t["channel"] == "subscribe")
SEND = "/cgi-bin/message/template/send"


def data_of(template: dict[str, Any], **changes: str) -> dict[str, Any]:
    values = {field["key"]: field["example"] for field in template["fields"]} | changes
    return {key: {"value": value} for key, value in values.items()}


def remind(sim: Sim, touser: str = LIU, changes: dict[str, str] | None = None, **other: Any) -> Any:
    body = {"touser": touser, "template_id": REMINDER["template_id"], "data": data_of(REMINDER, **changes or {})}
    return sim.call(SEND, body | other)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t["title"])
def test_the_examples_fit_their_own_templates(template: dict[str, Any]) -> None:
    """The demo's templates are believable: 43 signs, examples that the validator takes."""
    assert len(template["template_id"]) == 43
    assert check(template["fields"], data_of(template))


def test_template_ids_are_unique() -> None:
    """No two templates under one id."""
    assert len({t["template_id"] for t in TEMPLATES}) == len(TEMPLATES)


def test_a_follower_gets_it_and_the_receipt_comes_later(sim: Sim, product: Product) -> None:
    """Row 5: msgid at once, TEMPLATESENDJOBFINISH with the same number afterwards."""
    answer = remind(sim, url="http://a.example/v/1")
    assert (answer["errcode"], answer["errmsg"]) == (0, "ok")
    receipt = until(lambda: product.received)[0].fields
    assert (receipt["Event"], receipt["MsgID"], receipt["Status"]) == (
        "TEMPLATESENDJOBFINISH",
        str(answer["msgid"]),
        "success",
    )
    assert "MsgId" not in receipt
    bubble = sim.bubbles("r02")[-1]
    assert bubble["template"]["title"] == "上门服务提醒"
    assert ["服务人员", "李师傅"] in bubble["template"]["pairs"]
    assert bubble["template"]["url"] == "http://a.example/v/1"
    sent = sim.outbox("template")[0]
    assert (sent["msgid"], sent["kind"], sent["touser"]) == (answer["msgid"], "上门服务提醒", LIU)


def test_a_template_needs_no_window_but_a_follower(sim: Sim) -> None:
    """43004 for who does not follow, 40003 for nobody."""
    assert remind(sim, WANG)["errcode"] == 43004
    assert remind(sim, "oNobody")["errcode"] == 40003
    assert remind(sim, LIU)["errcode"] == 0


def test_fields_are_checked_strictly(sim: Sim) -> None:
    """47003 with the field's name; nothing is shown."""
    answer = remind(sim, changes={"thing4": "这一句温馨提示写得太长了，超过二十个字就不行"})
    assert answer["errcode"] == 47003
    assert answer["errmsg"].startswith("argument invalid! data.thing4.value invalid rid: ")
    assert sim.outbox() == []


def test_unknown_templates(sim: Sim) -> None:
    """40037, and 40036 for an id of another length."""
    assert remind(sim, template_id="x" * 43)["errcode"] == 40037
    assert remind(sim, template_id="x")["errcode"] == 40036
    assert remind(sim, template_id=CONSENTED["template_id"])["errcode"] == 40037


def test_the_same_client_msg_id_is_sent_once_in_ten_minutes(sim: Sim) -> None:
    """Same answer, one bubble, one outbox entry; another person or a later time is another message."""
    first = remind(sim, client_msg_id="ob-1")
    sim.advance("PT9M")
    assert remind(sim, client_msg_id="ob-1") == first
    assert len(sim.outbox("template")) == len(sim.bubbles("r02")) == 1
    assert remind(sim, client_msg_id="ob-2")["msgid"] != first["msgid"]
    assert remind(sim, "oLinliResident03xxxxxxxxxxxx", client_msg_id="ob-1")["msgid"] != first["msgid"]
    sim.advance("PT2M")
    assert remind(sim, client_msg_id="ob-1")["msgid"] != first["msgid"]


def test_who_blocks_templates_is_told_by_receipt_only(sim: Sim, product: Product) -> None:
    """failed:user block comes later; the send itself is accepted."""
    sim.post(f"/sandbox/people/{LIU}", {"blocks_templates": True})
    assert remind(sim)["errcode"] == 0
    assert until(lambda: product.received)[0].fields["Status"] == "failed:user block"
    assert sim.bubbles("r02") == []


def test_listing_shows_fields_as_the_platform_does(sim: Sim) -> None:
    """get_all_private_template: keys end in .DATA."""
    listed = sim.get("/cgi-bin/template/get_all_private_template", access_token=sim.token())["template_list"]
    assert "服务人员:{{name3.DATA}}" in next(t["content"] for t in listed if t["title"] == "上门服务提醒")
    assert len(listed) == 10


@pytest.mark.parametrize(
    ("path", "app", "channel"),
    [
        ("/cgi-bin/message/subscribe/send", "mini", "subscribe"),
        ("/cgi-bin/message/subscribe/bizsend", "official", "bizsend"),
    ],
)
def test_one_consent_is_one_send(sim: Sim, path: str, app: str, channel: str) -> None:
    """Rows 6 and 7: 43101 without a consent left."""
    given = sim.post(
        "/sandbox/consents",
        {"person": "刘大爷", "template_id": CONSENTED["template_id"], "count": 2, "channel": channel},
    )
    body = {"touser": given["openid"], "template_id": CONSENTED["template_id"], "data": data_of(CONSENTED)}
    bad = body | {"data": data_of(CONSENTED, thing4="字" * 21)}
    assert [sim.call(path, b, app=app)["errcode"] for b in (body, bad, body, body)] == [0, 47003, 0, 43101]
    assert [m["channel"] for m in sim.outbox()] == [channel, channel]


def test_the_wrong_account_is_refused(sim: Sim) -> None:
    """An official openid is nobody to the mini-program, and the wrong endpoint gives 43101."""
    body = {"touser": LIU, "template_id": CONSENTED["template_id"], "data": data_of(CONSENTED)}
    assert sim.call("/cgi-bin/message/subscribe/send", body)["errcode"] == 43101
    assert sim.call("/cgi-bin/message/subscribe/send", body, app="mini")["errcode"] == 40003
    assert sim.call(SEND, body, app="mini")["errcode"] == 48001


def test_only_the_bound_mini_program_can_be_jumped_to(sim: Sim) -> None:
    """Row 5: 40013 for another one."""
    assert remind(sim, miniprogram={"appid": "wx0000000000000000", "pagepath": "a"})["errcode"] == 40013
    own = {"appid": sim.config.miniprogram_app_id, "pagepath": "pages/visit?id=1"}
    assert remind(sim, miniprogram=own)["errcode"] == 0
    assert sim.bubbles("r02")[0]["template"]["url"] == "pages/visit?id=1"
