"""What workers want: take or leave a job, say how it goes, see their jobs, pay and free time (D4, F2, F4)."""

import re
from typing import Any

from bot.actions import Chosen, action, find_on_card, run_choice
from bot.dialogues.door import arrive, finish, no_visit, on_the_way
from bot.dialogues.work import accept as accept_choice
from bot.dialogues.work import decline, start_counter
from bot.intents import intent
from bot.intents.common import human
from bot.intents.leave import SOMEBODY_ELSE, ill, this_visit
from bot.turn import Turn
from handlers.cards import Card, card
from handlers.clock import SHANGHAI, local
from handlers.offers import list_my_offers, offer_passed_on
from handlers.relay import other_side
from handlers.visits import current_visit, find_visit, list_my_visits, visit_line
from handlers.words import _, say_time, say_when, say_yuan
from handlers.workers import my_income_words

LATE_NO = re.compile(r"不(接|抢)(?!送)|钱(太|有点)?少|价(太|有点)?低")


def offer_meant(turn: Turn) -> int | None:
    """The offer that 接 or 去不了 is about: on the card, named by its number or place, or the only one open."""
    on_card = find_on_card(turn, ("offer", "accept"))
    mine = list_my_offers(turn.ctx)
    if turn.slot("order_no"):
        named = [o for o in mine if o.number == turn.slot("order_no")]
        return named[0].id if named else None
    if turn.slot("choice") and int(turn.slot("choice")) <= len(mine):
        return mine[int(turn.slot("choice")) - 1].id
    if on_card is not None:
        return on_card.id
    return mine[0].id if len(mine) == 1 else None


def passed_on(turn: Turn) -> Card | None:
    """接, after its time: the job is with somebody else by now, which is said; nothing counts against anybody (D4)."""
    gone = offer_passed_on(turn.ctx)
    if gone is None:
        return None
    words = {
        "expired": _(
            "%(service)s, %(when)s: the time to answer was over at %(until)s, so I asked on. It doesn't count against you; "
            "I ask you again next time.",
            service=gone.service_name,
            when=say_when(gone.starts_at, turn.ctx.now),
            until=say_time(gone.expires_at),
        ),
        "withdrawn": _(
            "%(service)s, %(when)s: that one is settled otherwise, you need not go. I ask you again next time.",
            service=gone.service_name,
            when=say_when(gone.starts_at, turn.ctx.now),
        ),
    }
    return card(words[gone.state], ("menu:0:today", _("My jobs")))


def which_offer(turn: Turn) -> Card:
    """Several are open, or none: then what else waits for their word."""
    mine = list_my_offers(turn.ctx)
    if not mine and turn.waiting:
        return turn.waiting[0]
    if not mine and turn.frame.intent in ("accept_job", "counter_offer", "yes"):
        late = passed_on(turn)
        if late is not None:
            return late
    if not mine:
        return card(_("No job is waiting for your answer at the moment."), ("menu:0:today", _("My jobs")))
    return card(
        _("Which one do you mean?"),
        *[(f"offer:{o.id}:show", f"{o.service_name} {say_when(o.starts_at, turn.ctx.now)}") for o in mine[:4]],
    )


@intent("accept_job")
def take(turn: Turn) -> Card:
    """接."""
    offer_id = offer_meant(turn)
    return which_offer(turn) if offer_id is None else accept_choice(turn, Chosen("offer", offer_id, "accept"))


@intent("decline_job")
def refuse(turn: Turn) -> Card:
    """去不了: an offer, what leave was just taken over, or a job already taken."""
    promised = find_on_card(turn, ("leave", "give_up"))
    if promised is not None:
        return run_choice(turn, promised)
    offer_id = offer_meant(turn)
    if offer_id is not None:
        return decline(turn, Chosen("offer", offer_id, "decline"))
    if LATE_NO.search(turn.text) and not turn.slot("ref_start"):  # 不接 is said to an offer; a job that was taken is not meant
        return which_offer(turn)
    named = visits_named(turn)
    if named is not None:
        return this_visit(turn, named[0].id, named[0].starts_at) if len(named) == 1 else which_visit(turn, named)
    reminded = find_on_card(turn, ("visit", "cant"), ("visit", "set_out"))
    visit = current_visit(turn.ctx) if reminded is None else find_visit(turn.ctx, reminded.id)
    if visit is None:
        return which_offer(turn)
    if "sick" in turn.slot("reason", []) and not turn.slot("ref_start") and not SOMEBODY_ELSE.search(turn.text):
        return ill(turn) or which_offer(turn)
    return this_visit(turn, visit.id, visit.starts_at)


def visits_named(turn: Turn) -> list[Any] | None:
    """The jobs that these words name by day, hour, service or resident: 三点那单, 王阿姨家的; none that fits: all of them; None: nothing
    is named."""
    mine = [v for v in list_my_visits(turn.ctx, days=60) if v.state in ("scheduled", "on_the_way")]
    day, hour = turn.slot("ref_date"), turn.slot("ref_time")
    if turn.slot("ref_start"):
        day, hour = str(turn.slot("ref_start")).split("T")
    said = [(day, lambda v: local(v.starts_at).date().isoformat() == day), (hour, lambda v: f"{local(v.starts_at):%H:%M}" == hour)]
    said.append((turn.slot("service"), lambda v: v.service == turn.slot("service")))
    homes = [v for v in mine if other_side(turn.ctx, v) in turn.text]
    if not homes and not any(value for value, _fits in said):
        return None
    fits = [v for v in homes or mine if all(fit(v) for value, fit in said if value)]
    return fits or mine or None


def which_visit(turn: Turn, visits: list[Any]) -> Card:
    """Several could be meant: which one?"""
    return card(_("Which one do you mean?"), *[(f"visit:{v.id}:which_cant", visit_line(turn.ctx, v)) for v in visits[:8]])


@action("visit", "which_cant")
def cant_go_there(turn: Turn, chosen: Chosen) -> Card:
    """That one: whether it is really meant."""
    return this_visit(turn, chosen.id, find_visit(turn.ctx, chosen.id).starts_at)


@intent("counter_offer")
def other_terms(turn: Turn) -> Card:
    """可以接,但是…."""
    offer_id = offer_meant(turn)
    return which_offer(turn) if offer_id is None else start_counter(turn, offer_id)


@action("menu", "offers")
def offers(turn: Turn, chosen: Chosen) -> Card:
    """待回话的单."""
    return which_offer(turn)


@action("offer", "show")
def show_offer(turn: Turn, chosen: Chosen) -> Card:
    """One of several offers, with what can be said to it."""
    offer = next((o for o in list_my_offers(turn.ctx) if o.id == chosen.id), None)
    return which_offer(turn) if offer is None else offer.card


def visit_meant(turn: Turn, verb: str) -> int | None:
    """The visit that 到了 or 做完了 is about."""
    on_card = find_on_card(turn, ("visit", verb))
    if on_card is not None:
        return on_card.id
    visit = current_visit(turn.ctx)
    return visit.id if visit is not None else None


@intent("on_the_way")
def leaving(turn: Turn) -> Card:
    """出发了, 快到了."""
    visit_id = visit_meant(turn, "set_out")
    return no_visit(turn) if visit_id is None else on_the_way(turn, Chosen("visit", visit_id, "set_out"))


@intent("arrived")
def arrived(turn: Turn) -> Card:
    """到了."""
    visit_id = visit_meant(turn, "check_in")
    return no_visit(turn) if visit_id is None else arrive(turn, Chosen("visit", visit_id, "check_in"))


@intent("finished")
def finished(turn: Turn) -> Card:
    """做完了."""
    visit_id = visit_meant(turn, "check_out")
    return no_visit(turn) if visit_id is None else finish(turn, Chosen("visit", visit_id, "check_out"))


@intent("my_schedule")
def schedule(turn: Turn) -> Card:
    """今天有什么活."""
    visits = list_my_visits(turn.ctx, days=7)
    if not visits:
        return card(_("Nothing is planned in the next seven days."), ("menu:0:offers", _("Offers waiting for me")))
    jobs = [_("%(job)s, %(price)s", job=visit_line(turn.ctx, v), price=say_yuan(v.total_fen)) for v in visits[:8]]
    lines = "\n".join(jobs)
    today = turn.ctx.now.astimezone(SHANGHAI).date()
    if visits[0].starts_at.astimezone(SHANGHAI).date() != today:
        return card(_("Nothing today. Your next jobs:\n%(lines)s", lines=lines))
    return card(_("Your next jobs:\n%(lines)s", lines=lines))


@action("menu", "today")
def today(turn: Turn, chosen: Chosen) -> Card:
    """今天的活."""
    return schedule(turn)


@intent("my_income")
def income(turn: Turn) -> Card:
    """这个月挣了多少."""
    return card(my_income_words(turn.ctx, turn.slot("period", "this_month")))


@action("menu", "income")
def income_chosen(turn: Turn, chosen: Chosen) -> Card:
    """工资单."""
    return card(my_income_words(turn.ctx, "this_month"))


@action("menu", "free")
def free(turn: Turn, chosen: Chosen) -> Card:
    """我的空闲时间."""
    return card(_("Which day, and from when to when? For example: tomorrow afternoon off."), human())
