"""Calls of the platform's API: own thin client with time limits, one refresh of the token, no retry without end.

wechatpy's client is not used for this: it has no time limit, fetches the token without a lock and repeats a permanent
40001 until the stack is full (wechat.md section 7).
"""

import json
import threading
import time
from datetime import timedelta
from typing import Any

import requests

from bot.wechat.breaker import Breaker
from bot.wechat.errors import TOKEN_ERRORS, decide
from bot.wechat.media import fetch_media
from handlers.clock import Clock
from handlers.delivery import Sent
from handlers.logs import log
from handlers.metrics import count_token_refresh
from handlers.readings import NotNow
from handlers.settings import Settings
from handlers.tokens import may_refresh, read_token, store_token


class CallFailed(Exception):
    """No answer. `left`: the request had left us, so that it may have been carried out."""

    def __init__(self, why: str, *, left: bool) -> None:
        super().__init__(why)
        self.left = left


class WeChatPlatform:
    """The official account's API (rows 2 to 5 of wechat.md section 9)."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.local = threading.local()
        self.breaker = Breaker()

    def send_custom(self, openid: str, message: dict[str, Any]) -> Sent:
        """One customer-service message (needs an open window)."""
        return self._sent("/cgi-bin/message/custom/send", {"touser": openid, **message})

    def send_template(self, openid: str, template_id: str, fields: dict[str, str], client_msg_id: str) -> Sent:
        """One template message; the same client_msg_id again within 10 minutes is sent once."""
        data = {key: {"value": value} for key, value in fields.items()}
        payload = {"touser": openid, "template_id": template_id, "data": data, "client_msg_id": client_msg_id}
        return self._sent("/cgi-bin/message/template/send", payload)

    def push_menu(self, menu: dict[str, Any]) -> dict[str, Any]:
        """Replaces the account's menu."""
        return self.call("/cgi-bin/menu/create", menu)

    def list_templates(self) -> dict[str, Any]:
        """The templates that the account has."""
        return self.call("/cgi-bin/template/get_all_private_template", None)

    def code_to_session(self, code: str) -> dict[str, Any]:
        """A mini-program's login code for openid and session key; needs no token."""
        m = self.settings.miniprogram
        query = {"appid": m.app_id, "secret": m.app_secret, "js_code": code, "grant_type": "authorization_code"}
        return self._request("GET", "/sns/jscode2session", query, None)

    def phone_number(self, code: str, openid: str) -> dict[str, Any]:
        """The phone number behind a button's code."""
        return self.call("/wxa/business/getuserphonenumber", {"code": code, "openid": openid})

    def fetch_media(self, media_id: str, limit: int) -> bytes:
        """The bytes of what somebody sent, `limit` bytes at most. Raises NotNow or Never of handlers/readings."""
        try:
            return fetch_media(self.settings, self._session(), self._token, media_id, limit)
        except CallFailed as failure:
            raise NotNow(str(failure)) from failure

    def _sent(self, path: str, payload: dict[str, Any]) -> Sent:
        if self.breaker.is_open(path):
            return Sent("retry", "breaker", "the platform does not answer at the moment")
        try:
            answer = self.call(path, payload)
        except CallFailed as failure:
            self.breaker.failed(path)
            return Sent("ambiguous" if failure.left else "retry", "network", str(failure))
        self.breaker.answered(path)
        code = int(answer.get("errcode", 0))
        msgid = answer.get("msgid")
        return Sent(decide(code), str(code), str(answer.get("errmsg", "")), str(msgid) if msgid is not None else None)

    def call(self, path: str, payload: dict[str, Any] | None) -> dict[str, Any]:
        """One call with a token; a token that is refused is renewed once, and the call repeated once."""
        token = self._token()
        answer = self._with_token(path, payload, token)
        if int(answer.get("errcode", 0)) in TOKEN_ERRORS:
            answer = self._with_token(path, payload, self._token(refused=token))
        return answer

    def _with_token(self, path: str, payload: dict[str, Any] | None, token: str) -> dict[str, Any]:
        return self._request("GET" if payload is None else "POST", path, {"access_token": token}, payload)

    def _request(self, method: str, path: str, query: dict[str, str], payload: Any) -> dict[str, Any]:
        w = self.settings.wechat
        body = None if payload is None else json.dumps(payload, ensure_ascii=False).encode()
        limits = (float(w.connect_timeout_s), float(w.read_timeout_s))
        headers = {"Content-Type": "application/json; charset=utf-8"} if body else {}
        try:
            answer = self._session().request(
                method, w.api_base_url.rstrip("/") + path, params=query, data=body, timeout=limits, headers=headers
            )
        except requests.ConnectTimeout as failure:
            raise CallFailed("can't connect", left=False) from failure
        except requests.ConnectionError as failure:
            raise CallFailed("connection broken", left="refused" not in str(failure)) from failure
        except requests.RequestException as failure:
            raise CallFailed(type(failure).__name__, left=True) from failure
        return _json_of(answer)

    def _session(self) -> requests.Session:
        if not hasattr(self.local, "session"):
            self.local.session = requests.Session()
            self.local.session.trust_env = False
        return self.local.session

    def _token(self, refused: str | None = None) -> str:
        """The shared token; fetched by one process at a time, the others wait a little for it."""
        app_id = self.settings.wechat.app_id
        for _wait in range(40):
            token = read_token(app_id, self.clock.now())
            if token is not None and token != refused:
                return token
            if may_refresh(app_id, refused):
                return self._fetch_token(app_id, force=refused is not None)
            time.sleep(0.1)
        raise CallFailed("no token", left=False)

    def _fetch_token(self, app_id: str, *, force: bool) -> str:
        """From stable_token: calls of several processes can't kill each other's token."""
        w = self.settings.wechat
        ask: dict[str, Any] = {"grant_type": "client_credential", "appid": app_id, "secret": w.app_secret}
        answer = self._request("POST", "/cgi-bin/stable_token", {}, ask | ({"force_refresh": True} if force else {}))
        if "access_token" not in answer:
            count_token_refresh(app_id, str(answer.get("errcode")))
            log.error("wechat.token", errcode=answer.get("errcode"), errmsg=answer.get("errmsg"))
            raise CallFailed(f"no token: {answer.get('errcode')}", left=False)
        count_token_refresh(app_id, "ok")
        expires_at = self.clock.now() + timedelta(seconds=int(answer.get("expires_in", 7200)))
        store_token(app_id, answer["access_token"], expires_at, forced=force)
        return str(answer["access_token"])


def _json_of(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code >= 500:
        raise CallFailed(f"HTTP {answer.status_code}", left=True)
    try:
        found = json.loads(answer.content.decode("utf-8"))
    except ValueError as broken:
        raise CallFailed("the answer is not JSON", left=True) from broken
    return found if isinstance(found, dict) else {}
