"""The fee after a visit: the agreed lines; shorter work is charged less by quarter hours, longer work only if agreed (F3)."""

from dataclasses import dataclass
from typing import Any

QUARTER_MIN = 15


@dataclass(frozen=True)
class FeeLineTerms:
    """One line of the fee as it is shown; `minutes` for which it is charged where that is less than was agreed, else 0."""

    code: str
    words: str
    why: str
    amount_fen: int
    minutes: int = 0


def fee_lines(terms: dict[str, Any], minutes_done: int) -> list[FeeLineTerms]:
    """The lines of the agreement; the line of an hourly service is cut by the quarters that were not worked.

    Pieces and visits cost what was agreed. More minutes than agreed change nothing: what is added on site needs its own
    acceptance first. No minutes at all mean that check-in and check-out were made together, which says nothing of the work:
    the agreed amount stands, and the resident can contest it.
    """
    return [_line(line, int(terms["minutes"]), minutes_done) for line in terms["lines"]]


def _line(line: dict[str, Any], agreed: int, done: int) -> FeeLineTerms:
    amount, charged = int(line["amount_fen"]), 0
    if line["code"] == "service" and line.get("unit") == "hour" and 0 < done < agreed:
        charged = min(-(-done // QUARTER_MIN) * QUARTER_MIN, agreed)
        amount = amount * charged // agreed
    return FeeLineTerms(line["code"], line["words"], line.get("why", ""), amount, charged if charged < agreed else 0)
