"""What a message is about, in this order: danger, handed-over, a choice, the open dialogue, menu key, intent, help.

Nothing here decides anything about the service itself: each way ends in an action, a dialogue or an intent, and those
call handlers.
"""

import re

from bot.actions import bare, find_choice, find_on_card, run_choice
from bot.around import read_around
from bot.dialogues.base import DIALOGUES, Step, ask_again, carry_on, drop_if_over, leave
from bot.dialogues.door import door_code
from bot.dialogues.fewer import fewer_said
from bot.dialogues.orders import names_another_day
from bot.dialogues.relaying import relayed
from bot.doubt import said_back, think_first
from bot.intents import answer_intent
from bot.intents.common import FINE, NO, YES
from bot.intents.sayings import saying
from bot.intents.series import series_said
from bot.said import intent_words
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.contact import keep_said_phone
from handlers.context import Refused
from handlers.emergency import alarm_of, call_off_alarm, raise_alarm
from handlers.handovers import give_back, given_up, open_handover
from handlers.words import _

CARD_CONTEXTS = {
    ("offer", "accept"): "offer:{id}",
    ("agreement", "confirm"): "confirm:{id}",
    ("visit", "coming"): "confirm:{id}",
    ("visit", "confirm"): "completion_card:{id}",
    ("visit", "rate"): "rating_card",
    ("visit", "set_out"): "job:{id}",
    ("visit", "check_in"): "job:{id}",
    ("visit", "check_out"): "job:{id}",
    ("request", "choose"): "choose_worker",
    ("complaint", "accept"): "confirm:{id}",
    ("request", "cancel"): "order:{id}",
    ("request", "wider_yes"): "confirm:order",
    ("series", "pause_yes"): "confirm:order",
    ("series", "end_yes"): "confirm:order",
    ("series", "holiday_yes"): "confirm:order",
}
# Every other card that a yes can mean something to: a bare 对 or 不 is read as the answer to it where it was shown as an answer, so that
# it was surely read whole; of what came by itself perhaps only a template's few fields were seen.
SEEN_CONTEXTS = dict.fromkeys(YES, "confirm:{id}") | CARD_CONTEXTS


def card_context(turn: Turn) -> str | None:
    """What understanding is told was shown: from the card last shown, else from what waits for the person's word."""
    ids = [choice["id"] for choice in turn.talk.card]
    return _context_of(ids, CARD_CONTEXTS if turn.talk.pushed else SEEN_CONTEXTS) or next(
        filter(None, (_context_of([c.id for c in card.choices]) for card in turn.waiting)), None
    )


def _context_of(ids: list[str], contexts: dict[tuple[str, str], str] = CARD_CONTEXTS) -> str | None:
    for ident in ids:
        kind, subject, verb = [*ident.split(":"), "", ""][:3]
        found = contexts.get((kind, verb))
        if found:
            return found.format(id=subject)
    return None


PRESSING = (("request", "wider_yes"), ("alarm", "coming"))


def route(turn: Turn) -> Card | None:
    """The answer to one text, or None for silence (a person is talking with them)."""
    turn.ctx.did(lambda: _("understood: %(intent)s", intent=intent_words(turn.frame.intent)))
    if turn.frame.intent == "emergency":
        turn.talk.park(turn.ctx.now)
        return raise_alarm(turn.ctx, words=turn.text, kinds=turn.slot("emergency_type", []))
    handover = open_handover(turn.ctx)
    if handover is not None and not given_up(turn.ctx, handover):
        return _handed_over(turn, handover.id, waiting=handover.state == "waiting")
    try:
        return _route_alone(turn)
    except Refused as refused:
        return refusal(turn, refused)


def refusal(turn: Turn, refused: Refused) -> Card:
    """A refusal in the person's words, never a dead end: the open question again, or a way to a person."""
    turn.ctx.did(lambda: _("refused: %(code)s", code=refused.code))
    if turn.talk.name:
        again = ask_again(turn)
        return Card(f"{refused.words}\n\n{again.text}", again.choices)
    return card(refused.words, ("talk:0:human", _("Find a person to help me")))


def back_again(turn: Turn) -> Card:
    """Back from a colleague: what was begun before goes on."""
    if not turn.talk.unpark():
        return card(_("Good, I'm here again. What can I do for you?"))
    again = ask_again(turn)
    return Card(_("Good, I'm here again. We were here: %(question)s", question=again.text), again.choices)


SAFE = re.compile(r"没事(了|啦|儿了)|没(有)?危险|没大?事[儿]?[,，。]?|虚惊|都好(了|着)|误会|好了没事|缓过来|不要紧了|解除")


def is_safe(turn: Turn) -> bool:
    """Whether the words end an alarm: the card's own choice, or 没事了; only while the alarm is open and nobody has it."""
    tapped = find_choice(turn)
    said = (tapped is not None and tapped.verb == "safe") or (SAFE.search(turn.text) and len(turn.text) <= 16)
    return bool(said) and alarm_of(turn.ctx, open_handover(turn.ctx)) is not None


def all_is_well(turn: Turn) -> Card:
    """没事了: glad of it; a colleague asks once more, and what was begun goes on."""
    call_off_alarm(turn.ctx, words=turn.text)
    again = back_again(turn)
    glad = _("Good that all is well. A colleague still asks once more; in danger call 120 at any time.")
    return Card(f"{glad}\n\n{again.text}", again.choices)


def _handed_over(turn: Turn, handover_id: int, *, waiting: bool) -> Card | None:
    if turn.inbound.choice.startswith("talk:0:bot") or turn.text in (
        _("Back to the bot"),
        "回到自动服务",
        "不用人工了",
    ):
        give_back(turn.ctx, handover_id)
        return back_again(turn)
    if is_safe(turn):
        return all_is_well(turn)
    number = keep_said_phone(turn.ctx, words=turn.text)
    if not waiting:
        return None
    if number:
        return card(_("Your number %(number)s is before the colleague.", number=number), ("talk:0:bot", _("Back to the bot")))
    return card(_("Noted. The colleague sees it as soon as they are with you."), ("talk:0:bot", _("Back to the bot")))


def _route_alone(turn: Turn) -> Card | None:
    choice = find_choice(turn) or said_back(turn)
    if choice is not None:
        return run_choice(turn, choice)
    return act(turn)


def act(turn: Turn) -> Card | None:
    """What the words mean where the talk stands: in the open dialogue, on the card last shown, or by themselves."""
    drop_if_over(turn)
    if turn.talk.name in DIALOGUES:
        return _in_dialogue(turn)
    arrived = door_code(turn)
    if arrived is not None:
        return arrived
    context = card_context(turn)
    if context:
        turn.read(context)
    understood = relayed(turn) or fewer_said(turn) or read_around(turn) or series_said(turn) or saying(turn)
    if understood is not None:
        return understood
    turn.judged = True
    return think_first(turn) or answer_intent(turn)


LEAVE = re.compile(
    r"(那?(还是)?(算了|不弄了|不要了|不用了|不订了|不约了|不找了|取消|退出)[吧啦了]?|never mind|cancel)", re.IGNORECASE
)
ELSEWHERE = ("human_agent", "order_status", "complain", "faq", "ask_price", "ask_catalog", "my_schedule", "help")


def _in_dialogue(turn: Turn) -> Card | None:
    pushed = _to_pushed(turn) or (series_said(turn) if turn.talk.name == "move" or names_another_day(turn) else None)
    if pushed is not None:
        return pushed
    if LEAVE.fullmatch(bare(turn.text)):
        return leave(turn)
    step = DIALOGUES[turn.talk.name].steps.get(turn.talk.step)
    if step is None:  # a dialogue of an older version: begin afresh rather than fail
        turn.talk.close()
        return answer_intent(turn)
    if turn.frame.intent == "human_agent":
        return answer_intent(turn)
    if turn.frame.intent in ELSEWHERE and not step.free_text and not step.hears_all:
        return _aside(turn)
    return _think_in(turn, step) or _carry_on(turn, step) or _aside(turn)


def _think_in(turn: Turn, step: Step) -> Card | None:
    """Unsure by itself, and unsure as an answer to what was asked: a model may be asked first."""
    if step.free_text or step.personal or not turn.frame.unsure:
        return None
    turn.read(step.reads)
    return think_first(turn)


def _carry_on(turn: Turn, step: Step) -> Card | None:
    """The open dialogue takes it, or does not; what it missed is kept to learn from."""
    missed, data = turn.data.get("missed", 0), turn.data
    carried = carry_on(turn)
    turn.judged = not (step.free_text or step.personal) and (turn.frame.intent != "other" or data.get("missed", 0) != missed)
    return carried


def _to_pushed(turn: Turn) -> Card | None:
    """A bare 好 or 不 after a card that came by itself means that card, not the question from before it; so does what is said
    around a question that can't wait."""
    pressing = read_around(turn) if turn.talk.pushed and find_on_card(turn, *PRESSING) is not None else None
    if pressing is not None:
        return pressing
    fine = FINE.fullmatch(bare(turn.text)) is not None
    if not turn.talk.pushed or not (fine or turn.frame.intent in ("yes", "no")) or turn.frame.slots:
        return None
    chosen = find_on_card(turn, *(YES if fine or turn.frame.intent == "yes" else NO))
    return run_choice(turn, chosen) if chosen is not None else None


def _aside(turn: Turn) -> Card | None:
    """Something else in the middle of a dialogue: answered, and then the open question again."""
    name, step, data = turn.talk.name, turn.talk.step, turn.talk.data
    turn.read(None)
    turn.judged = True
    answer = saying(turn) or answer_intent(turn)
    if answer is None or (turn.talk.name, turn.talk.step) != (name, step) or turn.talk.data is not data:  # begun anew, about another one
        return answer
    again = ask_again(turn)
    return Card(
        _("%(answer)s\n\nAnd back to where we were: %(question)s", answer=answer.text, question=again.text),
        again.choices,
    )
