"""From a text to its frame: danger first, then what the context asked, then what the words want."""

import re
from datetime import datetime

from bot.understanding import intents, slots
from bot.understanding.frame import Frame
from bot.understanding.lexicon import DANGER, NOT_NOW, NOW, SERVICES, TOPICS, find_all, find_first
from bot.understanding.normalise import normalise
from bot.understanding.numbers import SMALL, read_number
from bot.understanding.times import Times, read_times

DAY_LEVEL = ("maternity_nurse", "nanny")
NEEDS_ORDER = frozenset(
    "cancel reschedule accept_job decline_job counter_offer on_the_way arrived finished confirm_completion dispute_fee rate".split()
)
CORRECTION = re.compile(r"不对,?(?:是|应该是)?|不是.{0,8}?,?(?:是|改成)|(?<!要)改成|改到|说错了,?")


def understand(text: str, *, role: str = "resident", context: str | None = None, now: datetime) -> Frame:
    """Reads one message; `now` is the local moment at which it is read. Never raises, never guesses what is doubtful."""
    clean = normalise(text)
    try:
        return _read(clean, role, context or "", now)
    except (ValueError, OverflowError, IndexError):
        return Frame("other")


def _read(text: str, role: str, context: str, now: datetime) -> Frame:
    if not text:
        return Frame("other")
    danger = find_danger(text)
    if danger:
        return Frame("emergency", {"emergency_type": danger})
    kind = context.split(":")[0]
    answer = _answer(text, role, kind, now)
    intent = answer.intent if answer else _intent(text, role, kind)
    if answer is not None:
        return answer
    found = _slots(intent, text, now, kind)
    return Frame(intent, found.slots, _must_ask(intent, found, kind, text))


def find_danger(text: str) -> list[str]:
    """Kinds of danger that the text says are happening now; generic questions and old stories are not."""
    found = find_all(DANGER, text)
    if not found:
        return []
    story = NOT_NOW.search(text) and not NOW.search(text)
    thing = re.search(r"(手机|电话|杯|碗|花瓶|盘|东西|镯|桌|柜|电视).{0,4}(摔|跌)|(摔|跌)(坏|碎|破)", text)
    return [] if story or (thing and found == ["fall"]) else found


def _answer(text: str, role: str, kind: str, now: datetime) -> Frame | None:
    """A short answer to what was just asked."""
    bare = text.strip(",.?!")
    if kind == "rating_card":
        stars = slots.star_slots(bare) or slots.star_slots(f"{bare}星")
        if re.fullmatch(r"[1-5一二两三四五](颗)?(星|分)?(好评)?", bare) and stars:
            return Frame("rate", stars)
    if kind in ("choose_worker", "offers") and (
        match := re.fullmatch(rf"(?:第|选|要|接)?({SMALL})(?:个|位|号|单)?(?:吧)?", bare)
    ):
        choice = read_number(match.group(1))
        if choice:
            return Frame("accept_job" if kind == "offers" else "yes", {"choice": choice})
    if kind in ("asked_service", "asked_time", "asked_duration", "asked_budget", "asked_people", "asked_area"):
        return _asked(text, bare, kind, now)
    return _yes_no(text, bare, role, kind, now)


def _yes_no(text: str, bare: str, role: str, kind: str, now: datetime) -> Frame | None:
    if intents.YES.match(bare):
        if kind in ("offer",) and role == "worker":
            return Frame("accept_job")
        if kind in ("completion_card", "fee_card"):
            return Frame("confirm_completion")
        return Frame("yes")
    if kind in ("confirm", "completion_card", "fee_card") and intents.NO.match(bare):
        if (
            kind == "confirm"
            and intents.first_of(intents.PATTERNS, bare) in ("cancel", "complain", "human_agent")
            and len(bare) > 4
        ):
            return None
        found = read_times(_corrected(text), now)
        extra = {
            **slots.duration_slots(text),
            **slots.money_slots(text),
            **slots.service_slots(text),
            **slots.size_slots(text),
        }
        ask = ("start",) if "date_only" in found.slots and "part_of_day" not in found.slots else ()
        return Frame("no", {**found.slots, **extra}, ask)
    if kind in ("completion_card", "fee_card") and intents.DONE.search(bare) and not re.search(r"没|不|多收", bare):
        return Frame("confirm_completion")
    if kind == "rating_card" and re.fullmatch(r"(还是|那)?(算了|不评了?|先不评?了?|不用了?)吧?", bare):
        return Frame("no")
    if kind == "" and re.fullmatch(r"(不(用|要|是|了)?(了)?|没有|算了)", bare):
        return Frame("no")
    return None


def _asked(text: str, bare: str, kind: str, now: datetime) -> Frame | None:
    found = read_times(_corrected(text), now)
    extra = {
        **slots.service_slots(text),
        **slots.duration_slots(text),
        **slots.money_slots(text),
        **slots.size_slots(text),
        **slots.wish_slots(text),
    }
    if kind == "asked_budget" and (amount := read_number(bare.rstrip("块元"))) and amount >= 10:
        extra["budget_max"] = amount
    if kind == "asked_people" and (count := read_number(bare.rstrip("个人"))):
        extra["people"] = count
    if kind == "asked_area" and (area := read_number(bare.rstrip("平米方"))):
        extra["area_m2"] = area
    if not found.slots and not extra and not found.doubtful:
        return (
            None
            if intents.first_of(intents.PATTERNS, text) or intents.YES.match(bare) or intents.NO.match(bare)
            else Frame("other")
        )
    other = intents.first_of(intents.PATTERNS[:4], text)
    if other:
        return None
    ask = ("start",) if kind == "asked_time" and ("start" not in found.slots and "asap" not in found.slots) else ()
    return Frame("request_service", {**found.slots, **extra}, ask)


def _corrected(text: str) -> str:
    """Only the final value of 「两点,不对,是三点」."""
    parts = CORRECTION.split(text)
    last = parts[-1].strip(",")
    return last if len(parts) > 1 and last else text


def _intent(text: str, role: str, kind: str) -> str:
    bare = text.strip(",.?!")
    if intents.GREETING.match(bare):
        return "greeting"
    if intents.HELP.match(bare):
        return "help"
    found = intents.first_of(intents.WORKER if role == "worker" else intents.PATTERNS, text)
    if kind == "rating_card" and found not in ("complain", "human_agent"):
        return "rate"
    if (
        role == "worker"
        and found in ("accept_job", "decline_job", "counter_offer")
        and kind not in ("offer", "offers", "job", "")
        and not kind
    ):
        return found
    topic = find_first(TOPICS, text)
    if topic and found in (
        None,
        "ask_price",
        "ask_catalog",
        "cancel",
        "human_agent",
        "my_income",
        "accept_job",
        "decline_job",
        "counter_offer",
    ):
        return "faq"
    if found and not (found == "ask_catalog" and _wants_service(text)):
        return found
    return _resident_rest(text, bare, role, topic)


def _wants_service(text: str) -> bool:
    """能不能来…, 想洗个澡: a wish, not a question about what there is."""
    if not find_first(SERVICES, text) or re.search(r"有没有|有(什么|哪些)|多少", text):
        return False
    wish = r"[今明后]天|周[一二三四五六日]|点|号|马上|现在|上午|下午|晚上|(^|,|我)(想|要|得)|帮(我|忙)"
    return bool(re.search(wish, text))


def _resident_rest(text: str, bare: str, role: str, topic: str | None) -> str:
    if topic:
        return "faq"
    if intents.THANKS.match(bare):
        return "other"
    if find_first(SERVICES, text) or re.search(r"(要|找|请|来)(个|位|一个|一位)?(阿姨|人|师傅|家政)", text):
        return "request_service"
    if intents.RATE.search(text):
        return "rate"
    if re.search(r"(做|干|打扫|弄)(完|好)了|确认完成|没问题,?可以付", text):
        return "confirm_completion"
    return "other"


def _slots(intent: str, text: str, now: datetime, kind: str) -> Times:
    """What the text states, as far as the intent uses it."""
    if intent in ("request_service", "reschedule", "counter_offer", "set_availability"):
        found = read_times(_corrected(text), now)
    else:
        found = Times()
    add = found.slots.update
    if intent == "request_service":
        for part in (
            slots.service_slots,
            slots.duration_slots,
            slots.money_slots,
            slots.size_slots,
            slots.wish_slots,
            slots.care_slots,
        ):
            add(part(text))
    if intent in ("ask_price", "ask_catalog"):
        add({k: v for k, v in slots.service_slots(text).items() if k == "service"})
    if intent in NEEDS_ORDER | {"order_status", "complain"}:
        add(slots.order_slots(text))
    if intent in ("complain", "decline_job", "dispute_fee", "cancel"):
        add(slots.reasons(text))
    _small(intent, text, found)
    return found


def _small(intent: str, text: str, found: Times) -> None:
    if intent == "faq":
        found.slots["topic"] = find_first(TOPICS, text)
    if intent == "rate":
        found.slots.update(slots.star_slots(text))
    if intent == "on_the_way" and (eta := re.search(rf"({SMALL}|半)个?(分钟|小时)", text)):
        n = 30 if eta.group(1) == "半" else (read_number(eta.group(1)) or 0) * (60 if eta.group(2) == "小时" else 1)
        found.slots["eta_min"] = n
    if intent == "counter_offer" and (
        price := re.search(r"(\d{2,4}|[一二两三四五六七八九]百[一二三四五六七八九十]*)(块|元|$|我|就|,|才|行)", text)
    ):
        amount = read_number(price.group(1))
        found.slots["price_delta" if re.search(r"(加|多)(给|个|点)?\d", text) else "price"] = amount
    if intent == "set_availability":
        found.slots["available"] = not re.search(r"请假|休|没空|不接|不能|别给", text)
    if intent == "my_income":
        found.slots["period"] = next((c for w, c in PERIODS if w in text), "this_month")


PERIODS = (
    ("今天", "today"),
    ("昨天", "yesterday"),
    ("上周", "last_week"),
    ("这周", "this_week"),
    ("本周", "this_week"),
    ("上个月", "last_month"),
    ("上月", "last_month"),
    ("余额", "balance"),
)


def _must_ask(intent: str, found: Times, kind: str, text: str) -> tuple[str, ...]:
    ask: list[str] = []
    have = found.slots
    if intent == "request_service" and not kind.startswith("asked"):
        if "service" not in have:
            ask.append("service")
        by_day = have.get("service") in DAY_LEVEL or "live_in" in have or "duration_days" in have
        if not ("start" in have or "asap" in have or (by_day and "date_only" in have)) or found.doubtful:
            ask.append("start")
    if intent == "ask_price" and "service" not in have:
        ask.append("service")
    named = {"order_no", "order_ref", "service", "choice"} & set(have)
    if (
        intent in NEEDS_ORDER
        and not named
        and kind not in ("order", "offer", "job", "rating_card", "completion_card", "fee_card")
    ):
        ask.append("order_no")
    if intent == "reschedule" and not {"start", "time_only", "shift_min", "same_time"} & set(have):
        ask.append("start")
    if intent == "rate" and "stars" not in have:
        ask.append("stars")
    return tuple(ask)
