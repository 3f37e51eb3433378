"""Slots of what is not a booking: orders, stars, reasons, amounts said of a finished visit, minutes on the way."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.understanding.amounts import amount
from bot.understanding.clock import read_clock
from bot.understanding.numbers import DIGITS, NUM, SMALL, read_number
from bot.understanding.times import length_minutes
from bot.understanding.tokens import Token, lead, of
from bot.understanding.wording import Said
from bot.understanding.words.topics import PERIODS

_LENGTH = rf"(?:半个?|{NUM}个?[来多]?半?)(?:小时|分钟|刻钟|刻)半?"
_QUOTED = rf"({NUM})(?:块|元)?(?!个|小时|分|点|号|次|天|遍|回|笔|趟|份|道)"
_ORDER_NUMBER = re.compile(rf"[A-Za-z]\d+|\d+-\d+|[A-Za-z][{''.join(DIGITS)}]+|\d+|{NUM}")
_BARE_CHOICE = re.compile(rf"(?:要|选|就|那就|接|我要|我接)?({SMALL})(?:个|号)?(?:那位|那个|师傅|阿姨)?(?:吧|的)?")
_SMALL = re.compile(SMALL)
_LATEST = re.compile(r"刚(?:才|刚)?(?:下|约|订|预约|叫|点|定|提交)(?:了|好)?(?:的|一?个?单|订单|那)|最(?:新|近)(?:的)?(?:一)?(?:单|个订单|那单)|才下的")
_LAST = re.compile(r"上(?:次|回|一单|一次|一个(?:订单|单子?)|个单)(?!吵|闹|有|就|说|客户)|上趟|前一单|最后那?一?单")
_NEXT = re.compile(r"接下来(?:的)?(?:那)?[单家个]|下一(?:单|家)(?!了)|(?<![刚才])下(?:单|家)(?=几点|在哪|是|什么|呢|地址)|下一(?:个|次)(?:单|活|家|预约|服务)?|下次(?:的)?(?:预约|服务|单|保洁)")
_NOBODY_CAME = re.compile(r"没来|没人来|鸽子|没到")
_ROUGH = re.compile(r"态度|不耐烦|骂|吼")
_NO_STARS = re.compile(r"(?:都|也)?不(?:想|愿意?|配|值)给?|零星|半(?:颗|个)?星|星半")
_BARE_STARS = re.compile(r"(?:.*,)?(?:给|打|就)?个?([1-5一二三四五])(?:个|颗|吧|分)*(?:,.*)?")
_STARS = re.compile(r"(\d(?:\.0)?|[一二两三四五])(?:颗|个)?(?:星|分)")
_LATE = re.compile(r"晚|迟")
_EARLY = re.compile(r"走|退|溜|撤|下班|收工")
_AGREED = re.compile(rf"(?:说好|讲好|谈好|约好|约定|原来|当初|报价|原价|说的?|定的?|下单|谈的?|应该|该|明明|不是)(?:的|了|是|时候|好|时|要|收|价|写的|显示|一共|总共|付|就|给|都)*{_QUOTED}")
_CHARGED = re.compile(rf"(?:收|要|扣|算|变成?|付|成)(?:了|我|成|了我|我了|到|出|你们|她|他|们|走|掉|起|费)*{_QUOTED}")
_MORE = re.compile(r"多|另|额外|加")
_HOURS_DONE = re.compile(rf"(?:干|做|打扫|用|待|来|服务|工作|擦|洗|修|约|忙)(?:的是|的|了|满|不到|够)*({_LENGTH})")
_HOURS_BILLED = re.compile(rf"(?:算|收|按|记|扣|写|计|成|要|非说|硬说)(?:的是|了|我|成|的|到|作)*({_LENGTH})")
_HOURS_EXTRA = re.compile(rf"多(?:算|收|记|扣|计)(?:了|我)*({_LENGTH})")
_MORE_ASKED = re.compile(r"再|多|加|涨|补|另|额外|添|凑")
_ROUND = re.compile(r"[百千万]|^\d{2,5}$")
_TIP = re.compile(rf"(?:小费|红包|辛苦费)(?:给了?|是|有|我)*({NUM})|({NUM})(?:块|元)?的?(?:小费|红包|辛苦费)")
_PAID = re.compile(rf"(?:收了?|给了?|付了?|一共|总共|结了?|就是|是|应该)(?:我|的|客户|他|她)*({NUM})(?=块|元|,|$)")
_EXTRA_TIME = re.compile(r"(?:多|加班|超|超时|延长|加)(?:干|做|了|出|时)*(?:了)?$")
_MORE_GIVEN = re.compile(r"多|另|额外")
_MONTH = re.compile(rf"(去年)?({SMALL})月(?:份|的|一共|总共|多少|挣|赚|工资|收入|,|$)")


def order_slots(text: str, tokens: list[Token], context: str, *, listed: bool) -> dict[str, Any]:
    """order_no, order_ref, choice and scope. `listed`: bare numbers mean the numbers of a shown list."""
    numbers = [n for t in of(tokens, "order") if (n := _order_number(t.text))]
    if listed:
        numbers += [str(read_number(t.text.rstrip("号日"))) for t in of(tokens, "number_day")]
    slots: dict[str, Any] = {}
    if numbers:
        numbers = list(dict.fromkeys(numbers))
        slots["order_no"] = numbers[0] if len(numbers) == 1 else numbers
    slots |= _choice(text, tokens, context)
    ref = _order_ref(text)
    if ref and not numbers:
        slots["order_ref"] = ref
    if _ALL.search(text) and not numbers:
        slots["scope"] = "all"
    return slots


_ALL = re.compile(
    r"(?:所有|全部|名下|一切)(?:的)?[^,]{0,6}(?:单|预约|订单|约|服务|活|取消|退|不)|(?:单子?|订单|预约|约的|定的)[^,]{0,4}(?:都|全|统统|全部)[^,]{0,6}(?:取消|退|撤|推|不)|"
    r"(?:都|全部?|统统|通通)(?:给我|帮我)?(?:取消|退|撤|推)"
)


def _order_number(text: str) -> str:
    match = _ORDER_NUMBER.search(text)
    if not match:
        return ""
    word = match[0]
    if word[0].isascii():
        return "".join(str(DIGITS.get(c, c)) for c in word).upper()
    return str(read_number(word) or "")


def _choice(text: str, tokens: list[Token], context: str) -> dict[str, Any]:
    matches = [_SMALL.search(t.text) for t in of(tokens, "choice")]
    numbers = list(dict.fromkeys(n for m in matches if m and (n := read_number(m[0]))))
    if numbers:
        return {"choice": numbers[0] if len(numbers) == 1 else numbers}
    bare = _BARE_CHOICE.fullmatch(text)
    if bare and context == "choose_worker":
        return {"choice": read_number(bare[1])}
    return {}


def _order_ref(text: str) -> str | None:
    if _LATEST.search(text):
        return "latest"
    if _LAST.search(text):
        return "last"
    return "next" if _NEXT.search(text) else None


def reason_slots(reasons: Iterable[str], text: str, intent: str) -> dict[str, Any]:
    """Why, as far as it is said and fits the intent."""
    allowed = _ALLOWED.get(intent)
    codes = sorted(c for c in reasons if allowed is None or c in allowed)
    if "no_show" in codes and "late" in codes and _NOBODY_CAME.search(text):
        codes.remove("late")
    if intent == "complain":
        codes = _complaint_reasons(codes, text)
    return {"reason": codes} if codes else {}


_WORKER_REASONS = frozenset("sick family time_conflict conflict too_far price_low unsafe no_access no_answer wrong_address".split())
_ALLOWED: dict[str, frozenset[str]] = {
    "decline_job": _WORKER_REASONS, "counter_offer": frozenset({"too_far", "price_low", "sick", "family"}),
    "arrived": frozenset({"no_answer", "no_access", "wrong_address", "unsafe"}), "on_the_way": frozenset({"wrong_address", "no_answer"}),
    "rate": frozenset("late no_show left_early attitude quality overcharge damage".split()),
    "complain": frozenset("late no_show left_early damage theft abuse attitude quality overcharge double_charge harassment unpaid unsafe".split()),
    "dispute_fee": frozenset({"double_charge"}), "cancel": frozenset("late no_show attitude quality sick".split()), "reschedule": frozenset({"sick"}),
    "other": frozenset({"no_answer", "no_access", "wrong_address"}), "set_availability": frozenset({"sick"}), "no": frozenset({"quality"}),
}  # fmt: skip


def _complaint_reasons(codes: list[str], text: str) -> list[str]:
    strong = [c for c in codes if c in ("theft", "abuse", "harassment", "damage")]
    if strong:
        codes = [c for c in codes if c in strong or c in ("attitude", "late", "no_show", "left_early", "unpaid", "quality")]
    if "abuse" in codes and "attitude" in codes and not _ROUGH.search(text):
        codes.remove("attitude")
    return codes


def star_slots(text: str, tokens: list[Token], context: str) -> dict[str, Any]:
    """1 to 5 whole stars; anything else is asked."""
    if _NO_STARS.search(text):
        return {}
    found = []
    for token in [t for t in of(tokens, "stars") if t.text != "满分"]:
        match = _STARS.fullmatch(token.text)
        value = read_number(match[1][0]) if match else None
        found.append(value if value and 1 <= value <= 5 else None)
    bare = _BARE_STARS.fullmatch(text)
    if bare and context == "rating_card" and not found:
        found = [read_number(bare[1])]
    return {"stars": found[-1]} if found and found[-1] is not None and len(set(found)) == 1 else {}


def _before_length(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words})(?:了|得|大概|差不多|要|会|大约|快|将近|整整|足足|我们|客户|我|他|她|个)*({_LENGTH})")


_LATE_BY = _before_length(r"来晚|晚来|迟到|晚到|到晚|晚|等")
_EARLY_BY = _before_length(r"早走|提前走|提前|提早|早退|早溜")
_COMES_LATER = _before_length(r"晚到|迟到|晚个?|迟个?|晚点到?|晚一点到")
MORE_NEEDED = _before_length(r"(?:再|还|得|需要|还差|要|多|加)+(?:要|来|干|做|弄|等|给我)?")


def said_minutes(text: str, words: re.Pattern[str]) -> int | None:
    """The minutes of a length that stands right after some words (晚到一刻钟)."""
    match = words.search(text)
    return length_minutes(match[1]) if match else None



def visit_slots(text: str) -> dict[str, Any]:
    """late_min, early_min: how much too late or too early somebody was."""
    slots: dict[str, Any] = {}
    late = said_minutes(text, _LATE_BY) if _LATE.search(text) else None
    early = said_minutes(text, _EARLY_BY) if _EARLY.search(text) else None
    return slots | ({"late_min": late} if late else {}) | ({"early_min": early} if early else {})


def way_slots(text: str, tokens: list[Token], now: datetime) -> tuple[dict[str, Any], bool]:
    """eta_min, eta, late_min of a worker on the way; and whether the time of arrival must be asked."""
    late = said_minutes(text, _COMES_LATER)
    if late:
        return {"late_min": late}, False
    part = next((t.text for t in of(tokens, "part")), None)
    for token in of(tokens, "clock", "clocks"):
        at = read_clock(token.text, _part(part)).at if token.kind == "clock" else None
        if at is None:
            return {}, True
        return {"eta": at.strftime("%H:%M")}, at <= now.time().replace(tzinfo=None)
    for token in of(tokens, "length", "after"):
        minutes = length_minutes(token.text)
        if minutes:
            return {"eta_min": minutes}, False
    return {}, False


def _part(word: str | None) -> str | None:
    from_word = {"上午": "morning", "早上": "morning", "中午": "noon", "下午": "afternoon", "晚上": "evening", "傍晚": "evening"}
    return from_word.get(word or "")


def fee_slots(text: str, tokens: list[Token]) -> dict[str, Any]:
    """price_agreed, price_charged, price_delta and the hours of a contested bill."""
    slots: dict[str, Any] = {}
    agreed = _AGREED.search(text)
    charged = _CHARGED.search(text)
    for token in of(tokens, "delta"):
        value = amount(token)
        if value and _MORE.match(token.text):
            slots["price_delta"] = value
    if agreed and (value := read_number(agreed[1])):
        slots["price_agreed"] = value
    if charged and (value := read_number(charged[1])) and not (agreed and agreed.start(1) == charged.start(1)) and "多" not in text[max(0, charged.start() - 1) : charged.start()]:
        slots["price_charged"] = value
    return slots | _hours(text)


def _hours(text: str) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    done = _HOURS_DONE.search(text)
    billed = _HOURS_BILLED.search(text)
    extra = _HOURS_EXTRA.search(text)
    if done and (minutes := length_minutes(done[1])):
        slots["duration_min"] = minutes
    if extra and (minutes := length_minutes(extra[1])):
        slots["extra_min"] = minutes
    elif billed and (minutes := length_minutes(billed[1])) and not (done and done.start(1) == billed.start(1)):
        slots["duration_charged_min"] = minutes
    return slots


def offer_slots(text: str, tokens: list[Token]) -> dict[str, Any]:
    """price, price_delta and people of a counter-offer."""
    slots: dict[str, Any] = {}
    for token in of(tokens, "delta"):
        value = amount(token)
        if value and _MORE_ASKED.match(token.text):
            slots["price_delta"] = value
    if "price_delta" not in slots:
        for token in of(tokens, "money", "number"):
            value = amount(token)
            if value and value >= 20 and (token.kind == "money" or _ROUND.search(token.text)):
                slots["price"] = value
                break
    return slots


def done_slots(text: str, tokens: list[Token]) -> dict[str, Any]:
    """Hours worked, the amount and the tip that a worker reports."""
    slots: dict[str, Any] = {}
    for token in of(tokens, "length"):
        minutes = length_minutes(token.text)
        if minutes:
            extra = _EXTRA_TIME.search(lead(text, token.start))
            slots["extra_min" if extra else "duration_min"] = minutes
    for token in of(tokens, "delta"):
        value = amount(token)
        if value and _MORE_GIVEN.match(token.text):
            slots["tip"] = value
    tip = tip_of(text)
    slots |= {"tip": tip} if tip else {}
    money = [v for t in of(tokens, "money") if (v := amount(t))]
    paid = _PAID.search(text)
    if "tip" not in slots and (money or paid):
        value = money[0] if money else read_number(paid[1]) if paid else None
        if value and value >= 20:
            slots["price"] = value
    return slots


def tip_of(text: str) -> int | None:
    """The yuan given above the fee."""
    match = _TIP.search(text)
    return read_number(match[1] or match[2]) if match else None


def period(text: str, today_year: int, today_month: int) -> dict[str, Any]:
    """What stretch an income question is about."""
    named = PERIODS.find_all(Said(text))
    if named:
        return {"period": named[0].code}
    match = _MONTH.search(text)
    month = read_number(match[2]) if match else None
    if match and month and 1 <= month <= 12:
        year = today_year - 1 if match[1] or month > today_month else today_year
        return {"period": f"{year}-{month:02d}"}
    return {}
