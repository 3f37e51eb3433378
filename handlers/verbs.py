"""What happened to which thing, in words: for the histories at the desk and for the demo's drawer (C6)."""

from handlers.reasons import complaint_reason
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
    return _of_this_kind(kind, verb) or _on_file(kind, verb) or said.get(verb, verb)


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
        ("request", "join"): _("one of those who come together, with a number of its own"),
        ("request", "repeat"): _("one more date of the recurring service"),
        ("series", "begin"): _("began"),
        ("series", "pause"): _("was paused"),
        ("series", "resume"): _("goes on"),
        ("series", "end"): _("came to its end"),
        ("series", "end_from"): _("ends on a later day"),
    }
    return said.get((kind, verb), "")


def _on_file(kind: str, verb: str) -> str:
    """What was noted of a person, a worker or an agency, and what staff did with what waits."""
    said = {
        ("person", "registered"): _("was entered at the station"),
        ("person", "join"): _("two files became one"),
        ("person", "bind_phone"): _("the phone number is on file"),
        ("person", "reminders"): _("said which reminders they want"),
        ("person", "withdraw_consent"): _("withdrew the consent"),
        ("person", "platform_forget"): _("the platform asked to forget them"),
        ("worker", "enlist"): _("was put on the list"),
        ("worker", "skill"): _("a skill was set"),
        ("worker", "document"): _("a paper was entered"),
        ("worker", "agency"): _("works for an agency"),
        ("worker", "leave"): _("is off for a while"),
        ("worker", "back"): _("can come again"),
        ("agency", "standing"): _("stands otherwise now"),
        ("handover", "write_down"): _("the words of a recording were written down"),
        ("staff", "sign_in"): _("signed in"),
        ("call", "try"): _("was phoned, nobody answered"),
        ("call", "reopen"): _("is to be phoned again"),
        ("inbox", "replay"): _("was worked once more"),
        ("inbox", "lay_aside"): _("was laid aside"),
        ("outbox", "send_again"): _("was sent once more"),
    }
    return said.get((kind, verb), "")


def reason_words(reason: str) -> str:
    """Why something was done, where it is kept as a code; what a person wrote stays as it is."""
    said = {
        "sick": _("is ill"),
        "ill": _("is ill"),
        "family": _("something in the family"),
        "time_conflict": _("the time doesn't suit"),
        "conflict": _("the two didn't get on"),
        "too_far": _("too far away"),
        "price_low": _("the pay is too low"),
        "no_answer": _("nobody answers"),
        "no_access": _("couldn't get in"),
        "wrong_address": _("the address is not right"),
        "moved by the plan": _("by the day's plan"),
        "the approval was taken back": _("the approval was taken back"),
        "skipped": _("left out this once"),
        "paused": _("paused"),
        "ended": _("has ended"),
        "area": _("further away"),
        "time": _("another time"),
        "price": _("another price"),
        "team": _("two people instead of one"),
        "fewer": _("fewer people"),
    }
    return said.get(reason) or complaint_reason(reason)
