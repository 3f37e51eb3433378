"""What counts as right and as dangerous when frames are compared with what people meant."""

from collections import Counter
from typing import Any

TIME = set("start end date_only date_from date_to date_options time_only part_of_day not_before not_after exclude recurrence shift_min".split())
TIME |= set("duration_min duration_max_min duration_days eta eta_min".split())
PRICE = {"budget_min", "budget_max", "budget_unit", "price", "price_delta", "price_agreed", "price_charged"}
ORDER = set("order_no order_ref choice scope ref_date ref_start ref_time ref_part_of_day ref_date_from ref_date_to ref_recurrence".split())
GROUPS = {
    "start": set("start date_only date_from date_to date_options time_only part_of_day not_before not_after recurrence".split()), "order_no": ORDER,
    "budget_max": {"budget_min", "budget_max"}, "recurrence": {"recurrence"}, "stars": {"stars"}, "eta": {"eta", "eta_min"}, "service": {"service"},
}  # fmt: skip
COMMITS = set("accept_job decline_job cancel reschedule finished confirm_completion yes set_availability unsubscribe_reminders".split())
ACTS = COMMITS | set("request_service counter_offer on_the_way arrived dispute_fee rate no".split())
SAME = [{"yes", "accept_job", "confirm_completion"}, {"no", "decline_job"}]

Item = dict[str, Any]


def rule(value: str) -> str:
    """A repetition with its parts in one order."""
    parts = [p.partition("=") for p in value.split(";")]
    return ";".join(sorted(f"{k}={','.join(sorted(v.split(',')))}" for k, _, v in parts))


def values(slots: Item) -> dict[str, set[str]]:
    """Each slot as a set: lists are unordered."""
    found = {k: {str(one) for one in (v if isinstance(v, list) else [v])} for k, v in slots.items()}
    return {k: {rule(one) for one in v} if k.endswith("recurrence") else v for k, v in found.items()}


def dangers(gold: Item, said: Item) -> list[str]:
    """The ways in which acting on `said` would harm somebody who meant `gold`."""
    g, p = values(gold["slots"]), values(said["slots"])
    meant, heard = {gold["intent"]} | g.get("also", set()), {said["intent"]} | p.get("also", set())
    found = []
    if gold["intent"] == "emergency" != said["intent"]:
        found.append("emergency")
    if "complain" in meant and gold["intent"] != "emergency" and not heard & {"complain", "emergency", "human_agent"}:
        found.append("complaint")
    if said["intent"] in COMMITS - meant and not any({said["intent"], gold["intent"]} <= s for s in SAME):
        found.append("wrong_commit")
    return found + (_values(g, p, gold, said) if said["intent"] in ACTS else [])


def _values(g: dict[str, set[str]], p: dict[str, set[str]], gold: Item, said: Item) -> list[str]:
    ask, found = set(said["must_ask"]), []
    for kind, keys, asks in (("time", TIME, {"start"}), ("price", PRICE, {"budget_max", "price"}), ("order", ORDER, {"order_no"}), ("stars", {"stars"}, {"stars"})):
        if any(p[k] != g.get(k) and not ask & (asks | {k}) for k in keys & set(p)):
            found.append(kind)
    if any(k not in ask and GROUPS[k] & set(p) for k in set(gold["must_ask"]) & set(GROUPS)):
        found.append("unconfirmed")
    if "recurrence" in g and "recurrence" not in p and not ask & {"start", "recurrence"} and set(p) & {"start", "date_only"}:
        found.append("recurrence_lost")
    return found


def score(pairs: list[tuple[Item, Item]]) -> dict[str, Any]:
    """intent, frame and must_ask recall as shares, the dangerous ones by kind, and the ids that are not exact."""
    n = len(pairs)
    right = [g for g, s in pairs if g["intent"] == s["intent"]]
    exact = [g["id"] for g, s in pairs if g["intent"] == s["intent"] and values(g["slots"]) == values(s["slots"])]
    asked = [(k, s["must_ask"]) for g, s in pairs for k in g["must_ask"]]
    return {
        "intent": len(right) / n, "frame": len(exact) / n, "asked": sum(k in a for k, a in asked) / len(asked),
        "dangers": Counter(d for g, s in pairs for d in dangers(g, s)), "wrong": [g["id"] for g, _s in pairs if g["id"] not in exact],
    }  # fmt: skip
