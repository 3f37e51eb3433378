"""What people ask for that is no intent of its own: one table of patterns, looked at before help is offered (E2, E3, Q2)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.actions import Chosen, find_on_card, run_choice
from bot.dialogues.after import start_dispute
from bot.dialogues.door import CLOSED, says_closed
from bot.intents import INTENTS
from bot.intents.common import human
from bot.intents.fairness import ANOTHER, NOT_ME, WHY_ONE, another, not_me, why_one
from bot.intents.leave import BACK, HOURS, ILL, WHEN_OFF, ill, usual_hours, when_off, works_after_all
from bot.intents.times import WHEN_FREE, when_free
from bot.turn import Turn
from handlers.agreements import link_of, list_my_agreements
from handlers.cards import Card, card
from handlers.contact import keep_said_phone
from handlers.introductions import PHONE, name_in
from handlers.people import find_me, has_consent, set_called
from handlers.ratings import last_rateable, ratings_of_me
from handlers.requests import cancel_terms, list_my_requests
from handlers.visits import current_visit, find_visit, list_my_visits, visit_card
from handlers.words import _

SHOWN = 3
JOB = re.compile(
    r"几点(?!.{0,3}(下班|放假|关门|回))|(哪|谁)一?家|(哪|什么)个?(小区|地方|楼)|(在|是)(哪|哪儿|哪里)"
    r"|(地址|门牌号?|楼号)(发|给|是|在|呢|多少|再|吗|$)|(多少钱|给多少).{0,2}来着"
)


def my_agreements(turn: Turn) -> Card:
    """合同给我看看: the agreements that one is a party to, with their addresses (E2)."""
    mine = [a for a in list_my_agreements(turn.ctx) if a.state in ("proposed", "sealed")][:SHOWN]
    if not mine:
        return card(_("You have no agreement yet. It comes when a worker has taken the job."))
    lines = "\n".join(f"{a.number} {a.terms['service_name']}\n{link_of(turn.ctx, a)}" for a in mine)
    return card(_("Your agreements, to read at any time:\n%(lines)s", lines=lines))


def their_number(turn: Turn) -> Card:
    """李师傅电话多少: numbers stay private on both sides; a colleague passes words on (E3)."""
    words = _("For both sides' peace of mind numbers are not given out. A colleague passes on what you want to say.")
    return card(words, ("talk:0:human", _("Find a person to help me")))


def worker_says(answer: Callable[[Turn], Card | None]) -> Callable[[Turn], Card | None]:
    """Heard from workers only: 病了 of a resident is no leave."""
    return lambda turn: answer(turn) if "worker" in turn.ctx.actor.roles else None


def an_agency(turn: Turn) -> Card:
    """我们是家政公司的，想合作: its papers are looked at in the station (A4)."""
    words = _("An agency brings its licence and qualifications to the station. Once a colleague has entered it, its workers can be asked.")
    return card(words, ("talk:0:human", _("Find a person to help me")))


def my_bookings(turn: Turn) -> Card:
    """我那几个单子呢."""
    return INTENTS["order_status"](turn) or card("")


def my_jobs(turn: Turn) -> Card | None:
    """几点来着, 明天哪家, 地址发我, of a worker who has jobs ahead and asks for no service: what they are (Q2)."""
    mine = not turn.slot("service") and list_my_visits(turn.ctx, days=7) and not list_my_requests(turn.ctx)
    return INTENTS["my_schedule"](turn) if mine else None


def my_number(turn: Turn) -> Card | None:
    """13812345678: a number that somebody leaves; a hint for staff until it is verified (A1)."""
    number = keep_said_phone(turn.ctx, words=turn.text) if has_consent(turn.ctx) else ""
    return card(_("Good, %(number)s is noted; a colleague verifies it.", number=number)) if number else None


def my_name(turn: Turn) -> Card | None:
    """王阿姨, by itself: what somebody says they are called, where we did not know it yet."""
    if find_me(turn.ctx).called or not name_in(turn.text):
        return None
    set_called(turn.ctx, called=turn.text)
    keep_said_phone(turn.ctx, words=turn.text)
    return card(_("Good, %(name)s, noted.", name=name_in(turn.text)))


def paid(turn: Turn) -> Card | None:
    """现金给了, 钱收到了: of the visit on the card, or of the one that waits for its payment; what is not confirmed yet is shown first."""
    on_card = find_on_card(turn, ("visit", "cash"))
    visit = find_visit(turn.ctx, on_card.id) if on_card is not None else current_visit(turn.ctx)
    if visit is None or visit.state not in ("finished", "confirmed"):
        return None
    theirs = visit.worker_id == turn.ctx.actor.worker_id
    return run_choice(turn, Chosen("visit", visit.id, "cash")) if theirs or visit.state == "confirmed" else visit_card(turn.ctx, visit)


def what_it_costs(turn: Turn) -> Card | None:
    """多少钱啊, when a visit is done: what is to be paid for it, not the public prices; 一共多少钱 of what is booked."""
    visit = None if turn.slot("service") or "worker" in turn.ctx.actor.roles else current_visit(turn.ctx)
    if visit is None:
        return None
    if visit.state in ("finished", "confirmed"):
        return visit_card(turn.ctx, visit)
    return my_bookings(turn) if re.search(r"一共|总共|付|给他|给她|给师傅|来着", turn.text) else None


def too_dear(turn: Turn) -> Card | None:
    """太贵了 between the signature and the visit: no fee is to be looked at yet, so it is said what can still be done (E1, C7)."""
    visit = None if "worker" in turn.ctx.actor.roles else current_visit(turn.ctx)
    if visit is None or visit.state != "scheduled":
        return None
    rule = cancel_terms(turn.ctx, visit.request_id).words
    return card(
        _("That is the price that you both signed. A colleague can talk it over with you; it can be cancelled, too. %(rule)s", rule=rule),
        human(),
        (f"request:{visit.request_id}:cancel", _("Cancel it")),
    )


def my_ratings(turn: Turn) -> Card | None:
    """我的评价, 刘大爷给我打几星: a worker's stars, as far as they may be seen by now (H1)."""
    return card(ratings_of_me(turn.ctx)) if "worker" in turn.ctx.actor.roles else None


def not_confirmed(turn: Turn) -> Card | None:
    """我没确认啊: a person looks at what was confirmed by rule (F3)."""
    visit = last_rateable(turn.ctx)
    return start_dispute(turn, visit.id) if visit is not None and "worker" not in turn.ctx.actor.roles else None


@dataclass(frozen=True)
class Saying:
    """Words that are no intent of their own. Looked at where understanding found nothing better than `intents`."""

    words: re.Pattern[str]
    answer: Callable[[Turn], Card | None]
    intents: tuple[str, ...] = ("other", "help", "faq", "order_status", "ask_price")


WHY_FROM = ("other", "help", "faq", "order_status", "my_schedule", "complain", "ask_price", "request_service")
SAYINGS: tuple[Saying, ...] = (
    Saying(NOT_ME, not_me, WHY_FROM),
    Saying(WHY_ONE, why_one, WHY_FROM),
    Saying(ANOTHER, another, (*WHY_FROM, "no")),
    Saying(WHEN_FREE, when_free, (*WHY_FROM, "reschedule")),
    Saying(BACK, worker_says(works_after_all)),
    Saying(JOB, worker_says(my_jobs)),
    Saying(WHEN_OFF, worker_says(when_off), (*WHY_FROM, "my_income")),
    Saying(HOURS, worker_says(usual_hours), ("other", "help", "faq", "on_the_way", "counter_offer")),
    Saying(ILL, ill, ("other", "help")),
    Saying(CLOSED, says_closed, ("other", "help", "faq", "arrived", "decline_job", "order_status")),
    Saying(
        re.compile(r"我的?(评价|评分|星级|口碑)|给我(打|评)了?(几|多少)|(几|多少)颗?星|(评价|打分).{0,4}(怎么样|如何|多少)"),
        my_ratings,
        ("other", "help", "faq", "rate", "my_income", "ask_price"),
    ),
    Saying(
        re.compile(
            r"^(?!.*(没|不|多|少|退|包|偷|丢|怎么|啥|什么|吗|[?？])).*((现金|钱|款|费用?).{0,3}(给|付|交|结|转|收|拿).{0,3}(了|到)|(给|付|收)(过|完|好|到|了).{0,3}(钱|现金|款|$))"
        ),
        paid,
        ("other", "help", "faq", "arrived", "accept_job", "finished", "confirm_completion"),
    ),
    Saying(
        re.compile(r"^(?!.*[\d一二三四五六七八九十百]).*(太贵|贵了|有点贵|好贵|嫌贵)"),
        too_dear,
        ("dispute_fee", "complain", "other", "ask_price"),
    ),
    Saying(re.compile(r"多少|几块|啥价|几个钱"), what_it_costs, ("ask_price",)),
    Saying(re.compile(r"(没|没有|又没|啥时候|什么时候)(点过?)?确认(过|啊|呀|了|呢)"), not_confirmed, ("other", "confirm_completion")),
    Saying(PHONE, my_number, ("other", "help", "faq", "counter_offer")),
    Saying(
        re.compile(r"(公司|机构|中介).{0,10}(合作|入驻|加盟|加入)|(合作|入驻|加盟).{0,6}(公司|机构|平台)"),
        an_agency,
        (*WHY_FROM, "ask_catalog"),
    ),
    Saying(re.compile(r"合同|协议"), my_agreements),
    Saying(
        re.compile(
            r"(师傅|大姐|阿姨|姐|护工|老师|他|她|人家|居民|客户|雇主)的?.{0,2}(电话|手机号?|微信|联系方式)|(加|要).{0,4}微信"
        ),
        their_number,
    ),
    Saying(
        re.compile(r"(几点|什么时候|啥时候|多会儿|多久).{0,3}(能|会|才)?.{0,2}(来|到|上门)|谁来|还来不来"), my_bookings
    ),
    Saying(re.compile(r"我?(的|那|这)(几个|些|所有)?(单子?|预约|订单)(呢|在哪|都?怎么样|到哪)"), my_bookings),
)


def saying(turn: Turn) -> Card | None:
    """The answer to a saying of the table; None for everything else."""
    if turn.frame.intent in ("other", "help", "faq"):
        named = my_name(turn)
        if named is not None:
            return named
    looked = [s for s in SAYINGS if turn.frame.intent in s.intents and s.words.search(turn.text)]
    return next(filter(None, (s.answer(turn) for s in looked)), None)
