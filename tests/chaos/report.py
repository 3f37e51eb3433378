"""One row of the table: what was done, what it came to, and whether that is good enough."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`good` is None where the row could not be run here; `figures` then says why."""

    name: str
    title: str
    figures: str
    good: bool | None

    def line(self) -> str:
        """As it is printed."""
        mark = "skipped" if self.good is None else "ok" if self.good else "FAILS"
        return f"{self.name:<4} {mark:<8} {self.title}\n      {self.figures}"


def percent(part: float) -> str:
    """0.9991 as 99.91 %."""
    return f"{part * 100:.2f} %"
