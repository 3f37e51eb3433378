"""The form of a notice: written once, in words, delivered by whatever way is allowed at that moment (Q1)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.cards import Card


@dataclass(frozen=True)
class Telling:
    """What a notice is rendered from: its values (as written with the change), the person, and the moment of sending."""

    values: dict[str, Any]
    called: str
    now: datetime

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def when(self, name: str) -> datetime:
        """A value that is a moment (kept as ISO 8601)."""
        return datetime.fromisoformat(self.values[name])


Words = Callable[[Telling], Card]
Fields = Callable[[Telling], dict[str, str]]
Check = Callable[[int, datetime], str | None]


@dataclass(frozen=True)
class Template:
    """What carries a notice when no window is open: our name of a template in the settings, and its fields (notices/fields.py)."""

    name: str
    fields: Fields


@dataclass(frozen=True)
class Notice:
    """One notice, declared once.

    `words` gives the card. `template` carries it where only templates are allowed, `subscribe` where the person has allowed a
    subscribe message (neither: it goes to the call list instead). `urgency`: low and normal wait for the morning and go together;
    high goes at night too if it can't wait or the person is awake; emergency goes at once, by every way. `harmless_twice`:
    may be repeated, once, when we can't know whether it arrived.
    `stale` looks at the world again when sending: it gets the subject's id and now, and returns why the notice is no longer
    true, or None. `opt_out`: a person who turned reminders off does not get it. `sample`: longest legal values, for tests.
    """

    code: str
    words: Words
    template: Template | None = None
    subscribe: Template | None = None
    urgency: str = "normal"
    harmless_twice: bool = True
    stale: Check | None = None
    opt_out: bool = False
    sample: dict[str, Any] = field(default_factory=dict)
