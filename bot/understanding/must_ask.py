"""What must be asked or confirmed before anything is done: in doubt a question, never a guess."""

from typing import Any

from bot.understanding.times import Times

DAY_LEVEL = ("maternity_nurse", "nanny")
NEEDS_ORDER = frozenset("cancel reschedule accept_job decline_job counter_offer on_the_way arrived finished confirm_completion dispute_fee rate".split())
IDENTIFIES = frozenset("order_no order_ref service choice worker_name".split())
NAMES_ORDER = ("order", "confirm", "offer", "job", "completion_card", "fee_card", "rating_card")


def must_ask(intent: str, slots: dict[str, Any], context: str, asks: set[str], times: Times) -> tuple[str, ...]:
    """The names of the slots that are open, in a fixed order."""
    found = set(asks)
    if intent in NEEDS_ORDER and _order_open(slots, context):
        found.add("order_no")
    checks = {
        "request_service": _booking, "reschedule": _move, "counter_offer": _counter, "no": _corrected, "rate": _stars,
        "ask_price": _priced, "set_availability": _availability,
    }  # fmt: skip
    if intent in checks:
        found |= checks[intent](slots, context, times)
    return tuple(name for name in ORDER if name in found)


ORDER = ("service", "start", "recurrence", "order_no", "stars", "budget_max", "price", "eta")


def _order_open(slots: dict[str, Any], context: str) -> bool:
    if slots.get("scope") == "all":
        return True
    return context not in NAMES_ORDER and not (set(slots) & IDENTIFIES or any(k.startswith("ref_") for k in slots))


def _booking(slots: dict[str, Any], context: str, times: Times) -> set[str]:
    found = {"recurrence"} if times.open_days else set()
    if not context.startswith("asked_"):
        found |= set() if "service" in slots else {"service"}
        return found | ({"start"} if _start_open(slots, times) else set())
    timed = context == "asked_time" or any(k in slots for k in ("date_only", "part_of_day", "time_only", "date_from", "date_options", "recurrence"))
    return found | ({"start"} if (timed and _answer_open(slots, times)) or times.doubtful else set())


def _start_open(slots: dict[str, Any], times: Times) -> bool:
    if times.doubtful:
        return True
    by_day = slots.get("service") in DAY_LEVEL or slots.get("live_in") or "duration_days" in slots
    return not ("start" in slots or slots.get("asap") or ("date_only" in slots and by_day))


def _answer_open(slots: dict[str, Any], times: Times) -> bool:
    return times.doubtful or not ("start" in slots or slots.get("asap"))


def _move(slots: dict[str, Any], _context: str, times: Times) -> set[str]:
    if slots.get("same_time") or "shift_min" in slots:
        return set()
    return set() if any(k in slots for k in ("start", "time_only")) and not _vague(slots) else {"start"}


def _vague(slots: dict[str, Any]) -> bool:
    return "date_options" in slots or "date_from" in slots


def _counter(slots: dict[str, Any], _context: str, times: Times) -> set[str]:
    timed = any(k in slots for k in ("start", "time_only", "date_only", "not_before", "not_after", "shift_min", "price", "price_delta", "people"))
    alone = "part_of_day" in slots and not timed
    unclear = times.doubtful and not timed and not slots.get("exclude")
    return {"start"} if alone or unclear or "date_options" in slots or "date_from" in slots else set()


def _corrected(slots: dict[str, Any], _context: str, times: Times) -> set[str]:
    timed = any(k in slots for k in ("date_only", "part_of_day", "date_from", "date_options", "not_before", "not_after"))
    return {"start"} if "start" not in slots and (timed or (times.doubtful and "time_only" not in slots)) else set()


def _stars(slots: dict[str, Any], _context: str, _times: Times) -> set[str]:
    return set() if "stars" in slots else {"stars"}


def _priced(slots: dict[str, Any], context: str, _times: Times) -> set[str]:
    return set() if "service" in slots or context.startswith("asked_") else {"service"}


def _availability(slots: dict[str, Any], _context: str, times: Times) -> set[str]:
    timed = ("start", "date_only", "date_from", "recurrence", "time_only", "not_before", "not_after", "date_options")
    return set() if any(k in slots for k in timed) and "date_options" not in slots and not times.open_days else {"start"}
