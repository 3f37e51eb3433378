"""What cancelling costs: nothing long enough before, a part of the price shortly before (C7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class CancelRule:
    """fee_fen to pay now; free_until the moment until which it costs nothing."""

    fee_fen: int
    free_until: datetime


def cancel_rule(total_fen: int, starts_at: datetime, now: datetime, free_before_hours: int, percent: int) -> CancelRule:
    """The fee at `now` for a visit that begins at `starts_at`; rounded down to whole fen, in the resident's favour."""
    free_until = starts_at - timedelta(hours=free_before_hours)
    fee = 0 if now <= free_until else total_fen * percent // 100
    return CancelRule(fee, free_until)
