"""The page on which staff try weights on last month's requests before anybody sets them (D2, D6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from handlers.context import DESK, Context, use_case
from handlers.last_month import LastMonth, habits_of, load_month, rules_of
from handlers.lifecycle import list_events
from handlers.own_settings import WEIGHTS, own_row, weights_of
from handlers.sections import Weights
from handlers.trial_words import charts, compared, judged, part_does, part_name, real_words, variation_words
from handlers.weights import PARTS, THING, mark_of, plain, read_weights
from handlers.words import N_, _, say_date
from models.clocks import Event
from models.rules.trying.figures import Figures, Several, Tale
from models.rules.trying.replay import replay
from models.rules.trying.variations import VARIATIONS, whole, without

URL = "/console/weights"
MOST_LOOKS = 30_000  # workers looked at in all replays with the same weights
SHOWN = 6  # so many changes of the past are listed


@dataclass(frozen=True)
class Trial:
    """What the page stands on: today's weights, whether they are the community's own, who changed them, and the last month."""

    today: Weights
    own: bool
    changes: list[Event]
    month: LastMonth


@use_case(*DESK)
def read_trial(ctx: Context) -> Trial:
    """All that is asked of the database; the replays come after it, so that nobody waits for them to write."""
    changes = list_events(ctx, THING, ctx.community_id)[-SHOWN:]
    return Trial(weights_of(ctx), own_row(ctx, WEIGHTS) is not None, changes, load_month(ctx))


def weights_page(ctx: Context, given: Mapping[str, str]) -> dict[str, Any]:
    """Everything of the page. `given`: the weights that were typed, by their names; what is wrong is said beside the field."""
    trial = read_trial(ctx)
    today, month = trial.today, trial.month
    values, wrong = read_weights(given, today)
    tried = not wrong and values != today.model_dump()
    return {
        "rows": [_row(part, today, values, given, wrong) for part in PARTS],
        "presets": _presets(today),
        "changed": tried,
        "fields": {part: plain(values[part]) for part in PARTS},
        "seen": mark_of(today),
        "steps": _steps(today, values) if tried else [],
        "own": trial.own,
        "back_steps": _steps(today, ctx.settings.matching.weights.model_dump()),
        "may_set": "admin" in ctx.actor.roles,
        "query": urlencode({part: plain(values[part]) for part in PARTS}),
        "history": [_change(event) for event in reversed(trial.changes)],
        **(_result(ctx, month, today, values if tried else None) if _is_enough(ctx, month) else _too_few(ctx, month)),
    }


def _row(
    part: str, today: Weights, values: Mapping[str, float], given: Mapping[str, str], wrong: Mapping[str, str]
) -> dict[str, Any]:
    now, total = getattr(today, part), sum(values.values()) or 1
    return {
        "name": part,
        "label": part_name(part),
        "does": part_does(part),
        "today": plain(now),
        "value": given.get(part, "").strip()[:8] if part in wrong else plain(values[part]),
        "share": round(100 * values[part] / total),
        "moved": values[part] != now,
        "error": wrong.get(part, ""),
    }


def _presets(today: Weights) -> list[dict[str, str]]:
    """Weights worth a look, each one tap away."""
    now = today.model_dump()
    found = {code: whole(weights, PARTS) for code, weights in VARIATIONS.items()}
    found["not_fair"] = without(now, "fair_share", "newcomer")
    return [
        {"words": variation_words(code), "url": f"{URL}?{urlencode({p: plain(w) for p, w in weights.items()})}"}
        for code, weights in found.items()
        if any(weights.values())
    ]


def _steps(before: Weights, after: Mapping[str, float]) -> list[str]:
    """What changes: 评分 30 → 40."""
    return [
        f"{part_name(part)} {plain(getattr(before, part))} → {plain(after[part])}"
        for part in PARTS
        if getattr(before, part) != after[part]
    ]


def _change(event: Event) -> dict[str, Any]:
    before, after = event.data.get("from", {}), event.data.get("to", {})
    moved = [p for p in PARTS if before.get(p) != after.get(p)]
    return {
        "who": event.actor_called,
        "at": event.at,
        "what": _("set the original ones back") if event.verb == "restore" else _("set new ones"),
        "steps": "，".join(f"{part_name(p)} {plain(before.get(p, 0))} → {plain(after.get(p, 0))}" for p in moved),
        "reason": event.reason or "",
    }


def _is_enough(ctx: Context, month: LastMonth) -> bool:
    return len(month.asks) >= ctx.settings.trying.least_requests


def _too_few(ctx: Context, month: LastMonth) -> dict[str, Any]:
    """How many there are, how many it takes, and when that will be if it goes on like this."""
    n, least, days = len(month.asks), ctx.settings.trying.least_requests, ctx.settings.trying.days
    words = N_("There are %(n)s requests of the last %(days)s days; with %(least)s there is something to be seen.")
    lines = [_(words, n=n, days=days, least=least)]
    if month.since is not None:
        lived = max(1.0, (ctx.now - month.since) / timedelta(days=1))
        left = (least - n) / (n / lived)
        if left + lived <= days:
            when = say_date(ctx.now + timedelta(days=round(left + 0.5)), ctx.now)
            lines.append(_("If it goes on like this, from about %(day)s.", day=when))
    return {"enough": False, "too_few": lines}


def _result(ctx: Context, month: LastMonth, today: Weights, values: Mapping[str, float] | None) -> dict[str, Any]:
    now = _several(ctx, month, today.model_dump())
    then = now if values is None else _several(ctx, month, values)
    better, worse = judged(now, then)
    assert month.since is not None
    since, many = say_date(month.since, ctx.now), len(month.asks)
    return {
        "enough": True,
        "basis": _("%(n)s requests since %(day)s, %(workers)s workers", n=many, day=since, workers=len(month.workers)),
        "real": real_words(Several((_figures(month, month.real),)), now),
        "stats": compared(now, then),
        "better": better,
        "worse": worse,
        "charts": charts(now, then, month.called),
    }


def _several(ctx: Context, month: LastMonth, weights: Mapping[str, float]) -> Several:
    """The month gone through several times, each with other dice; fewer times where there is much to go through."""
    habits, looks = habits_of(ctx), sum(len(able) for able in month.town.able.values())
    throws = max(1, min(ctx.settings.trying.throws, MOST_LOOKS // max(1, looks)))
    seeds = range(habits.seed, habits.seed + throws)
    runs = (replay(month.town, weights, rules_of(ctx), replace(habits, seed=seed), month.known) for seed in seeds)
    return Several(tuple(_figures(month, tales) for tales in runs))


def _figures(month: LastMonth, tales: list[Tale]) -> Figures:
    return Figures(tuple(tales), month.workers, month.newcomers)
