"""After the visit: confirm content and fee, cash, stars, complaints, the survey (F3, H1, I1, J2)."""

from bot.actions import Chosen, action
from bot.dialogues.base import Begin, DialogueTable, End, Next, Stay, Step, begin, declare
from bot.turn import Turn, read_words
from handlers.cards import Card, card
from handlers.complaints import accept_result, add_to_complaint, file_complaint, reopen_complaint
from handlers.completion import completion_card, confirm_completion, dispute_line, record_cash
from handlers.ratings import rate_visit
from handlers.surveys import answer_survey
from handlers.visits import find_visit
from handlers.words import _

PARTS = ("attitude", "skill", "efficiency", "tidiness")


@action("visit", "confirm")
def confirm(turn: Turn, chosen: Chosen) -> Card:
    """都对,确认: content and fee."""
    visit = confirm_completion(turn.ctx, chosen.id)
    return card(
        _("Thank you, confirmed. How will you pay?"),
        (f"visit:{visit.id}:cash", _("Paid in cash")),
    )


@action("visit", "cash")
def cash(turn: Turn, chosen: Chosen) -> Card:
    """Paid in cash: recorded once, whoever says it first."""
    record_cash(turn.ctx, chosen.id)
    if find_visit(turn.ctx, chosen.id).worker_id == turn.ctx.actor.worker_id:
        return card(_("Noted, you have received it in cash."))
    return card(_("Noted, paid in cash. You can have the receipt at the station."))


@action("visit", "dispute")
def dispute(turn: Turn, chosen: Chosen) -> Card:
    """费用不对 or 有没做完的: which line, in their words."""
    return begin(turn, Begin("dispute", "words", {"visit_id": chosen.id}))


def start_dispute(turn: Turn, visit_id: int) -> Card:
    """「说好150收了200」: the words are there already."""
    return _disputed(turn, visit_id)


def _disputed(turn: Turn, visit_id: int) -> Card:
    dispute_line(turn.ctx, visit_id, words=turn.text)
    return card(_("Noted. That line waits, the rest goes on. A colleague looks at it and answers you."))


def _ask_words(turn: Turn) -> Card:
    return card(_("What isn't right? Say it in your own words, for example: the range hood was not cleaned."))


def _take_dispute(turn: Turn) -> Next:
    return End(_disputed(turn, turn.data["visit_id"]))


def _nothing(turn: Turn) -> Card:
    return card(_("All right. Just write when there is something."))


declare(DialogueTable("dispute", {"words": Step(_ask_words, _take_dispute, free_text=True)}, _nothing))


@action("visit", "show")
def show(turn: Turn, chosen: Chosen) -> Card:
    """The completion card again."""
    return completion_card(turn.ctx, find_visit(turn.ctx, chosen.id))


@action("visit", "rate")
def rate(turn: Turn, chosen: Chosen) -> Card:
    """Stars by one tap; then as much more as wanted, or nothing."""
    return rated(turn, chosen.id, int(chosen.arg or 0))


def rated(turn: Turn, visit_id: int, stars: int) -> Card:
    """Keeps the stars, and offers to say more."""
    rate_visit(turn.ctx, visit_id, stars=stars)
    return begin(turn, Begin("rating", "words", {"visit_id": visit_id, "stars": stars}))


def _ask_more(turn: Turn) -> Card:
    stars = int(turn.data["stars"])
    thanks = _("Thank you: %(stars)s of 5 stars.", stars=stars)
    more = (
        _("What was good, what was not? Say a word, or leave it at that.")
        if stars >= 4
        else _("I'm sorry. What went wrong?")
    )
    choices = [(f"visit:{turn.data['visit_id']}:rate_done", _("That's all"))]
    if stars <= 2:
        choices.insert(0, (f"visit:{turn.data['visit_id']}:complain", _("I want to complain")))
    return card(f"{thanks}\n{more}", *choices)


def _take_more(turn: Turn) -> Next:
    meant = read_words(turn.ctx, turn.text).intent
    if meant in ("dispute_fee", "complain"):  # 他多收了我二十块 is no praise: the stars stay, the words go where they belong
        about = int(turn.data["visit_id"])
        return End(_disputed(turn, about) if meant == "dispute_fee" else _filed(turn, ("visit", about)))
    if turn.frame.intent == "no" or (turn.frame.intent == "rate" and turn.text.isdigit()):
        stars = int(turn.slot("stars", turn.data["stars"]))
        rate_visit(turn.ctx, turn.data["visit_id"], stars=stars)
        return End(_thanks())
    rate_visit(turn.ctx, turn.data["visit_id"], stars=int(turn.data["stars"]), words=turn.text)
    return End(_thanks())


def _thanks() -> Card:
    return card(_("Thank you, noted. You can change it for 7 days; the worker sees it when both have rated."))


@action("visit", "rate_done")
def rate_done(turn: Turn, chosen: Chosen) -> Card:
    """Nothing more to say."""
    turn.talk.close()
    return _thanks()


declare(
    DialogueTable(
        "rating", {"words": Step(_ask_more, _take_more, reads="rating_card", free_text=True)}, lambda turn: _thanks()
    )
)


@action("visit", "complain")
def complain_visit(turn: Turn, chosen: Chosen) -> Card:
    """A complaint about this visit."""
    return begin(turn, Begin("complaint", "words", {"about": ["visit", chosen.id]}))


def start_complaint(turn: Turn) -> Card:
    """投诉: with the reason already said, the receipt comes at once."""
    if turn.slot("reason") or len(turn.text) > 8:
        return _filed(turn, None)
    return begin(turn, Begin("complaint", "words", {}))


def _ask_complaint(turn: Turn) -> Card:
    return card(_("I'm sorry. What happened, and with whom? Say it in your own words; you get a number at once."))


def _take_complaint(turn: Turn) -> Next:
    if turn.frame.intent in ("yes", "greeting"):  # no words of a complaint yet
        return Stay()
    if turn.frame.intent == "no":
        return End(_nothing(turn))
    about = turn.data.get("about")
    return End(_filed(turn, (about[0], about[1]) if about else None))


def _filed(turn: Turn, about: tuple[str, int] | None) -> Card:
    complaint = file_complaint(turn.ctx, words=turn.text, about=about, reasons=turn.slot("reason", []))
    return card(
        _(
            "Noted, I'm sorry. Your number is %(number)s. A person answers within %(hours)s working hours, and it is settled within "
            "%(days)s working days.",
            number=complaint.number,
            hours=turn.ctx.settings.complaints.answer_within_working_hours,
            days=turn.ctx.settings.complaints.result_within_working_days,
        ),
        (f"complaint:{complaint.id}:more", _("Add something")),
        ("talk:0:human", _("Find a person to help me")),
    )


declare(
    DialogueTable(
        "complaint",
        {
            "words": Step(_ask_complaint, _take_complaint, free_text=True),
            "more": Step(
                lambda turn: card(_("Please go on, I'll add it.")), lambda turn: _take_added(turn), free_text=True
            ),
            "reopen": Step(
                lambda turn: card(_("What is still not right?")), lambda turn: _take_reopen(turn), free_text=True
            ),
        },
        _nothing,
    )
)


def _take_added(turn: Turn) -> Next:
    add_to_complaint(turn.ctx, turn.data["complaint_id"], words=turn.text)
    return End(card(_("Added. The colleague sees it.")))


def _take_reopen(turn: Turn) -> Next:
    reopen_complaint(turn.ctx, turn.data["complaint_id"], words=turn.text)
    return End(card(_("It is open again. A colleague answers you.")))


@action("complaint", "more")
def more(turn: Turn, chosen: Chosen) -> Card:
    """Something to add."""
    return begin(turn, Begin("complaint", "more", {"complaint_id": chosen.id}))


@action("complaint", "accept")
def accept(turn: Turn, chosen: Chosen) -> Card:
    """满意: closed."""
    accept_result(turn.ctx, chosen.id, satisfied=True)
    return card(_("Thank you. It is closed."))


@action("complaint", "reopen")
def reopen(turn: Turn, chosen: Chosen) -> Card:
    """不满意: once more."""
    return begin(turn, Begin("complaint", "reopen", {"complaint_id": chosen.id}))


@action("survey", "score")
def score(turn: Turn, chosen: Chosen) -> Card:
    """One tap of the survey; a word may follow."""
    answer_survey(turn.ctx, chosen.id, score=int(chosen.arg or 0))
    return begin(turn, Begin("survey", "words", {"prompt_id": chosen.id}))


def _ask_survey_words(turn: Turn) -> Card:
    return card(
        _("Thank you. What could we do better? Say a word, or leave it at that."),
        (f"survey:{turn.data['prompt_id']}:done", _("That's all")),
    )


def _take_survey_words(turn: Turn) -> Next:
    if turn.frame.intent != "no":
        answer_survey(turn.ctx, turn.data["prompt_id"], words=turn.text)
    return End(card(_("Thank you, that helps us all.")))


@action("survey", "done")
def survey_done(turn: Turn, chosen: Chosen) -> Card:
    """Nothing more to say."""
    turn.talk.close()
    return card(_("Thank you, that helps us all."))


declare(DialogueTable("survey", {"words": Step(_ask_survey_words, _take_survey_words, free_text=True)}, _nothing))
