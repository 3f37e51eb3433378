"""What an error code of the platform means for what we do next, and why, as data (wechat.md sections 2 to 4).

Only the number is looked at: the platform's words end in a request id and change.
"""

from handlers.words import N_

TOKEN_ERRORS = frozenset({40001, 40014, 42001})

# code -> (decision as handlers/platform.py names them, the reason for staff)
ERRORS: dict[int, tuple[str, str]] = {
    0: ("ok", ""),
    -1: ("retry", N_("the platform is busy")),
    40001: ("retry", N_("the token is refused, also a fresh one")),
    40014: ("retry", N_("the token is refused, also a fresh one")),
    42001: ("retry", N_("the token has run out, also a fresh one")),
    41001: ("retry", N_("no token was sent")),
    45009: ("quota", N_("the day's number of this call is used up")),
    45011: ("slow", N_("too many in this minute")),
    45015: ("channel", N_("the reply window is closed, or they have left")),
    45047: ("channel", N_("the reply window's messages are used up")),
    48002: ("channel", N_("they don't take messages of this account")),
    40200: ("channel", N_("this kind of account may not send this kind of message")),
    43004: ("channel", N_("they don't follow the account")),
    43101: ("channel", N_("no consent is left for this subscribe message")),
    40037: ("channel", N_("the account has no such template: run templates check")),
    40036: ("channel", N_("the template's id is not one: run templates check")),
    47003: ("channel", N_("a field does not fit the template: run templates check")),
    41030: ("channel", N_("the mini-program has no such page")),
    45168: ("channel", N_("the platform does not let these words through")),
    45002: ("channel", N_("the message is too long")),
    45008: ("channel", N_("more than one article")),
    44004: ("channel", N_("the message is empty")),
    40007: ("channel", N_("the picture or voice is not kept by the platform any more")),
    40008: ("channel", N_("an unknown kind of message")),
    43019: ("never", N_("they have blocked the account")),
    40003: ("never", N_("not a person of this account")),
    48001: ("channel", N_("the account may not use this call")),
    48004: ("channel", N_("the platform has closed this call to the account")),
    50002: ("channel", N_("they can't be reached: the account or the person is blocked")),
    50005: ("channel", N_("they don't follow the account")),
    40013: ("retry", N_("the AppID is wrong")),
    40125: ("retry", N_("the AppSecret is wrong")),
    40164: ("retry", N_("this machine's address is not in the account's whitelist")),
    40243: ("retry", N_("the AppSecret is frozen")),
    89503: ("retry", N_("the administrator has to confirm this machine's address")),
    89501: ("retry", N_("the administrator has to confirm this machine's address")),
    45072: ("channel", N_("an unknown command of the typing sign")),
    45080: ("channel", N_("they did nothing in the last 30 seconds")),
    45081: ("channel", N_("the typing sign is on already")),
    40016: ("never", N_("the menu has no or too many entries")),
    40017: ("never", N_("an unknown kind of menu entry")),
    40018: ("never", N_("a name in the menu is too long")),
}


def decide(errcode: int) -> tuple[str, str]:
    """Decision and reason of a code; an unknown one is tried again later."""
    return ERRORS.get(errcode, ("retry", N_("an error that we don't know")))


def explain(answer: dict[str, object]) -> str:
    """A refusal in words for whoever runs a command: the code, our reason, the platform's own words."""
    code = int(str(answer.get("errcode", 0)))
    return f"{code}, {decide(code)[1]} ({answer.get('errmsg', '')})"
