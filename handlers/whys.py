"""Why something was not sent, in words for staff: kept as a code and a msgid, said when it is shown (Q1)."""

from handlers.words import N_, _

BARE = {"network": N_("it can't be reached"), "rests": N_("it rests")}


def say_why(kept: str) -> str:
    """`45009 the day's number of this call is used up` in the language of the moment, the code behind it."""
    code, _space, reason = kept.partition(" ")
    if not (code.lstrip("-").isdigit() or code in ("network", "rests")):
        return _(kept)
    return f"{_(reason)} ({code})" if reason else _(BARE.get(code, code))
