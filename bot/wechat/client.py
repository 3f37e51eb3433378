"""Calls of the platform's API: own thin client with time limits, one refresh of the token, no retry without end.

wechatpy's client is not used for this: it has no time limit, fetches the token without a lock and repeats a permanent
40001 until the stack is full (wechat.md section 7).
"""

import json
import time
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from bot.wechat.errors import TOKEN_ERRORS, decide
from bot.wechat.media import fetch_media
from bot.wechat.messages import custom_message, linked_message
from handlers.cards import Card
from handlers.clock import Clock
from handlers.gates import gate_of, note_answer, rest_of
from handlers.logs import log
from handlers.metrics import count_token_refresh
from handlers.platform import Sent
from handlers.readings import NotNow
from handlers.settings import Settings
from handlers.tokens import TokenStore, token_store

NO_MENUS = 40200
NOT_OURS = 40003  # an openid of another account, or none at all
CONNECTIONS = 32
PATIENCE_S = 4.0  # how long a call waits for a token that somebody else is asking for


class CallFailed(Exception):
    """No answer. `left`: the request had left us, so that it may have been carried out."""

    def __init__(self, why: str, *, left: bool) -> None:
        super().__init__(why)
        self.left = left


class WeChatPlatform:
    """The API of the official account and the mini-program (rows 2 to 9 of wechat.md section 9); an account is known by its app id."""

    def __init__(self, settings: Settings, clock: Clock, tokens: TokenStore | None = None) -> None:
        self.settings = settings
        self.clock = clock
        self.tokens = tokens or token_store(settings.redis.url)
        self.stuck: dict[str, str] = {}  # account -> the token that was refused and came back the same
        self.session: requests.Session | None = None

    # what sends --------------------------------------------------------------------------------------------------

    def send_custom(self, app_id: str, openid: str, card: Card, reference: str) -> Sent:
        """One customer-service message (needs an open window)."""
        mini = self.settings.miniprogram.app_id
        head = {"touser": openid, "client_msg_id": reference}
        message = custom_message(card, menus=app_id != mini, mini_app_id=mini)
        sent = self._sent(app_id, "/cgi-bin/message/custom/send", head | message)
        if sent.code == str(NO_MENUS) and message["msgtype"] == "msgmenu":
            return self._sent(app_id, "/cgi-bin/message/custom/send", head | linked_message(card))
        return sent

    def send_template(
        self, app_id: str, openid: str, template_id: str, fields: dict[str, str], client_msg_id: str
    ) -> Sent:
        """One template message; the same client_msg_id again within 10 minutes is sent once."""
        payload = {"touser": openid, "template_id": template_id, "data": _data(fields)}
        return self._sent(app_id, "/cgi-bin/message/template/send", payload | {"client_msg_id": client_msg_id})

    def send_subscribe(self, app_id: str, openid: str, template_id: str, fields: dict[str, str]) -> Sent:
        """One subscribe message: each kind of account has its own call, the wrong one answers 43101."""
        call = "send" if app_id == self.settings.miniprogram.app_id else "bizsend"
        payload = {"touser": openid, "template_id": template_id, "data": _data(fields)}
        return self._sent(app_id, f"/cgi-bin/message/subscribe/{call}", payload)

    def show_typing(self, app_id: str, openid: str) -> Sent:
        """对方正在输入 for 15 seconds, or until a message comes."""
        call = "custom/business/typing" if app_id == self.settings.miniprogram.app_id else "custom/typing"
        return self._sent(app_id, f"/cgi-bin/message/{call}", {"touser": openid, "command": "Typing"}, gate="typing")

    # what asks and sets up ---------------------------------------------------------------------------------------

    def push_menu(self, menu: dict[str, Any]) -> dict[str, Any]:
        """Replaces the account's menu."""
        return self.call(self.settings.wechat.app_id, "/cgi-bin/menu/create", menu)

    def read_menu(self) -> dict[str, Any]:
        """The menu as the platform has it."""
        return self.call(self.settings.wechat.app_id, "/cgi-bin/menu/get", None)

    def list_templates(self) -> dict[str, Any]:
        """The template messages that the official account has."""
        return self.call(self.settings.wechat.app_id, "/cgi-bin/template/get_all_private_template", None)

    def list_subscribe_templates(self, app_id: str) -> dict[str, Any]:
        """The subscribe templates that an account has."""
        return self.call(app_id, "/wxaapi/newtmpl/gettemplate", None)

    def code_to_session(self, code: str) -> dict[str, Any]:
        """A mini-program's login code for openid and session key; needs no token."""
        m = self.settings.miniprogram
        query = {"appid": m.app_id, "secret": m.app_secret, "js_code": code, "grant_type": "authorization_code"}
        return self._guarded(m.app_id, "login", lambda: self._request("GET", "/sns/jscode2session", query, None))

    def phone_number(self, code: str, openid: str) -> dict[str, Any]:
        """The phone number behind a button's code; an openid, if given, must be the same person's."""
        m = self.settings.miniprogram
        asked = {"code": code} | ({"openid": openid} if openid else {})
        return self._guarded(m.app_id, "phone", lambda: self.call(m.app_id, "/wxa/business/getuserphonenumber", asked))

    def union_of(self, openid: str) -> str | None:
        """The unionid of a follower of the official account: "" if there is none, None if it can't be asked for now."""
        app_id = self.settings.wechat.app_id
        try:
            asked = self._guarded(app_id, "user", lambda: self.call(app_id, "/cgi-bin/user/info", None, openid=openid))
        except CallFailed as failure:
            log.warning("wechat.user", why=str(failure))
            return None
        code = int(asked.get("errcode", 0))
        if code and code != NOT_OURS:
            log.warning("wechat.user", errcode=code)
            return None
        return str(asked.get("unionid", ""))

    def fetch_media(self, media_id: str, limit: int) -> bytes:
        """The bytes of what somebody sent, `limit` bytes at most. Raises NotNow or Never of handlers/readings."""
        app_id = self.settings.wechat.app_id
        try:
            return fetch_media(self.settings, self._session(), lambda refused: self._token(app_id, refused), media_id, limit)
        except CallFailed as failure:
            raise NotNow(str(failure)) from failure

    # how a call is made ------------------------------------------------------------------------------------------

    def _guarded(self, app_id: str, api: str, do: Any) -> dict[str, Any]:
        """A call that somebody waits for: not made while it rests, so that nobody waits in vain."""
        now = self.clock.now()
        rest = rest_of(gate_of(app_id, api), now)
        if rest is not None:
            raise CallFailed(f"{api} rests: {rest.why}", left=False)
        try:
            answer: dict[str, Any] = do()
        except CallFailed as failure:
            note_answer(self.settings, app_id, api, now, failed=True, why=str(failure))
            raise
        note_answer(self.settings, app_id, api, now, failed=int(answer.get("errcode", 0)) == -1)
        return answer

    def _sent(self, app_id: str, path: str, payload: dict[str, Any], gate: str = "") -> Sent:
        if gate and rest_of(gate_of(app_id, gate), self.clock.now()) is not None:
            return Sent("retry", "rests")
        sent = self._try(app_id, path, payload)
        if gate:
            note_answer(self.settings, app_id, gate, self.clock.now(), failed=sent.failed, why=sent.told())
        return sent

    def _try(self, app_id: str, path: str, payload: dict[str, Any]) -> Sent:
        try:
            answer = self.call(app_id, path, payload)
        except CallFailed as failure:
            return Sent("ambiguous" if failure.left else "retry", "network", str(failure))
        if "errcode" not in answer:  # somebody else's words: whether it was sent is not known
            return Sent("ambiguous", "network", "the answer is none of the platform's")
        code = int(answer["errcode"])
        decision, reason = decide(code)
        msgid = answer.get("msgid")
        words = str(answer.get("errmsg", ""))
        return Sent(decision, str(code), words, str(msgid) if msgid is not None else None, reason)

    def call(self, app_id: str, path: str, payload: dict[str, Any] | None, **query: str) -> dict[str, Any]:
        """One call with a token; a token that is refused is renewed once, and the call repeated once."""
        token = self._token(app_id)
        answer = self._with_token(path, payload, token, query)
        if int(answer.get("errcode", 0)) in TOKEN_ERRORS:
            try:
                fresh = self._token(app_id, refused=token)
            except CallFailed as failure:
                log.warning("wechat.token_refused", account=app_id, why=str(failure))
                return answer
            return self._with_token(path, payload, fresh, query)
        return answer

    def _with_token(
        self, path: str, payload: dict[str, Any] | None, token: str, query: dict[str, str]
    ) -> dict[str, Any]:
        return self._request("GET" if payload is None else "POST", path, {"access_token": token, **query}, payload)

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
            raise CallFailed("connection broken", left=not _never_connected(failure)) from failure
        except requests.RequestException as failure:
            raise CallFailed(type(failure).__name__, left=True) from failure
        return _json_of(answer)

    def _session(self) -> requests.Session:
        """Kept connections, shared by the threads of a process; made at its first call, so after any fork."""
        if self.session is None:
            made = requests.Session()
            made.trust_env = False
            made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            made.mount("http", HTTPAdapter(pool_maxsize=CONNECTIONS))
            self.session = made
        return self.session

    def _token(self, app_id: str, refused: str | None = None) -> str:
        """The shared token; asked for by one process at a time, the others wait a little for it."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            token = self.tokens.read(app_id, self.clock.now())
            if token is not None and token != refused:
                return token
            force = refused is not None and self.stuck.get(app_id) == refused
            said = self.tokens.may_ask(app_id, self.clock.now(), refused, force=force)
            if said == "ask":
                return self._ask_token(app_id, refused, force=force)
            if said == "rest":
                break
            time.sleep(0.05)
        raise CallFailed("no token", left=False)

    def _ask_token(self, app_id: str, refused: str | None, *, force: bool) -> str:
        """From stable_token: questions of several processes can't kill each other's token."""
        try:
            answer = self._request("POST", "/cgi-bin/stable_token", {}, self._question(app_id, force=force))
        except CallFailed:
            self.tokens.give_up(app_id)
            count_token_refresh(app_id, "network")
            raise
        token = str(answer.get("access_token") or "")
        count_token_refresh(app_id, "ok" if token else str(answer.get("errcode")))
        if not token:
            self.tokens.give_up(app_id)
            log.error("wechat.token", errcode=answer.get("errcode"), errmsg=answer.get("errmsg"))
            raise CallFailed(f"no token: {decide(int(answer.get('errcode', 0)))[1]}", left=False)
        expires_at = self.clock.now() + timedelta(seconds=int(answer.get("expires_in", 7200)))
        self.tokens.keep(app_id, token, expires_at, forced=force)
        if token == refused:
            self.stuck[app_id] = token
            raise CallFailed("the same token again", left=False)
        return token

    def _question(self, app_id: str, *, force: bool) -> dict[str, Any]:
        account = self.settings.wechat if app_id == self.settings.wechat.app_id else self.settings.miniprogram
        ask: dict[str, Any] = {"grant_type": "client_credential", "appid": app_id, "secret": account.app_secret}
        return ask | ({"force_refresh": True} if force else {})


def _data(fields: dict[str, str]) -> dict[str, dict[str, str]]:
    return {key: {"value": value} for key, value in fields.items()}


def _never_connected(failure: requests.ConnectionError) -> bool:
    cause = failure.args[0] if failure.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _json_of(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code != 200:  # the platform says all it says with 200; this is a gate before it, and nothing was done
        raise CallFailed(f"HTTP {answer.status_code}", left=False)
    try:
        found = json.loads(answer.content.decode("utf-8"))
    except ValueError as broken:
        raise CallFailed("the answer is not JSON", left=True) from broken
    if not isinstance(found, dict):
        raise CallFailed("the answer is none of the platform's", left=True)
    return found
