"""The fee after a visit: the agreed lines; shorter work is charged less by quarter hours, longer work only if agreed (F3)."""

from dataclasses import dataclass
from typing import Any

QUARTER_MIN = 15


@dataclass(frozen=True)
class FeeLineTerms:
    """One line of the fee as it is shown."""

    code: str
    words: str
    why: str
    amount_fen: int


def fee_lines(terms: dict[str, Any], minutes_done: int) -> list[FeeLineTerms]:
    """The lines of the agreement; the line of an hourly service is cut by the quarters that were not worked.

    Pieces and visits cost what was agreed. More minutes than agreed change nothing: what is added on site needs its own
    acceptance first. No minutes at all mean that check-in and check-out were made together, which says nothing of the work:
    the agreed amount stands, and the resident can contest it.
    """
    return [_line(line, int(terms["minutes"]), minutes_done) for line in terms["lines"]]


def _line(line: dict[str, Any], agreed: int, done: int) -> FeeLineTerms:
    amount = int(line["amount_fen"])
    if line["code"] == "service" and line.get("unit") == "hour" and 0 < done < agreed:
        charged = -(-done // QUARTER_MIN) * QUARTER_MIN
        amount = amount * min(charged, agreed) // agreed
    return FeeLineTerms(line["code"], line["words"], line.get("why", ""), amount)
