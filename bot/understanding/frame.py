"""What a message was understood to say."""

from copy import deepcopy
from typing import Any


class Frame:
    """An intent, what the text states (slots), and what must still be asked before acting.

    `unsure`: words were left that nothing here reads, and something that reads better may be asked; never set for danger.
    """

    __slots__ = ("intent", "must_ask", "slots", "unsure")

    def __init__(self, intent: str, slots: dict[str, Any] | None = None, must_ask: tuple[str, ...] = (), unsure: bool = False) -> None:
        self.intent, self.slots, self.must_ask, self.unsure = intent, slots if slots is not None else {}, must_ask, unsure

    def copy(self) -> "Frame":
        """One of its own for somebody who may change it."""
        return Frame(self.intent, deepcopy(self.slots) if self.slots else {}, self.must_ask, self.unsure)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and (self.intent, self.slots, self.must_ask) == (other.intent, other.slots, other.must_ask)

    def __hash__(self) -> int:
        return hash((self.intent, self.must_ask))

    def __repr__(self) -> str:
        return f"Frame({self.intent!r}, {self.slots!r}, {self.must_ask!r}, unsure={self.unsure})"
