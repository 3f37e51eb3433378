"""What a message was understood to say."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Frame:
    """An intent, what the text states (slots), and what must still be asked before acting."""

    intent: str
    slots: dict[str, Any] = field(default_factory=dict)
    must_ask: tuple[str, ...] = ()
    unsure: bool = field(default=False, compare=False)
    """Words were left that nothing here reads: something that reads better may be asked. Never set for danger."""
