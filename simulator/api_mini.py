"""The mini-program's side: who is it, which phone number, is this text clean."""

import base64
import secrets
from functools import partial

from simulator.api_base import check_account
from simulator.errors import PlatformError
from simulator.gate import Call, endpoint
from simulator.messages import event
from simulator.people import mini_openid, union_id
from simulator.store import Doc
from simulator.world import World

CODE_SECONDS = 300
_LOGINS_A_MINUTE = 100
_ACTIVE_SECONDS = 2 * 3600
_CHECKED_CHARS = 2500


def make_code(world: World, person: Doc, kind: str, phone: str) -> str:
    """A code as wx.login ("login") or the phone button ("phone") gives it: once, for five minutes."""
    code = ("0" if kind == "login" else "") + secrets.token_hex(16)
    made = {"code": code, "kind": kind, "person": person["id"], "phone": phone, "at": world.clock.timestamp()}
    world.codes.put(code, made | {"used": False})
    return code


def _redeem(world: World, code: object, kind: str) -> Doc:
    found = world.codes.get(code) if isinstance(code, str) else None
    if found is None or found["kind"] != kind or not 0 <= world.clock.timestamp() - found["at"] < CODE_SECONDS:
        raise PlatformError(40029)
    if found["used"]:
        raise PlatformError(40163 if kind == "login" else 40029)
    world.codes.put(found["code"], found | {"used": True})
    return found


@endpoint("/sns/jscode2session", method="GET", token=False, plain=True)
def code_to_session(call: Call) -> Doc:
    """openid and a new session_key for a login code."""
    world = call.world
    if not world.is_mini(check_account(call)):
        raise PlatformError(40013)
    if call.query.get("grant_type") != "authorization_code":
        raise PlatformError(40002)
    code = _redeem(world, call.need("js_code", 41008), "login")
    person = world.people.get(code["person"]) or {}
    _count_login(world, person)
    world.windows.open(world.config.miniprogram_app_id, mini_openid(person["openid"]), "mini_enter")
    session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    return {"openid": mini_openid(person["openid"]), "session_key": session_key, "unionid": union_id(person["openid"])}


def _count_login(world: World, person: Doc) -> None:
    minute = int(world.clock.timestamp() // 60)
    doc = world.meta.get(f"logins {person['id']}") or {}
    count = doc.get("count", 0) + 1 if doc.get("minute") == minute else 1
    world.meta.put(f"logins {person['id']}", {"minute": minute, "count": count})
    if count > _LOGINS_A_MINUTE:
        raise PlatformError(45011)


@endpoint("/wxa/business/getuserphonenumber")
def phone_number(call: Call) -> Doc:
    """The number behind a code of the phone button; an openid, if given, must be the same person's."""
    world = call.world
    code = _redeem(world, call.body.get("code"), "phone")
    person = world.people.get(code["person"]) or {}
    if call.body.get("openid", mini_openid(person["openid"])) != mini_openid(person["openid"]):
        raise PlatformError(40013)
    watermark = {"timestamp": int(world.clock.timestamp()), "appid": world.config.miniprogram_app_id}
    return {
        "phone_info": {
            "phoneNumber": code["phone"],
            "purePhoneNumber": code["phone"],
            "countryCode": 86,
            "watermark": watermark,
        }
    }


def _check_openid(call: Call) -> Doc:
    world, openid = call.world, call.body.get("openid")
    person = world.people.must(openid)
    if call.body.get("scene") not in (1, 2, 3, 4):
        raise PlatformError(40129)
    if world.openid(person, call.app) != openid:
        raise PlatformError(43104)
    if not world.windows.acted_within(call.app, str(openid), _ACTIVE_SECONDS):
        raise PlatformError(61010)
    return person


@endpoint("/wxa/msg_sec_check")
def check_text(call: Call) -> Doc:
    """Is this text clean? errcode 0 says only that it was looked at: read result.suggest."""
    content = call.body.get("content")
    if call.body.get("version") != 2 or not isinstance(content, str) or not content:
        raise PlatformError(40035)
    _check_openid(call)
    if len(content) > _CHECKED_CHARS:
        raise PlatformError(45002)
    word = next((word for word in call.world.risky_words if word in content), None)
    suggest, label = ("risky", 20006) if word else ("pass", 100)
    detail: Doc = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}
    listed = [
        detail,
        {"strategy": "keyword", "errcode": 0} | ({"suggest": suggest, "label": label, "keyword": word} if word else {}),
    ]
    return {"trace_id": secrets.token_hex(16), "result": {"suggest": suggest, "label": label}, "detail": listed}


@endpoint("/wxa/media_check_async")
def check_media(call: Call) -> Doc:
    """Look at a picture or sound; the answer comes as a push."""
    if call.body.get("version") != 2 or call.body.get("media_type") not in (1, 2) or not call.body.get("media_url"):
        raise PlatformError(40035)
    person, trace = _check_openid(call), secrets.token_hex(16)
    verdict = {"suggest": "pass", "label": 100}
    news = event(
        "wxa_media_check",
        appid=call.app,
        trace_id=trace,
        version=2,
        result=verdict,
        detail=[{"strategy": "content_model", "errcode": 0, "prob": 90} | verdict],
    )
    if not call.world.is_mini(call.app) or call.world.config.miniprogram_push_url:
        push = call.pusher.make(person, call.app, news, quiet=True)
        call.pusher.later.after(call.world.config.receipt_delay, partial(call.pusher.send, push))
    return {"trace_id": trace}
