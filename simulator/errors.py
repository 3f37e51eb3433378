"""The platform's errors, in its own words."""

import random

_LATEST = (
    "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, "
    "more details at https://mmbizurl.cn/s/JtxxFh33r"
)
WORDS: dict[int, str] = {
    -1: "system error",
    40001: _LATEST,
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40017: "invalid button type",
    40018: "invalid button name size",
    40016: "invalid button size",
    40029: "invalid code",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid parameter",
    40036: "invalid template_id size",
    40037: "invalid template_id",
    40053: "invalid action info",
    40066: "invalid url",
    40125: "invalid appsecret",
    40129: "invalid scene",
    40163: "code been used",
    40200: "invalid account type",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43019: "require remove blacklist",
    43101: "user refuse to accept the msg",
    43104: "appid and openid not match",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit must slower retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "command is invalid",
    45080: "no interaction with the user in 30 seconds",
    45081: "already in typing status",
    45168: "keyword in blacklist",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "user refuse to accept the message",
    48006: "forbid to clear quota because of reaching the limit",
    61010: "code is expired",
}


class PlatformError(Exception):
    """Refused as the platform refuses: a code, and words where the usual ones do not do."""

    def __init__(self, code: int, words: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.words = WORDS.get(code, "unknown error") if words is None else words

    def answer(self, now: float) -> dict[str, object]:
        """The JSON body, with the request id that ends every error text."""
        return {"errcode": self.code, "errmsg": f"{self.words} rid: {request_id(now)}"}


def request_id(now: float) -> str:
    """As the platform writes them: three groups of eight, the first is the time."""
    return f"{int(now):08x}-{random.getrandbits(32):08x}-{random.getrandbits(32):08x}"
