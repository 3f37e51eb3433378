"""What happened to which thing, in words: for the histories at the desk and for the demo's drawer (C6)."""

from handlers.words import _


def thing_words(kind: str) -> str:
    """What an event is about, in words."""
    said = {
        "person": _("the person"),
        "worker": _("the worker's file"),
        "request": _("the request"),
        "offer": _("the offer"),
        "agreement": _("the agreement"),
        "visit": _("the visit"),
        "complaint": _("the complaint"),
        "handover": _("the hand-over"),
        "survey": _("the survey"),
        "weights": _("the weights"),
        "carer_call": _("the call to a carer"),
        "proposal": _("the proposal"),
        "plan": _("the day's plan"),
        "series": _("the recurring service"),
    }
    return said.get(kind, kind)


def verb_words(kind: str, verb: str) -> str:
    """What happened, in words."""
    said = {
        "submit": _("handed in"),
        "approve": _("passed"),
        "reject": _("not taken"),
        "ask": _("the resident was asked"),
        "answer": _("the resident answered"),
        "take_back": _("the approval was taken back"),
        "recommend": _("workers were recommended"),
        "offer": _("a worker was asked"),
        "run_out": _("nobody took it"),
        "accept": _("a worker took it") if kind == "request" else _("said yes"),
        "decline": _("said no"),
        "counter": _("proposed another condition"),
        "expire": _("did not answer in time") if kind == "offer" else _("its time passed"),
        "withdraw": _("taken back"),
        "agree": _("both confirmed the terms"),
        "schedule": _("the visit stands"),
        "rematch": _("somebody else is sought"),
        "reschedule": _("moved to another time"),
        "cancel": _("cancelled"),
        "close": _("closed"),
        "set_out": _("the worker set out"),
        "check_in": _("the worker arrived"),
        "check_out": _("the worker finished"),
        "confirm": _("the resident confirmed"),
        "settle": _("paid"),
        "no_show": _("the worker did not come"),
        "replace": _("another worker is sought"),
        "drop": _("dropped"),
        "later": _("moved to the next time that can be kept"),
        "coming": _("said that it stays as agreed"),
        "cant": _("said that it may not work"),
        "at_door": _("the worker is at the door, nobody opens"),
        "opens": _("says they open the door"),
        "no_access": _("nobody opened, the worker left"),
        "longer": _("needs a while longer"),
        "wrong_code": _("sent a wrong code"),
        "progress": _("a word from the worker"),
        "dispute": _("said that a line is not right"),
        "rate": _("gave stars"),
        "follow": _("follows the account"),
        "unfollow": _("follows no more"),
        "consent": _("agreed to the privacy notice"),
        "file": _("was filed"),
        "open": _("begun"),
    }
    return _of_this_kind(kind, verb) or said.get(verb, verb)


def _of_this_kind(kind: str, verb: str) -> str:
    """What belongs to one kind alone, or means another thing there than for a request."""
    said = {
        ("visit", "pass_on"): _("words were passed on"),
        ("person", "says_phone"): _("left a phone number"),
        ("agreement", "propose"): _("the terms are written down"),
        ("agreement", "confirm"): _("one side confirmed"),
        ("agreement", "seal"): _("was sealed"),
        ("agreement", "fewer"): _("fewer come, for the same price"),
        ("agreement", "end"): _("came to its end"),
        ("complaint", "answer"): _("was answered"),
        ("complaint", "resolve"): _("has a result"),
        ("complaint", "reopen"): _("was taken up again"),
        ("handover", "ask"): _("a person was asked for"),
        ("handover", "take"): _("a colleague took it"),
        ("survey", "pass"): _("was let go by"),
        ("worker", "activate"): _("may work"),
        ("worker", "pause"): _("pauses for a while"),
        ("worker", "remove"): _("is off the list"),
        ("survey", "ask"): _("the question went out"),
        ("weights", "set"): _("set new ones"),
        ("weights", "restore"): _("set the original ones back"),
        ("request", "ask_wider"): _("the resident was asked what could be otherwise"),
        ("request", "widen"): _("it may be otherwise"),
        ("request", "fewer"): _("fewer are to come"),
        ("request", "look_again"): _("a person was asked to look again"),
        ("request", "keep"): _("it stays as it was said"),
        ("request", "choose"): _("workers were chosen at the desk"),
        ("handover", "call_carers"): _("carers near by were called"),
        ("carer_call", "come"): _("is going there"),
        ("carer_call", "call_off"): _("need not go"),
        ("carer_call", "recall"): _("is called again"),
        ("carer_call", "report"): _("wrote how it stands"),
        ("proposal", "propose"): _("both sides are asked"),
        ("proposal", "confirm"): _("one side said yes"),
        ("proposal", "agree"): _("both said yes"),
        ("plan", "publish"): _("was published"),
        ("worker", "ill"): _("is ill"),
        ("request", "repeat"): _("one more date of the recurring service"),
        ("series", "begin"): _("began"),
        ("series", "pause"): _("was paused"),
        ("series", "resume"): _("goes on"),
        ("series", "end"): _("came to its end"),
        ("series", "end_from"): _("ends on a later day"),
    }
    return said.get((kind, verb), "")
