"""Settings that a community may change at the desk: kept with it, over config.yaml, and checked by the same types (D2)."""

from typing import TypeVar

from handlers.context import Context
from handlers.sections import Weights
from handlers.setting_kinds import Section
from models.people import CommunitySetting

WEIGHTS = "matching.weights"
S = TypeVar("S", bound=Section)


def own_row(ctx: Context, section: str) -> CommunitySetting | None:
    """What this community has set for itself, if it has."""
    found: CommunitySetting | None = CommunitySetting.get_or_none(
        CommunitySetting.community_id == ctx.community_id, CommunitySetting.section == section
    )
    return found


def own_or(ctx: Context, section: str, usual: S) -> S:
    """The community's own section, or the one of config.yaml. A key that is new since then has config.yaml's value, one that is
    gone counts no more."""
    row = own_row(ctx, section)
    if row is None:
        return usual
    known = usual.model_dump()
    return type(usual)(**{**known, **{k: v for k, v in row.values.items() if k in known}})


def weights_of(ctx: Context) -> Weights:
    """The weights of the ranking in this community."""
    return own_or(ctx, WEIGHTS, ctx.settings.matching.weights)
