"""The dates of a recurring service: from its first visit on, by its rule, up to its end; and its public holidays (C8).

models/rules/recurrence.py reads the rule. Here it is joined with what both sides agreed: the first visit itself (which may lie
beside the rule: 每周二 begun on a Monday), and a last day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from models.rules.recurrence import SHANGHAI, occurrences, read_rule
from models.rules.workdays import is_public_holiday

AT_ONCE = 64  # so many dates are asked of the rule at a time
KEEP, SKIP, ASK = "keep", "skip", "ask"


@dataclass(frozen=True)
class Pattern:
    """A rule (RRULE body) with its first visit (aware) and, where one was said, the last day on which somebody comes."""

    rule: str
    first: datetime
    last_day: date | None = None

    def dates(self, after: datetime, until: datetime) -> list[datetime]:
        """The visits later than `after` and not later than `until`, in Shanghai's time."""
        found = []
        for moment in self._all(after):
            if moment > until or (self.last_day is not None and moment.date() > self.last_day):
                break
            found.append(moment)
        return found

    def ends(self, after: datetime) -> bool:
        """Whether no visit comes after this moment: the count is full, or the last day is over."""
        following = next(self._all(after), None)
        return following is None or (self.last_day is not None and following.date() > self.last_day)

    def _all(self, after: datetime) -> Iterator[datetime]:
        start = self.first.astimezone(SHANGHAI)
        if start > after:
            yield start
        rule, seen = self._counted(), max(after, start)
        while rule:
            some = occurrences(rule, start, limit=AT_ONCE, after=seen)
            yield from some
            if len(some) < AT_ONCE:
                return
            seen = some[-1]

    def _counted(self) -> str:
        """The rule; a first visit beside its days counts as one of its number. "" where that was all."""
        read, start = read_rule(self.rule), self.first.astimezone(SHANGHAI)
        if read.count is None or occurrences(self.rule, self.first, limit=1) == [start.replace(second=0, microsecond=0)]:
            return self.rule
        parts = [part for part in self.rule.split(";") if not part.strip().upper().startswith("COUNT")]
        left = read.count - 1
        return ";".join([*parts, f"COUNT={left}"]) if left else ""


def is_rule(body: str | None) -> bool:
    """Whether it repeats, by a rule that is understood."""
    try:
        return bool(body) and bool(read_rule(str(body)))
    except ValueError:
        return False


def at_holiday(moment: datetime, wish: str) -> str:
    """What becomes of a date: keep, or by `wish` (ask, skip, keep) where it falls on a public holiday."""
    return wish if is_public_holiday(moment.astimezone(SHANGHAI).date()) else KEEP


def day_of(moment: datetime) -> date:
    """The local day on which a visit begins."""
    return moment.astimezone(SHANGHAI).date()
