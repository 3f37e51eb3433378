"""The mini-program's side and the smaller calls (rows 8 to 11, 13, 14, menus)."""

from typing import Any

import pytest

from sim_support import LIU, WANG, Product, Sim, until

MINI_LIU = "oMini_" + LIU[6:]


def codes(sim: Sim, **given: Any) -> Any:
    return sim.post("/sandbox/miniprogram/code", {"person": "刘大爷"} | given)


def login(sim: Sim, code: str, **other: Any) -> Any:
    own = {"appid": sim.config.miniprogram_app_id, "secret": sim.config.miniprogram_app_secret}
    return sim.get("/sns/jscode2session", js_code=code, grant_type="authorization_code", **own | other)


def check(sim: Sim, content: str, **other: Any) -> Any:
    body = {"version": 2, "openid": MINI_LIU, "scene": 2, "content": content}
    return sim.call("/wxa/msg_sec_check", body | other, app="mini")


def test_a_login_code_works_once_for_five_minutes(sim: Sim) -> None:
    """Row 8: openid of the mini-program, session_key, unionid; 40163 used, 40029 unknown or old."""
    made = codes(sim)
    session = login(sim, made["code"])
    assert session["openid"] == made["openid"] == MINI_LIU != LIU
    assert "errcode" not in session
    assert login(sim, made["code"])["errcode"] == 40163
    assert login(sim, "nothing")["errcode"] == 40029
    late = codes(sim)["code"]
    sim.advance("PT5M1S")
    assert login(sim, late)["errcode"] == 40029


def test_each_login_has_a_new_session_key_and_the_same_unionid(sim: Sim) -> None:
    """The unionid joins the two accounts."""
    first, second = (login(sim, codes(sim)["code"]) for _ in range(2))
    assert first["session_key"] != second["session_key"]
    follower = sim.get("/cgi-bin/user/info", access_token=sim.token(), openid=LIU)
    assert first["unionid"] == second["unionid"] == follower["unionid"]


@pytest.mark.parametrize(
    ("wrong", "code"), [({"appid": "wx1a2b3c4d5e6f7a8b"}, 40125), ({"appid": "x"}, 40013), ({"secret": "x"}, 40125)]
)
def test_login_needs_the_mini_programs_own_secret(sim: Sim, wrong: dict[str, str], code: int) -> None:
    """Row 8: 40013, 40125."""
    assert login(sim, codes(sim)["code"], **wrong)["errcode"] == code


def test_a_hundred_logins_a_minute(sim: Sim) -> None:
    """Row 8: 45011 for one person beyond that."""
    answers = [login(sim, codes(sim)["code"]).get("errcode", 0) for _ in range(101)]
    assert answers == [0] * 100 + [45011]


def test_a_phone_code_works_once_and_is_no_login_code(sim: Sim) -> None:
    """Row 9."""
    made = codes(sim, phone="13812345678")
    path = "/wxa/business/getuserphonenumber"
    assert sim.call(path, {"code": made["code"]}, app="mini")["errcode"] == 40029
    info = sim.call(path, {"code": made["phone_code"], "openid": MINI_LIU}, app="mini")["phone_info"]
    assert (info["purePhoneNumber"], info["countryCode"]) == ("13812345678", 86)
    assert info["watermark"]["appid"] == sim.config.miniprogram_app_id
    assert sim.call(path, {"code": made["phone_code"]}, app="mini")["errcode"] == 40029
    other = codes(sim)["phone_code"]
    assert sim.call(path, {"code": other, "openid": "oMini_other"}, app="mini")["errcode"] == 40013


def test_text_check(sim: Sim) -> None:
    """Row 10: errcode 0 says nothing, result.suggest does; active within two hours."""
    assert check(sim, "您好")["errcode"] == 61010
    login(sim, codes(sim)["code"])
    clean, dirty = check(sim, "周三上午打扫"), check(sim, "代开发票，加我")
    assert (clean["errcode"], clean["result"]["suggest"]) == (0, "pass")
    assert (dirty["errcode"], dirty["result"]["suggest"], dirty["detail"][1]["keyword"]) == (0, "risky", "代开发票")
    assert check(sim, "您好", scene=9)["errcode"] == 40129
    assert check(sim, "您好", openid="oNobody")["errcode"] == 40003
    assert check(sim, "您好", openid=LIU)["errcode"] == 43104
    assert check(sim, "字" * 2501)["errcode"] == 45002


def test_picture_check_answers_by_push(start: Any, product: Product) -> None:
    """Row 11: trace_id at once, wxa_media_check afterwards."""
    sim = start()
    sim.push(LIU)
    body = {"media_url": "http://a.example/a.png", "media_type": 2, "version": 2, "openid": LIU, "scene": 2}
    trace = sim.call("/wxa/media_check_async", body)["trace_id"]
    got = until(lambda: product.received[1:])[0].fields
    assert (got["Event"], got["trace_id"], got["result"]["suggest"]) == ("wxa_media_check", trace, "pass")


def test_user_info(sim: Sim) -> None:
    """Row 13: followers only, and never a name."""

    def info(openid: str) -> Any:
        return sim.get("/cgi-bin/user/info", access_token=sim.token(), openid=openid)

    assert info(WANG).keys() == {"subscribe", "openid", "unionid"}
    assert info(LIU)["subscribe"] == 1
    assert "nickname" not in info(LIU)
    assert info("oNobody")["errcode"] == 40003


def test_codes_to_scan(sim: Sim, product: Product) -> None:
    """Row 14, and what a scan pushes: SCAN from a follower, subscribe with qrscene_ from somebody new."""
    body = {
        "expire_seconds": 9_999_999,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "building3"}},
    }
    made = sim.call("/cgi-bin/qrcode/create", body)
    assert made["expire_seconds"] == 2_592_000
    sim.act("r02", "scan", scene="building3")
    sim.act("r01", "scan", scene="building3")
    until(lambda: len(product.received) == 2)
    events = {got.fields["Event"]: got.fields for got in product.received}
    assert (events["SCAN"]["EventKey"], events["SCAN"]["Ticket"]) == ("building3", made["ticket"])
    assert (events["subscribe"]["EventKey"], events["subscribe"]["Ticket"]) == ("qrscene_building3", made["ticket"])
    assert (
        sim.call("/cgi-bin/qrcode/create", body | {"action_info": {"scene": {"scene_str": "x" * 65}}})["errcode"]
        == 40053
    )


def test_menus(sim: Sim) -> None:
    """Built in until the product makes its own; a conditional one is the workers'."""
    assert [b["name"] for b in sim.get("/simulator/api/state")["menus"]["worker"]] == ["接单", "我的", "帮助"]
    token = sim.token()
    assert sim.get("/cgi-bin/menu/get", access_token=token)["errcode"] == 46003
    own = {
        "button": [
            {"name": "我要服务", "sub_button": [{"type": "click", "name": "预约", "key": "menu:book"}]},
            {"type": "view", "name": "公告", "url": "http://a.example"},
        ]
    }
    assert sim.call("/cgi-bin/menu/create", own)["errcode"] == 0
    menus = sim.get("/simulator/api/state")["menus"]
    assert (
        menus["resident"]
        == menus["worker"]
        == [
            {"name": "我要服务", "items": [{"name": "预约", "type": "click", "key": "menu:book"}]},
            {"name": "公告", "items": [{"name": "公告", "type": "view", "key": "http://a.example"}]},
        ]
    )
    worker = {"button": [{"type": "click", "name": "接单", "key": "offers"}], "matchrule": {"tag_id": "100"}}
    assert "menuid" in sim.call("/cgi-bin/menu/addconditional", worker)
    assert sim.get("/simulator/api/state")["menus"]["worker"][0]["name"] == "接单"
    assert sim.get("/cgi-bin/menu/get", access_token=token)["menu"]["button"] == own["button"]
    assert sim.call("/cgi-bin/menu/create", {"button": own["button"] * 2})["errcode"] == 40016
