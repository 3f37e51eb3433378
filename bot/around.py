"""What people say around a card that waits for their word, instead of tapping it: one table by what the card asks (Q2, D3, D4).

就要李师傅吧, 谁便宜, 为什么是这几位, 在哪儿啊. Each reader takes only what is surely about its card, and leaves the rest to the intents.
"""

import re
from collections.abc import Callable, Sequence

from bot.actions import Chosen, bare, find_choice_in, find_on_card, parse_choice, run_choice
from bot.dialogues.after import start_dispute
from bot.dialogues.orders import start_move
from bot.intents.common import FINE, LATER, THANKS, YES
from bot.turn import Turn
from handlers.cards import Card, Choice, card
from handlers.complaints import add_to_complaint
from handlers.fewer import team_places
from handlers.look_again import why_named
from handlers.matching import Found, choosable, choose_workers
from handlers.requests import answer_question, cancel_terms
from handlers.words import _, say_yuan

Reader = Callable[[Turn, Chosen, Card], Card | None]
AROUND: dict[tuple[str, str], Reader] = {}


def around(kind: str, verb: str) -> Callable[[Reader], Reader]:
    """Declares who reads what is said around a card with the choice `kind:<id>:<verb>`."""

    def mark(read: Reader) -> Reader:
        AROUND[kind, verb] = read
        return read

    return mark


def read_around(turn: Turn) -> Card | None:
    """The answer, where the words are about the card last shown or about one that waits; else None."""
    last = Card("", tuple(Choice(c["id"], c["words"]) for c in turn.talk.card))
    answers_it = find_on_card(turn, *YES) is not None and (FINE.fullmatch(bare(turn.text)) or turn.frame.intent in ("yes", "no"))
    for shown in [last] if answers_it else [last, *turn.waiting]:
        found = _subject(shown.choices)
        if found is not None:
            return _read(turn, found, shown)
    return None


def _subject(choices: Sequence[Choice]) -> Chosen | None:
    parsed = (parse_choice(choice.id) for choice in choices)
    return next((c for c in parsed if c is not None and (c.kind, c.verb) in AROUND), None)


def _read(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    chosen = find_choice_in(shown.choices, turn.text)
    if chosen is not None:
        return run_choice(turn, chosen)
    return AROUND[subject.kind, subject.verb](turn, subject, _whole(turn, subject, shown))


def _whole(turn: Turn, subject: Chosen, shown: Card) -> Card:
    """The card with its words: of the card last shown only the choices are remembered."""
    if shown.text:
        return shown
    return next((w for w in turn.waiting if _subject(w.choices) == subject), shown)


ANY = re.compile(
    r"(你们?|您们?|社区|帮我|替我).{0,3}(安排|看着办|看着|定|做主|选|挑)|随便|都行|都可以|谁都行|哪个都行|听你们的|无所谓"
)
WHY = re.compile(r"为什么|为啥|凭什么|凭啥|怎么选|咋选|怎么排|咋排")
NOT = re.compile(r"(不要|别要|别让|不想要|不用|不请|除了|别找|不找)[^,，。;；]{0,4}$")
WANTS = re.compile(r"^(那|还是|我)?(就|要|请|找|叫|选)|(来吧|可以吗|行吗|有空吗|能来吗)[?？]?$")
ABOUT_ONE = re.compile(r"多大|几岁|哪儿?里?的?人|什么|啥|怎么样|咋样|如何|多少|几年|多久|会不会|好不好|会.{1,8}(吗|么|嘛)|[?？]$")
DEAR = re.compile(r"太贵|贵了|嫌贵|(?<!不)好?贵$")
OTHERS = re.compile(r"换一批|换(个|一个|一位)?(人|师傅|大姐|护工)|换几个|别的|别人|其他|还有(没有)?(谁|人)|都不(要|行|想|满意|合适)|一个都")
WHOM = re.compile(r"女|大姐|阿姨|男")


@around("request", "choose")
def _recommended(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """A name, 最便宜的, 有没有女的, 你们安排, 为什么, 换一批."""
    found = choosable(turn.ctx, subject.id)
    if not found:
        return None
    if WHY.search(turn.text):
        return _why(turn, subject)
    if turn.frame.intent in ("reschedule", "cancel"):  # 改到后天吧，他俩都行: another time is no choice
        return None
    named = [f for f in found if f.called in turn.text or (len(f.called) > 1 and f.called[:2] in turn.text)]
    wanted = [f for f in named if not NOT.search(turn.text[: turn.text.index(f.called[:2])])]
    if len(wanted) == 1:
        if ABOUT_ONE.search(turn.text) and not WANTS.search(turn.text):
            return _why(turn, subject)
        return run_choice(turn, Chosen("request", subject.id, "choose", str(wanted[0].worker_id)))
    if len(wanted) > 1:
        return _all_of(turn, subject, wanted)
    if named and not wanted:
        return _choose_from(
            _("Good, not %(name)s.", name=named[0].called), subject, [f for f in found if f not in named]
        )
    number = turn.slot("choice")
    if number and 1 <= int(number) <= len(found):
        return run_choice(turn, Chosen("request", subject.id, "choose", str(found[int(number) - 1].worker_id)))
    beyond = why_named(turn.ctx, subject.id, turn.text) if WANTS.search(turn.text) and not NOT.search(turn.text) else None
    if beyond is not None and beyond.can_come:  # one who was not shown can be chosen, too
        return run_choice(turn, Chosen("request", subject.id, "choose", str(beyond.worker_id)))
    return _choose_from(beyond.words, subject, found) if beyond is not None else _about_them(turn, subject, found)


def _all_of(turn: Turn, subject: Chosen, wanted: list[Found]) -> Card | None:
    """就马姐和李师傅吧: each for a place of the team; where only one is to come, whom is asked."""
    if len([place for place in team_places(turn.ctx, subject.id) if not place["worker"]]) < len(wanted):
        return None
    choose_workers(turn.ctx, subject.id, worker_ids=[one.worker_id for one in wanted])
    minutes = turn.ctx.settings.offers.expire_minutes
    return card(_("Good, I'm asking now. You hear from me within %(minutes)s minutes.", minutes=minutes))


def _why(turn: Turn, subject: Chosen) -> Card:
    """为什么是这几位, 凭啥马姐排第一, 为什么没有孙师傅: never taken for a choice; of somebody who is named it is said of them."""
    named = why_named(turn.ctx, subject.id, turn.text)
    if named is None:
        return run_choice(turn, Chosen("request", subject.id, "why"))
    choose = ((f"request:{subject.id}:choose:{named.worker_id}", _("Ask %(name)s", name=named.called)),) if named.can_come else ()
    ways = ((f"request:{subject.id}:any", _("You arrange it")), (f"request:{subject.id}:look_again", _("Have a person look again")))
    return card(named.words, *choose, *ways)


def _about_them(turn: Turn, subject: Chosen, found: list[Found]) -> Card | None:
    for pattern, say in SUPERLATIVES:
        if pattern.search(turn.text):
            words, best = say(found)
            return _choose_from(words, subject, [best, *[f for f in found if f is not best]])
    if turn.frame.intent == "no" or DEAR.search(turn.text):
        return _none_of_them(turn, subject, found)
    if WHOM.search(turn.text) and len(turn.text) <= 12:
        return _of_one_sex(turn, subject, found)
    if OTHERS.search(turn.text):
        return _no_others(subject, found)
    if ANY.search(turn.text):
        return run_choice(turn, Chosen("request", subject.id, "any"))
    if FINE.fullmatch(bare(turn.text)):  # 好 to a list of names: whom, is not ours to guess
        return _choose_from(_("Whom would you like? Say a name, or leave it to us."), subject, found)
    return None


def _none_of_them(turn: Turn, subject: Chosen, found: list[Found]) -> Card:
    """都不要, 太贵了: what else there is, and what cancelling would cost; the wish itself stays until they say so."""
    rule = cancel_terms(turn.ctx, subject.id).words
    said = card(
        _("None of them suits you? At another time there may be others; it can be cancelled, too. %(rule)s", rule=rule),
        (f"request:{subject.id}:move", _("Another time")),
        (f"request:{subject.id}:cancel", _("Cancel it")),
        (f"request:{subject.id}:any", _("You arrange it")),
        ("talk:0:human", _("Find a person to help me")),
    )
    again = [(f"request:{subject.id}:choose:{f.worker_id}", _("Ask %(name)s", name=f.called)) for f in found[:3]]
    return Card(said.text, (*card("", *again).choices, *said.choices))


def _cheapest(found: list[Found]) -> tuple[str, Found]:
    best = min(found, key=lambda f: f.price_fen)
    return _("The least is %(price)s, by %(name)s.", name=best.called, price=say_yuan(best.price_fen)), best


def _nearest(found: list[Found]) -> tuple[str, Found]:
    best = min(found, key=lambda f: float(f.km or 99))
    return _("%(name)s is nearest, about %(km)s km.", name=best.called, km=best.km or "1"), best


def _best_rated(found: list[Found]) -> tuple[str, Found]:
    best = max(found, key=lambda f: (float(f.stars or 0), f.stars_count))
    words = _(
        "%(name)s has the best ratings: %(stars)s of 5, from %(count)s.",
        name=best.called,
        stars=best.stars,
        count=best.stars_count,
    )
    return words, best


SUPERLATIVES: tuple[tuple[re.Pattern[str], Callable[[list[Found]], tuple[str, Found]]], ...] = (
    (re.compile(r"便宜|省钱|价钱低|价格低|花钱少"), _cheapest),
    (re.compile(r"最近|离.{0,4}近|近一?点"), _nearest),
    (re.compile(r"评分|评价|口碑|哪(个|位)好|谁好|最好|干得好|推荐哪"), _best_rated),
)


def _of_one_sex(turn: Turn, subject: Chosen, found: list[Found]) -> Card:
    """A wish of the resident, never a score of ours (D2)."""
    man = "男" in turn.text
    theirs = [f for f in found if f.sex == ("m" if man else "f")]
    names = "、".join(f.called for f in theirs)
    if theirs:
        words = _("These are men: %(names)s.", names=names) if man else _("These are women: %(names)s.", names=names)
        return _choose_from(words, subject, theirs)
    none = _("None of those who are free is a man.") if man else _("None of those who are free is a woman.")
    return _no_others(subject, found, none)


def _no_others(subject: Chosen, found: list[Found], words: str = "") -> Card:
    said = words or _("These are the ones who can do it and are free then.")
    again = _choose_from(_("%(said)s At another time there may be others.", said=said), subject, found)
    ways = (
        Choice(f"request:{subject.id}:move", _("Another time")),
        Choice("talk:0:human", _("Find a person to help me")),
    )
    return Card(again.text, (*again.choices[:3], *ways))


def _choose_from(words: str, subject: Chosen, found: list[Found]) -> Card:
    choices = [(f"request:{subject.id}:choose:{f.worker_id}", _("Ask %(name)s", name=f.called)) for f in found[:3]]
    return card(words, *choices, (f"request:{subject.id}:any", _("You arrange it")))


ABOUT_JOB = re.compile(
    r"^(?!.*(?:电话|手机|微信|号码)).*(?:哪|地址|多远|几楼|几号楼|多少|几点|什么时候|啥时候|多久|多长时间|几个?小时|什么活|啥活|(啥|什么)价|价钱|工钱|多钱|给几个钱|干什么|干啥|做什么|谁家|什么人|单子|看看)"
)


@around("offer", "accept")
def _offered(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """在哪儿, 多少钱, 干啥: it stands on the card, so here it is again."""
    asks = ABOUT_JOB.search(turn.text) and turn.frame.intent in (
        "other",
        "ask_price",
        "faq",
        "order_status",
        "ask_catalog",
        "help",
    )
    return Card(_("It is this job:\n%(card)s", card=shown.text), shown.choices) if asks and shown.text else None


CHEAPER = re.compile(r"太贵|贵了|有点贵|便宜点|便宜些|少点|能不能少|优惠")
HAGGLES = re.compile(rf"{CHEAPER.pattern}|太晚|太早|不合适")


@around("offer", "counter_yes")
def _countered(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """太贵了吧: the choice is theirs, said once more, and asked so that a bare 好 can mean but one thing."""
    if not HAGGLES.search(turn.text):
        return None
    words = _("That is what they ask. If it does not suit you, I ask somebody else; it costs you nothing. Is it all right like that?")
    return Card(words, (*shown.choices, Choice("talk:0:human", _("Find a person to help me"))))


ASKS_BACK = re.compile(r"[?？]|什么|啥|谁|怎么|咋|吗$|呢$|(行|可|好|成)不(行|可以|好|成)")
FINE_SO = re.compile(
    r"没关系|没问题|不要紧|不碍事|无所谓|都行|都可以|都成|随便|(?<!不)(可以|同意|愿意|接受)(?!吗)|^(也|那|就|嗯|好|行)?(也|就)?(行|成|好)[的吧啊呀了]*$|^(那)?就(这样|这么)"
)
NOT_SO = re.compile(
    r"不(要|行|用|想|改|可以|成|好|方便|接受|愿意|合适|能)|^(别|甭|算了)|(太|有点儿?)(远|贵|晚|早|久|麻烦)|[远贵晚]了|只(要|能)|不了|没(空|时间)|嫌"
)
AS_IT_WAS = re.compile(r"不用?改|就要|原来|照旧|还是.{0,4}(那个|原)")
WHEN_THEN = re.compile(r"[今明后]天|周[一二三四五六日天]|礼拜|号|上午|下午|晚上|中午|早上|点")
TIMES = {"start", "date_only", "time_only", "shift_min"}
OTHERWISE = ("other", "yes", "no", "reschedule", "greeting", "request_service", "ask_price", "dispute_fee", "rate")


@around("request", "wider_yes")
def _could_be_otherwise(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """远一点没关系, 太贵了, 那后天上午吧: their word on the question, or another time of their own (D4)."""
    said = bare(turn.text)
    if turn.frame.intent not in OTHERWISE or "service" in turn.frame.slots or len(said) > 20:
        return None
    if AS_IT_WAS.search(said):
        return run_choice(turn, Chosen("request", subject.id, "wider_no", subject.arg))
    if set(turn.frame.slots) & TIMES or (WHEN_THEN.search(said) and ASKS_BACK.search(said)):
        turn.read("asked_time")
        return start_move(turn, subject.id)
    if LATER.search(said):
        return Card(_("No hurry, tell me when you know."), shown.choices)
    if ASKS_BACK.search(said):
        return None
    if FINE_SO.search(said) and not re.search(r"不(可以|行)|算了", said):
        return run_choice(turn, subject)
    if NOT_SO.search(said):
        return run_choice(turn, Chosen("request", subject.id, "wider_no", subject.arg))
    return None


UNDONE = re.compile(
    r"(少|没|漏|忘)(有)?(做|擦|洗|扫|拖|弄|收拾|修|清|换|倒|刷|干)|(做|擦|洗|扫|拖|弄|收拾|修)得?不(干净|好|行|对)|没(做|修|擦|洗|弄)(完|好)|还(脏|漏)|不(对|满意)|有问题|[多乱]收|弄(坏|脏)"
)


@around("visit", "confirm")
def _to_confirm(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """少做了一小时, 辅食没做: that line waits, and is no silence (F3)."""
    if UNDONE.search(turn.text) and turn.frame.intent in ("other", "no", "complain", "dispute_fee", "rate", "request_service"):
        return start_dispute(turn, subject.id)
    return None


@around("complaint", "more")
def _said_after(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """还把地弄脏了, right after the receipt: belongs to it (I1)."""
    if turn.frame.intent not in ("other", "complain", "dispute_fee", "rate", "request_service") or len(turn.text) < 4:
        return None
    new_wish = turn.frame.intent == "request_service" and set(turn.frame.slots) & {"start", "date_only", "time_only"}
    if new_wish or FINE.fullmatch(bare(turn.text)) or THANKS.fullmatch(bare(turn.text)):
        return None
    add_to_complaint(turn.ctx, subject.id, words=turn.text)
    return Card(_("Added. The colleague sees it."), shown.choices)




@around("request", "answer")
def _asked_back(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """A colleague has asked: words that are nothing else are the answer (C4). Who asks back sees the question again."""
    if turn.frame.intent not in ("other", "yes", "no", "help") or len(turn.text) < 2:
        return None
    if ASKS_BACK.search(turn.text):
        return shown if shown.text else None
    answer_question(turn.ctx, subject.id, words=turn.text)
    return card(_("Thank you, passed on. The colleague goes on with it at once."))


@around("agreement", "confirm")
def _terms(turn: Turn, subject: Chosen, shown: Card) -> Card | None:
    """多少钱, 几点, 合同给我看看: they stand on the card. 太贵了 is no complaint: nothing is signed yet."""
    if CHEAPER.search(turn.text) and turn.frame.intent in ("other", "dispute_fee", "no", "complain", "ask_price"):
        words = _(
            "That is what they ask. If it does not suit you, it is not signed and I ask somebody else; it costs you nothing.\n"
            "Shall it be signed at that price?"
        )
        return Card(words, (*shown.choices, Choice("talk:0:human", _("Find a person to help me"))))
    asks = ABOUT_JOB.search(turn.text) or re.search(r"合同|协议|条款", turn.text)
    return shown if asks and shown.text and turn.frame.intent in ("other", "ask_price", "faq", "order_status") else None
