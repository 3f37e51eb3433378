"""What can be understood, as a schema: intents, slots with their kinds, and what may be asked back.

Rules, a model and a colleague's label are all held to it; a test keeps it in step with bot/understanding and the scored examples.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

WORKER_INTENTS = (
    "accept_job", "decline_job", "counter_offer", "on_the_way", "arrived", "finished", "my_schedule", "my_income", "set_availability",
)  # fmt: skip
INTENTS = (
    "request_service", "emergency", "ask_price", "ask_catalog", "order_status", "cancel", "reschedule",
    *WORKER_INTENTS, "confirm_completion",
    "dispute_fee", "rate", "complain", "faq", "human_agent", "greeting", "help", "yes", "no", "unsubscribe_reminders", "other",
)  # fmt: skip
MUST_ASK = ("service", "start", "recurrence", "order_no", "stars", "budget_max", "price", "eta")

SERVICES = (
    "cleaning", "deep_cleaning", "hourly", "nanny", "maternity_nurse", "infant_care", "elder_care", "personal_care",
    "patient_care", "cooking",
    "health_consult", "gardening", "tutoring", "art_guidance", "repair", "public_space",
)  # fmt: skip
TASKS = (
    "windows", "range_hood", "kitchen", "bathroom", "mop", "ac_clean", "fridge_clean", "washer_clean", "clean",
    "cook", "groceries", "school_pickup",
    "bath_assist", "haircut", "foot_care", "companion", "medication", "night_watch", "hospital_escort",
    "blood_pressure", "blood_sugar", "mow", "prune",
    "watering", "math", "english", "piano", "calligraphy", "stairwell", "drain_unclog", "toilet_unclog", "faucet",
    "light", "electrical", "lock",
    "water_heater", "install", "appliance",
)  # fmt: skip
REASONS = (
    "late", "no_show", "left_early", "damage", "theft", "abuse", "attitude", "quality", "overcharge", "double_charge",
    "harassment", "unpaid", "unsafe",
    "sick", "family", "time_conflict", "conflict", "too_far", "price_low", "no_answer", "no_access", "wrong_address",
)  # fmt: skip
DANGERS = (
    "fall", "fire", "gas", "breathing", "choking", "chest_pain", "stroke", "unconscious", "bleeding", "poison", "self_harm", "trapped",
    "missing_person", "intruder",
)  # fmt: skip
TOPICS = (
    "invoice", "payment", "refund", "cancel_policy", "insurance", "background_check", "health_cert", "hours", "area",
    "address", "tools", "contact",
    "join_worker", "commission", "payout",
)  # fmt: skip
PARTS = ("early_morning", "morning", "noon", "afternoon", "evening", "night")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
UNITS = ("hour", "day", "month", "m2", "visit")
PERIODS = ("today", "yesterday", "this_week", "last_week", "this_month", "last_month", "balance")

AHEAD, BEHIND = timedelta(days=400), timedelta(days=400)  # further away no day is meant
Check = Callable[[Any, datetime], bool]


@dataclass(frozen=True)
class Kind:
    """What a slot may hold: `form` is how a page asks for it, `options` the words to choose from, `many` a list of them."""

    form: str
    check: Check
    options: tuple[str, ...] = ()
    many: bool = False


def _one_of(options: tuple[str, ...]) -> Kind:
    return Kind("choice", lambda value, _now: value in options, options)


def _some_of(options: tuple[str, ...]) -> Kind:
    return Kind("choices", lambda value, _now: value in options, options, many=True)


def _number(low: int, high: int) -> Kind:
    return Kind("number", lambda value, _now: type(value) is int and low <= value <= high)


def _text(pattern: str) -> Kind:
    return Kind("text", lambda value, _now: isinstance(value, str) and re.fullmatch(pattern, value) is not None)


def _true(value: Any, _now: datetime) -> bool:
    return value is True


def _in_reach(day: date, now: datetime, past: bool) -> bool:
    return (now - BEHIND if past else now).date() <= day <= (now + AHEAD).date()


def _day(past: bool = False) -> Check:
    return lambda value, now: (
        isinstance(value, str) and len(value) == 10 and _legal(lambda: _in_reach(date.fromisoformat(value), now, past))
    )


def _moment(past: bool = False) -> Check:
    def check(value: Any, now: datetime) -> bool:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", value):
            return False
        return _legal(lambda: _in_reach(datetime.fromisoformat(value).date(), now, past))

    return check


def _clock(value: Any, _now: datetime) -> bool:
    return (
        isinstance(value, str)
        and re.fullmatch(r"\d\d:\d\d", value) is not None
        and _legal(lambda: bool(time.fromisoformat(value)) or True)
    )


def _legal(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except ValueError:
        return False


def _either(*checks: Check) -> Check:
    return lambda value, now: any(check(value, now) for check in checks)


def _weekdays_or_parts(value: Any, _now: datetime) -> bool:
    return value in PARTS or value in WEEKDAYS


_RULE = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY", "BYDAY": r"(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*", "INTERVAL": r"[1-9]\d?",
    "BYMONTHDAY": r"-?[1-9]\d?(?:,-?[1-9]\d?)*", "COUNT": r"[1-9]\d{0,2}",
}  # fmt: skip


def _rule(value: Any, _now: datetime) -> bool:
    """An RRULE body that says how often, in parts that we know, each once."""
    if not isinstance(value, str):
        return False
    parts = [part.partition("=") for part in value.split(";")]
    names = [name for name, _sign, _said in parts]
    fits = all(re.fullmatch(_RULE.get(name, r"(?!)"), said) for name, _sign, said in parts)
    return fits and len(set(names)) == len(names) and names[0] == "FREQ"


def _order(value: Any, _now: datetime) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,19}", value) is not None


def _period(value: Any, _now: datetime) -> bool:
    return value in PERIODS or (isinstance(value, str) and re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", value) is not None)


DAY, PAST_DAY, MOMENT, PAST_MOMENT, CLOCK = (
    Kind("date", _day()), Kind("date", _day(past=True)), Kind("moment", _moment()),
    Kind("moment", _moment(past=True)), Kind("time", _clock),
)  # fmt: skip
YES = Kind("check", _true)
RULE = Kind("text", _rule)
YUAN, MINUTES = _number(0, 1_000_000), _number(1, 1440)

# In the order in which a page asks for them, in groups that people can grasp.
GROUPS: Mapping[str, Mapping[str, Kind]] = {
    "what": {
        "service": _one_of(SERVICES), "people": _number(1, 50), "diners": _number(1, 100), "area_m2": _number(1, 10_000),
        "rooms": _text(r"\d{1,2}室(?:\d{1,2}厅)?(?:\d{1,2}卫)?"), "quantity": _number(1, 1000),
        "age_years": _number(0, 120), "age_months": _number(0, 36),
        "live_in": YES, "same_worker": YES, "worker_name": _text(r"\S{1,12}"), "topic": _one_of(TOPICS),
        "tasks": _some_of(TASKS),
    },
    "when": {
        "start": MOMENT, "end": MOMENT, "date_only": DAY, "time_only": CLOCK, "date_from": DAY, "date_to": DAY,
        "date_options": Kind("list", _day(), many=True), "part_of_day": _one_of(PARTS),
        "not_before": Kind("text", _either(_moment(), _clock)), "not_after": Kind("text", _either(_moment(), _clock)),
        "exclude": Kind("list", _either(_day(), _weekdays_or_parts), many=True), "recurrence": RULE, "asap": YES,
        "shift_min": _number(-20_160, 20_160),
        "same_time": YES, "duration_min": MINUTES, "duration_max_min": MINUTES, "duration_days": _number(1, 400), "due_date": DAY,
        "eta_min": _number(0, 600), "eta": CLOCK, "available": Kind("yes_no", lambda value, _now: isinstance(value, bool)),
    },
    "money": {
        "budget_min": YUAN, "budget_max": YUAN, "budget_unit": _one_of(UNITS), "price": YUAN, "price_delta": _number(-100_000, 100_000),
        "price_agreed": YUAN, "price_charged": YUAN, "tip": YUAN, "duration_charged_min": MINUTES,
        "extra_min": MINUTES, "period": Kind("text", _period),
    },
    "order": {
        "order_no": Kind("list", _order, many=True), "order_ref": _one_of(("last", "next", "latest")),
        "choice": Kind("list", _number(1, 20).check, many=True),
        "scope": _one_of(("all",)), "ref_date": PAST_DAY, "ref_start": PAST_MOMENT, "ref_time": CLOCK, "ref_part_of_day": _one_of(PARTS),
        "ref_date_from": PAST_DAY, "ref_date_to": PAST_DAY, "ref_recurrence": RULE,
    },
    "after": {
        "stars": _number(1, 5), "late_min": _number(1, 1440), "early_min": _number(1, 1440), "reason": _some_of(REASONS),
        "emergency_type": _some_of(DANGERS), "also": _some_of(INTENTS),
    },
}  # fmt: skip
SLOTS: Mapping[str, Kind] = {name: kind for group in GROUPS.values() for name, kind in group.items()}
ONE_OR_MANY = ("order_no", "choice")  # a single one stands without a list
NEVER_TOGETHER = (("start", "date_only"), ("start", "time_only"))


def fits(name: str, value: Any, now: datetime) -> bool:
    """Whether a slot may hold this value, said at `now` (aware, local)."""
    kind = SLOTS.get(name)
    if kind is None:
        return False
    if not kind.many or (name in ONE_OR_MANY and not isinstance(value, list)):
        return _safely(kind.check, value, now)
    return isinstance(value, list) and 0 < len(value) <= 20 and all(_safely(kind.check, one, now) for one in value)


def _safely(check: Check, value: Any, now: datetime) -> bool:
    """What is not even of a kind that can be compared does not fit."""
    return not isinstance(value, list | dict) and check(value, now)


def misfits(intent: Any, slots: Mapping[str, Any], must_ask: tuple[str, ...], now: datetime) -> list[str]:
    """The names of what does not fit the schema: `intent`, slots, `must_ask`; empty when all does."""
    wrong = [] if intent in INTENTS else ["intent"]
    wrong += [name for name, value in slots.items() if not fits(name, value, now)]
    wrong += [second for first, second in NEVER_TOGETHER if first in slots and second in slots and second not in wrong]
    return wrong + ([] if all(name in MUST_ASK for name in must_ask) else ["must_ask"])
