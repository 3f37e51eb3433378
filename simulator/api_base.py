"""Tokens, quotas, followers, menus, codes to scan and media: what every account has."""

import itertools
import re
import secrets
import time
from typing import Any
from urllib.parse import quote

from flask import Response

from simulator.errors import PlatformError
from simulator.gate import Call, endpoint
from simulator.people import union_id
from simulator.store import Doc

_MONTH = 30 * 86_400


def check_account(call: Call, secret_key: str = "secret") -> str:
    """The app id of a call that brings its secret; 41002, 40013, 41004 or 40125."""
    app_id = call.need("appid", 41002)
    secret = call.world.config.secret_of(app_id)
    if secret is None:
        raise PlatformError(40013)
    if call.need(secret_key, 41004) != secret:
        raise PlatformError(40125)
    return app_id


def _check_grant(call: Call, wanted: str) -> None:
    if (call.query.get("grant_type") or call.body.get("grant_type")) != wanted:
        raise PlatformError(40002)


@endpoint("/cgi-bin/token", method="GET", token=False, plain=True)
def issue_token(call: Call) -> Doc:
    """A new token; the one before works five minutes more."""
    _check_grant(call, "client_credential")
    token, seconds = call.world.tokens.issue(check_account(call))
    return {"access_token": token, "expires_in": seconds}


@endpoint("/cgi-bin/stable_token", token=False, plain=True)
def stable_token(call: Call) -> Doc:
    """The same token for everyone who asks."""
    call.query = {}
    _check_grant(call, "client_credential")
    token, seconds = call.world.tokens.stable(check_account(call), call.body.get("force_refresh") is True)
    return {"access_token": token, "expires_in": seconds}


@endpoint("/cgi-bin/clear_quota")
def clear_quota(call: Call) -> Doc:
    """The day's counts back to nothing, ten times a month."""
    if call.body.get("appid") != call.app:
        raise PlatformError(40013)
    call.world.quotas.clear(call.app)
    return {}


@endpoint("/cgi-bin/clear_quota/v2", token=False)
def clear_quota_v2(call: Call) -> Doc:
    """The same with the secret in place of a token."""
    call.world.quotas.clear(check_account(call, "appsecret"))
    return {}


@endpoint("/cgi-bin/user/info", method="GET", plain=True)
def user_info(call: Call) -> Doc:
    """Whether somebody follows, and since when; no name and no picture."""
    person = call.world.people.must(call.query.get("openid"))
    if call.world.openid(person, call.app) != call.query["openid"]:
        raise PlatformError(40003)
    known = {"openid": call.query["openid"], "unionid": union_id(person["openid"])}
    if not person["followed"]:
        return {"subscribe": 0} | known
    return {
        "subscribe": 1,
        "language": "zh_CN",
        "subscribe_time": int(person["subscribed_at"]),
        "remark": "",
        "groupid": 0,
        "tagid_list": person["tags"],
        "subscribe_scene": "ADD_SCENE_QR_CODE",
        "qr_scene": 0,
        "qr_scene_str": "",
    } | known


@endpoint("/cgi-bin/qrcode/create", plain=True)
def create_code(call: Call) -> Doc:
    """A code to scan: for 30 days at most, or for ever."""
    name, info = call.body.get("action_name"), call.body.get("action_info")
    scene = info.get("scene", {}) if isinstance(info, dict) else {}
    key = scene.get("scene_str") if "STR" in str(name) else scene.get("scene_id")
    if (
        name not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")
        or not 1 <= len(str(key or "")) <= 64
    ):
        raise PlatformError(40053)
    ticket = "gQ" + secrets.token_urlsafe(66)
    call.world.scenes.put(str(key), {"scene": str(key), "ticket": ticket})
    answer: Doc = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[:22]}"}
    if "LIMIT" not in str(name):
        answer["expire_seconds"] = min(int(call.body.get("expire_seconds", 60)), _MONTH)
    return answer


@endpoint("/cgi-bin/menu/create")
def create_menu(call: Call) -> Doc:
    """The menu of everyone."""
    _check_buttons(call.body.get("button"), 3)
    call.world.menus.put("default", {"button": call.body["button"], "menuid": int(time.time())})
    return {}


@endpoint("/cgi-bin/menu/addconditional", plain=True)
def add_conditional_menu(call: Call) -> Doc:
    """A menu for those with a tag; here the workers."""
    _check_buttons(call.body.get("button"), 3)
    if not isinstance(call.body.get("matchrule"), dict) or not call.body["matchrule"]:
        raise PlatformError(40035)
    menu_id = int(time.time())
    kept = {"button": call.body["button"], "matchrule": call.body["matchrule"], "menuid": menu_id}
    call.world.menus.put("conditional", kept)
    return {"menuid": str(menu_id)}


@endpoint("/cgi-bin/menu/get", method="GET", plain=True)
def get_menu(call: Call) -> Doc:
    """What was created."""
    default, conditional = (call.world.menus.get(name) for name in ("default", "conditional"))
    if default is None:
        raise PlatformError(46003)
    return {"menu": default} | ({"conditionalmenu": [conditional]} if conditional else {})


@endpoint("/cgi-bin/menu/delete", method="GET")
def delete_menu(call: Call) -> Doc:
    """No menu any more; the page shows the built-in ones again."""
    call.world.menus.clear()
    return {}


def _check_buttons(buttons: Any, most: int) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise PlatformError(40016)
    for button in buttons:
        limit = 16 if most == 3 else 60
        if not isinstance(button, dict) or not 1 <= len(str(button.get("name", "")).encode()) <= limit:
            raise PlatformError(40018)
        if button.get("sub_button"):
            _check_buttons(button["sub_button"], 5)
        elif button.get("type") not in (
            "click",
            "view",
            "miniprogram",
            "scancode_push",
            "scancode_waitmsg",
            "location_select",
        ):
            raise PlatformError(40017)


_tag_ids = itertools.count(100)


@endpoint("/cgi-bin/tags/create", plain=True)
def create_tag(call: Call) -> Doc:
    """A tag to put people under."""
    return {"tag": {"id": next(_tag_ids), "name": str((call.body.get("tag") or {}).get("name", ""))}}


@endpoint("/cgi-bin/tags/members/batchtagging")
def tag_people(call: Call) -> Doc:
    """Put people under a tag."""
    for openid in call.body.get("openid_list") or []:
        person = call.world.people.must(openid)
        person["tags"] = sorted({*person["tags"], int(call.body.get("tagid", 0))})
        call.world.people.keep(person)
    return {}


@endpoint("/cgi-bin/media/upload", plain=True)
def upload_media(call: Call) -> Doc:
    """Keep a picture or a sound for three days."""
    kind, item = call.query.get("type"), call.files.get("media")
    if kind not in ("image", "voice", "video", "thumb"):
        raise PlatformError(40008)
    if item is None or not item[1]:
        raise PlatformError(41005)
    media_id = secrets.token_urlsafe(48)
    call.world.media.put(media_id, {"type": kind, "name": item[0], "hex": item[1].hex(), "words": ""})
    return {"type": kind, "media_id": media_id, "created_at": int(call.world.clock.timestamp())}


@endpoint("/cgi-bin/media/get", method="GET")
def get_media(call: Call) -> Response:
    """The bytes of what somebody sent. X-Simulator-Words tells a demo's listener what a voice said."""
    return media_response(call.world.media.get(call.query.get("media_id", "")))


def media_response(item: Doc | None) -> Response:
    """A kept medium as HTTP; 40007 if there is none."""
    if item is None:
        raise PlatformError(40007)
    mimetype = {"image": "image/png", "voice": "audio/amr"}.get(item["type"], "application/octet-stream")
    name = re.sub(r"[^\w.]", "_", item["name"]) or "media"
    headers = {"Content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    if item["words"]:
        headers["X-Simulator-Words"] = quote(item["words"])
    return Response(bytes.fromhex(item["hex"]), mimetype=mimetype, headers=headers)
