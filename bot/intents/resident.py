"""What residents want: book, ask where it stands, cancel, move, confirm, dispute, rate, complain (C, F3, H1, I1)."""

from collections.abc import Callable
from typing import Any

from bot.actions import Chosen, action, find_on_card, run_choice
from bot.dialogues.after import rated, start_complaint, start_dispute
from bot.dialogues.base import Begin, DialogueTable, End, Next, Step, begin, declare
from bot.dialogues.booking import start_booking
from bot.dialogues.orders import start_cancel, start_cancel_one, start_move
from bot.dialogues.welcome import needs_consent
from bot.intents import intent
from bot.intents.common import helped, human
from bot.intents.times import times_card
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.completion import confirm_completion
from handlers.context import Refused
from handlers.matching import choose_worker, explain, let_us_choose, list_recommendations
from handlers.ratings import last_rateable, my_rating, visit_to_rate
from handlers.requests import find_my_request, list_my_requests, request_words
from handlers.series import find_series, say_series, series_of_request
from handlers.visits import current_visit, find_visit
from handlers.words import _, say_when


@intent("request_service")
def book(turn: Turn) -> Card:
    """A wish in one sentence."""
    return needs_consent(turn) or start_booking(turn)


def title(turn: Turn, request: Any) -> str:
    """A request in one line, for a choice: 日常保洁 明天(11月25日 周三)上午9点."""
    when = say_when(request.starts_at, turn.ctx.now) if request.starts_at else ""
    return f"{request.service_name} {when}".strip()


LISTED = 10  # the most that a list of choices shows


def pick(turn: Turn, verb: str, then: Callable[[Turn, int], Card], nothing: str) -> Card:
    """Finds which request is meant: named, only one, or asks with a card."""
    mine = find_my_request(
        turn.ctx, number=turn.slot("order_no"), ref=turn.slot("order_ref"), service=turn.slot("service"), day=turn.slot("ref_date")
    )
    on_card = find_on_card(turn, ("request", verb), ("request", "cancel"), ("request", "move"))
    unnamed = not any(turn.slot(name) for name in ("order_no", "order_ref", "service", "ref_date"))
    if on_card is not None and (len(mine) != 1 or unnamed):  # of a recurring service it need not be the next date
        return then(turn, on_card.id)
    if not mine:
        return card(nothing, ("menu:0:book", _("Book something")), human())
    if len(mine) == 1:
        return then(turn, mine[0].id)
    chosen = turn.slot("choice")
    if chosen and int(chosen) <= len(mine):
        return then(turn, mine[int(chosen) - 1].id)
    return begin(turn, Begin("which", "one", {"verb": verb, "words": turn.text, "ids": [r.id for r in mine[:LISTED]]}))


def _ask_which(turn: Turn) -> Card:
    """The list to choose from; what was said before it is kept, so that 改到后天 need not be said twice."""
    mine = {r.id: r for r in list_my_requests(turn.ctx)}
    verb = turn.data["verb"]
    listed = [(f"request:{i}:{verb}", title(turn, mine[i])) for i in turn.data["ids"] if i in mine]
    return card(_("Which one do you mean?"), *listed)


def _take_which(turn: Turn) -> Next:
    """水管那个: the service names it."""
    fits = [r for r in list_my_requests(turn.ctx) if r.id in turn.data["ids"] and r.service == turn.slot("service")]
    return End(run_choice(turn, Chosen("request", fits[0].id, turn.data["verb"]))) if len(fits) == 1 else None


def _no_choice(turn: Turn) -> Card:
    return card(_("Good, everything stays as it is."))


declare(DialogueTable("which", {"one": Step(_ask_which, _take_which)}, _no_choice))


@intent("cancel")
def cancel(turn: Turn) -> Card:
    """取消."""
    start = start_cancel_one if turn.slot("ref_date") else start_cancel
    return pick(turn, "cancel", start, _("You have nothing booked at the moment."))


@intent("reschedule")
def move(turn: Turn) -> Card:
    """改时间."""
    return pick(turn, "move", start_move, _("You have nothing booked at the moment."))


@intent("order_status")
def status(turn: Turn) -> Card:
    """到哪一步了, 谁来."""
    if turn.talk.name == "booking":
        return card(_("It is not handed in yet. Once it has passed I show you workers who fit, and you choose."))
    return pick(turn, "show", show_request, _("You have nothing booked at the moment. Shall I note something?"))


def show_request(turn: Turn, request_id: int) -> Card:
    """Where one request stands, and what can be done with it."""
    request = next((r for r in list_my_requests(turn.ctx, open_only=False) if r.id == request_id), None)
    if request is None:
        return card(_("I can't find that one among yours."), human())
    words = request_words(turn.ctx, request)
    asked = next((w for w in turn.waiting if any(c.id.startswith(f"request:{request.id}:") for c in w.choices)), None)
    if asked is not None:
        return Card(f"{words}\n\n{asked.text}", asked.choices)
    series_id = series_of_request(turn.ctx, request.id)
    if series_id:
        words = f"{words}\n\n{say_series(turn.ctx, find_series(turn.ctx, series_id))}"
    return card(
        words,
        (f"request:{request.id}:move", _("Another time")),
        (f"request:{request.id}:cancel", _("Cancel it")),
        human(),
    )


@action("request", "show")
def shown(turn: Turn, chosen: Chosen) -> Card:
    """One of several."""
    turn.talk.close()
    return show_request(turn, chosen.id)


@action("menu", "mine")
def mine(turn: Turn, chosen: Chosen) -> Card:
    """我的预约."""
    return status(turn)


@action("menu", "book")
def book_from_menu(turn: Turn, chosen: Chosen) -> Card:
    """说一句话预约."""
    return needs_consent(turn) or card(
        _("What do you need? Say it in one sentence, for example: tomorrow afternoon at three, cleaning, two hours.")
    )


@action("request", "choose")
def choose(turn: Turn, chosen: Chosen) -> Card:
    """请李师傅. Where they can't come then any more, the times at which they could are shown."""
    worker_id = int(chosen.arg or 0)
    try:
        choose_worker(turn.ctx, chosen.id, worker_id=worker_id)
    except Refused as refused:
        own = times_card(turn, chosen.id, worker_id) if refused.code == "cannot" else Card("")
        if not any(":at:" in c.id for c in own.choices):
            raise
        return Card(f"{refused.words}\n{own.text}", own.choices)
    return _asked(turn)


@action("request", "any")
def any_worker(turn: Turn, chosen: Chosen) -> Card:
    """你们安排."""
    let_us_choose(turn.ctx, chosen.id)
    return _asked(turn)


def _asked(turn: Turn) -> Card:
    minutes = turn.ctx.settings.offers.expire_minutes
    return card(_("Good, I'm asking now. You hear from me within %(minutes)s minutes.", minutes=minutes))


@action("request", "why")
def why(turn: Turn, chosen: Chosen) -> Card:
    """为什么是这几位: from what decided (D6)."""
    found = list_recommendations(turn.ctx, chosen.id)
    choices = [(f"request:{chosen.id}:choose:{r.worker_id}", _("Ask %(name)s", name=r.called)) for r in found[:2]]
    again = (f"request:{chosen.id}:look_again", _("Have a person look again"))
    return card(explain(turn.ctx, chosen.id), *choices, (f"request:{chosen.id}:any", _("You arrange it")), again)


@action("request", "answer")
def answer(turn: Turn, chosen: Chosen) -> Card:
    """The coordinator asked back: the next words are the answer."""
    return begin(turn, Begin("answer", "words", {"request_id": chosen.id}))


@intent("confirm_completion")
def confirm(turn: Turn) -> Card:
    """做完了, 没问题."""
    visit = current_visit(turn.ctx)
    if visit is None or visit.state != "finished":
        return card(_("There is nothing to confirm at the moment."), human())
    confirm_completion(turn.ctx, visit.id)
    return card(_("Thank you, confirmed. How will you pay?"), (f"visit:{visit.id}:cash", _("Paid in cash")))


@intent("dispute_fee")
def dispute(turn: Turn) -> Card:
    """说好150收了200."""
    visit = current_visit(turn.ctx) or last_rateable(turn.ctx)
    return start_dispute(turn, visit.id) if visit is not None else start_complaint(turn)


@intent("rate")
def rate(turn: Turn) -> Card:
    """五星, or words that leave the stars open."""
    on_card = find_on_card(turn, ("visit", "rate"))
    visit = last_rateable(turn.ctx)
    visit_id = on_card.id if on_card else visit.id if visit else None
    if visit_id is None and turn.waiting:
        return helped(turn)
    if visit_id is None:
        return card(_("There is no visit to be rated at the moment."), human())
    given = my_rating(turn.ctx, visit_id)
    if given is not None and on_card is None:
        return _rated_already(turn, visit_id, given.stars)
    if turn.slot("stars"):
        return rated(turn, visit_id, int(turn.slot("stars")))
    which = visit_to_rate(turn.ctx, find_visit(turn.ctx, visit_id))
    return card(_("%(which)s: how many stars, 1 to 5?", which=which), *_stars(visit_id))


def _stars(visit_id: int) -> list[tuple[str, str]]:
    return [(f"visit:{visit_id}:rate:{n}", "★" * n) for n in range(1, 6)]


def _rated_already(turn: Turn, visit_id: int, stars: int) -> Card:
    """Words that leave open which visit they are about never change stars given before: that is asked."""
    now = current_visit(turn.ctx)
    if now is not None and now.state in ("scheduled", "on_the_way", "in_service"):
        return card(_("Good to hear. When this visit is done I ask you for your stars."))
    which = visit_to_rate(turn.ctx, find_visit(turn.ctx, visit_id))
    words = _("You gave %(stars)s stars: %(which)s. Shall it be others?", which=which, stars=stars)
    return card(words, *_stars(visit_id), human())


@intent("complain")
def complain(turn: Turn) -> Card:
    """投诉."""
    return needs_consent(turn) or start_complaint(turn)


@action("menu", "complain")
def complain_from_menu(turn: Turn, chosen: Chosen) -> Card:
    """投诉 in the menu."""
    return needs_consent(turn) or begin(turn, Begin("complaint", "words", {}))


@action("menu", "rate")
def rate_from_menu(turn: Turn, chosen: Chosen) -> Card:
    """评价 in the menu."""
    return rate(turn)
