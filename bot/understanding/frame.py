"""What a message was understood to say."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Frame:
    """An intent, what the text states (slots), and what must still be asked before acting."""

    intent: str
    slots: dict[str, object] = field(default_factory=dict)
    must_ask: tuple[str, ...] = ()
