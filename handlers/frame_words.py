"""What intents, slots and their values are called: for the desk, and where a reading is said back to a person (C3)."""

from datetime import date, datetime
from typing import Any

from handlers.catalogue import find_service, service_name, task_names
from handlers.clock import SHANGHAI
from handlers.context import Context
from handlers.words import _, listed, say_day, say_minutes, say_when, say_yuan
from models.rules.frames import GROUPS, SERVICES, SLOTS


def intent_names() -> dict[str, str]:
    """What intents are called."""
    return {
        "request_service": _("book a service"), "emergency": _("danger"), "ask_price": _("ask the price"),
        "ask_catalog": _("ask what there is"), "order_status": _("ask how an order stands"), "cancel": _("cancel"),
        "reschedule": _("move to another time"), "accept_job": _("take the job"), "decline_job": _("not take the job"),
        "counter_offer": _("take it on another condition"), "on_the_way": _("on the way"), "arrived": _("arrived"),
        "finished": _("work is done"), "my_schedule": _("see one's jobs"), "my_income": _("see one's pay"),
        "set_availability": _("say when one is free"), "confirm_completion": _("confirm that all is done"),
        "dispute_fee": _("the fee is not right"), "rate": _("rate a visit"), "complain": _("complain"), "faq": _("ask how it works"),
        "human_agent": _("talk with a person"), "greeting": _("say hello"), "help": _("ask for help"), "yes": _("yes"), "no": _("no"),
        "unsubscribe_reminders": _("no more reminders"), "other": _("something else"),
    }  # fmt: skip


def slot_names() -> dict[str, str]:
    """What slots are called."""
    return {
        "service": _("which service it is"), "tasks": _("what is to be done"), "people": _("how many workers"),
        "diners": _("how many people eat"), "area_m2": _("size in m²"), "rooms": _("rooms"), "quantity": _("how many pieces"),
        "age_years": _("age in years"), "age_months": _("age in months"), "live_in": _("lives in"),
        "same_worker": _("the same worker as before"), "worker_name": _("which worker by name"), "topic": _("what the question is about"),
        "start": _("begins at"), "end": _("ends at"), "date_only": _("the day"), "time_only": _("the clock time"),
        "date_from": _("first day"), "date_to": _("last day"), "date_options": _("days to choose from"),
        "part_of_day": _("part of the day"), "not_before": _("not before"), "not_after": _("not after"),
        "exclude": _("what is ruled out"), "recurrence": _("how often"), "asap": _("as soon as possible"),
        "shift_min": _("moved by minutes"), "same_time": _("at the same hour"), "duration_min": _("how many minutes"),
        "duration_max_min": _("how many minutes at most"), "duration_days": _("how many days"), "due_date": _("expected birth"),
        "eta_min": _("there in minutes"), "eta": _("there at"), "available": _("free or not"), "budget_min": _("budget from"),
        "budget_max": _("budget up to"), "budget_unit": _("the budget is for"), "price": _("the price in yuan"),
        "price_delta": _("more or less in yuan"), "price_agreed": _("agreed in yuan"), "price_charged": _("charged in yuan"),
        "tip": _("a tip in yuan"), "duration_charged_min": _("minutes charged"), "extra_min": _("minutes more"),
        "period": _("of which time"), "order_no": _("order number"), "order_ref": _("which order it is"),
        "choice": _("which of the list"), "scope": _("how much of it"), "ref_date": _("day of the order meant"),
        "ref_start": _("time of the order meant"), "ref_time": _("hour of the order meant"),
        "ref_part_of_day": _("part of the day of the order meant"), "ref_date_from": _("order meant, from day"),
        "ref_date_to": _("order meant, to day"), "ref_recurrence": _("how often the order meant comes"), "stars": _("stars given"),
        "late_min": _("minutes late"), "early_min": _("minutes early"), "reason": _("why it is"), "emergency_type": _("what danger"),
        "also": _("and also"),
    }  # fmt: skip


def group_names() -> dict[str, str]:
    """What groups of slots are called."""
    return {
        "what": _("What it is about"), "when": _("When it is"), "money": _("Money and length"), "order": _("Which order"),
        "after": _("Afterwards"),
    }  # fmt: skip


def reason_names() -> dict[str, str]:
    """What reasons are called, of residents and workers."""
    return {
        "late": _("too late"), "no_show": _("nobody came"), "left_early": _("went too early"), "damage": _("broken"),
        "theft": _("stolen"), "abuse": _("violence"), "attitude": _("unfriendly"), "quality": _("badly done"),
        "overcharge": _("too much charged"), "double_charge": _("charged two times"), "harassment": _("harassed"), "unpaid": _("unpaid"),
        "unsafe": _("not safe"), "sick": _("is ill"), "family": _("family matters"), "time_conflict": _("times clash"),
        "conflict": _("bad terms with them"), "too_far": _("too far to go"), "price_low": _("paid too little"),
        "no_answer": _("nobody answers"), "no_access": _("can't get in"), "wrong_address": _("address is wrong"),
    }  # fmt: skip


def danger_names() -> dict[str, str]:
    """What dangers are called."""
    return {
        "fall": _("a fall"), "fire": _("fire"), "gas": _("gas"), "breathing": _("can't breathe"), "choking": _("choking"),
        "chest_pain": _("chest pain"), "stroke": _("stroke"), "unconscious": _("unconscious"), "bleeding": _("bleeding"),
        "poison": _("poison"), "self_harm": _("self-harm"), "trapped": _("trapped"), "missing_person": _("a person is missing"),
        "intruder": _("an intruder"),
    }  # fmt: skip


def topic_names() -> dict[str, str]:
    """What questions are about."""
    return {
        "invoice": _("invoices"), "payment": _("ways to pay"), "refund": _("refunds"), "cancel_policy": _("rules for cancelling"),
        "insurance": _("insurance"), "background_check": _("who the workers are"), "health_cert": _("health certificates"),
        "hours": _("opening hours"), "area": _("where we go"), "address": _("where we are"), "tools": _("who brings the tools"),
        "contact": _("how to reach us"), "join_worker": _("how to work with us"), "commission": _("our share"),
        "payout": _("when pay comes"),
    }  # fmt: skip


def part_names() -> dict[str, str]:
    """What parts of the day are called."""
    return {
        "early_morning": _("before dawn"), "morning": _("in the morning"), "noon": _("at noon"), "afternoon": _("in the afternoon"),
        "evening": _("in the evening"), "night": _("at night"),
    }  # fmt: skip


def unit_names() -> dict[str, str]:
    """What a budget is for."""
    return {
        "hour": _("by the hour"), "day": _("by the day"), "month": _("by the month"), "m2": _("by the square metre"),
        "visit": _("by the visit"),
    }  # fmt: skip


def ref_names() -> dict[str, str]:
    """Which order is meant."""
    return {
        "last": _("the last one"), "next": _("the next one"), "latest": _("the one just made"),
    }  # fmt: skip


def why_names() -> dict[str, str]:
    """Why words were kept."""
    return {
        "other": _("was not recognised"), "unsure": _("was not sure"), "corrected": _("they corrected it"),
        "handed_over": _("they asked for a person next"),
    }  # fmt: skip


def value_names(ctx: Context) -> dict[str, dict[str, str]]:
    """The words to choose from, for every slot that is chosen from words."""
    return {
        "service": {code: service_name(find_service(ctx, code)) or code for code in SERVICES},
        "tasks": task_names(),
        "topic": topic_names(),
        "part_of_day": part_names(),
        "ref_part_of_day": part_names(),
        "budget_unit": unit_names(),
        "order_ref": ref_names(),
        "scope": {"all": _("all of them")},
        "reason": reason_names(),
        "emergency_type": danger_names(),
        "also": intent_names(),
    }


MINUTES = ("duration_min", "duration_max_min", "duration_charged_min", "extra_min", "late_min", "early_min", "eta_min")


def slot_words(ctx: Context, name: str, value: Any) -> str:
    """One slot's value in words: 明天下午3点, 擦玻璃, ¥150."""
    names = value_names(ctx).get(name, {})
    if isinstance(value, list):
        return listed(
            slot_words(ctx, name, one)
            if name not in ("tasks", "reason", "emergency_type", "also")
            else names.get(one, one)
            for one in value
        )
    if isinstance(value, bool):
        return _("that's so") if value else _("no")
    if names:
        return names.get(str(value), str(value))
    if name in MINUTES and isinstance(value, int):
        return say_minutes(value)
    if name in GROUPS["money"] and isinstance(value, int):
        return say_yuan(value * 100)
    return _moment_words(ctx, SLOTS[name].form if name in SLOTS else "", str(value))


def _moment_words(ctx: Context, form: str, value: str) -> str:
    try:
        if form == "moment":
            return say_when(datetime.fromisoformat(value).replace(tzinfo=SHANGHAI), ctx.now)
        if form == "date":
            return say_day(datetime.combine(date.fromisoformat(value), datetime.min.time(), SHANGHAI), ctx.now)
    except ValueError:
        pass
    return value


def frame_words(ctx: Context, intent: str, slots: dict[str, Any]) -> str:
    """How words were read, in one line: 改时间（开始：明天下午3点）."""
    names = slot_names()
    said = listed(f"{names.get(name, name)} {slot_words(ctx, name, value)}" for name, value in slots.items())
    what = intent_names().get(intent, intent)
    return _("%(what)s (%(details)s)", what=what, details=said) if said else what
