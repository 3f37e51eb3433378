"""Setting the ranking's weights for this community, and setting them back; each with a reason, for all to read later (D2, D6)."""

from collections.abc import Mapping
from typing import Any

from handlers.context import Context, Refused, use_case
from handlers.lifecycle import record
from handlers.own_settings import WEIGHTS, own_row, weights_of
from handlers.sections import Weights
from handlers.words import _
from models.base import hold
from models.people import CommunitySetting

MOST = 100
PARTS = tuple(Weights.model_fields)
THING = "weights"


def read_weights(given: Mapping[str, str], usual: Weights) -> tuple[dict[str, float], dict[str, str]]:
    """The weights as they were typed, and what is wrong with which; what is not given is as usual."""
    values: dict[str, float] = dict(usual.model_dump())
    wrong = {}
    for part in PARTS:
        typed = given.get(part, "").strip()
        if not typed:
            continue
        if typed.isascii() and typed.isdecimal() and len(typed) <= 3 and int(typed) <= MOST:
            values[part] = int(typed)
        elif typed != plain(values[part]):
            wrong[part] = _("Please write a whole number from 0 to 100.")
    if not any(values.values()):
        wrong[PARTS[0]] = _("Please give at least one of them some weight.")
    return values, wrong


def plain(weight: float) -> str:
    """30, or 12.5."""
    return f"{weight:g}"


def mark_of(weights: Weights) -> str:
    """The weights in one word, so that who sets them is known to have seen those of today."""
    return "-".join(plain(value) for value in weights.model_dump().values())


@use_case("admin")
def set_weights(ctx: Context, given: Mapping[str, str], *, reason: str, seen: str) -> None:
    """From now on every search of this community ranks by these weights. `seen` is the mark of those that were shown as today's.

    Refuses: bad_weights (a field, or all are 0), no_reason, changed_meanwhile, same (they are so already).
    """
    before = _seen(ctx, seen)
    values, wrong = read_weights(given, before)
    if wrong:
        raise Refused("bad_weights", next(iter(wrong.values())), status=422)
    after = Weights(**values)
    if after == before:
        raise Refused("same", _("The weights are so already."))
    why = _why(reason)
    row = {"community_id": ctx.community_id, "section": WEIGHTS, "values": after.model_dump(), "set_by": ctx.actor.id, "set_at": ctx.now}
    CommunitySetting.delete().where(_mine(ctx)).execute()
    CommunitySetting.create(**row)
    _note(ctx, "set", before, after, why)


@use_case("admin")
def restore_weights(ctx: Context, *, reason: str, seen: str) -> None:
    """Back to the weights of config.yaml. Refuses: same (nothing was set), no_reason, changed_meanwhile."""
    before = _seen(ctx, seen)
    if own_row(ctx, WEIGHTS) is None:
        raise Refused("same", _("The weights are so already."))
    why = _why(reason)
    CommunitySetting.delete().where(_mine(ctx)).execute()
    _note(ctx, "restore", before, ctx.settings.matching.weights, why)


def _mine(ctx: Context) -> Any:
    return (CommunitySetting.community_id == ctx.community_id) & (CommunitySetting.section == WEIGHTS)


def _seen(ctx: Context, seen: str) -> Weights:
    """Today's weights, if they are those that were shown; until this transaction ends nobody else sets any."""
    hold(f"{WEIGHTS}:{ctx.community_id}")
    before = weights_of(ctx)
    if seen != mark_of(before):
        raise Refused("changed_meanwhile", _("Somebody was a moment quicker. Please look again."))
    return before


def _why(reason: str) -> str:
    if not reason.strip():
        raise Refused("no_reason", _("Please write why; everybody at the desk can read it later."), status=422)
    return reason.strip()[:200]


def _note(ctx: Context, verb: str, before: Weights, after: Weights, why: str) -> None:
    data = {"from": before.model_dump(), "to": after.model_dump()}
    record(ctx, THING, ctx.community_id, verb, mark_of(before), mark_of(after), reason=why, data=data)
