"""What is said to a person: words, and up to a few things they can tap or type (Q3).

A card knows nothing of WeChat. bot/replies.py turns it into a passive reply, a message with a menu, or plain words.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """One thing to tap. `id` says what it means (`offer:12:accept`); `words` are what the person would say."""

    id: str
    words: str


@dataclass(frozen=True)
class Attached:
    """Something that is not words: kind image or voice (media_id), news (title, words, url, picture), page (of the
    mini-program: title, path, media_id). Its words stay in the card's text, for those who can't see it."""

    kind: str
    values: dict[str, str]


@dataclass(frozen=True)
class Card:
    """Words and choices. The same card is a tappable card, and a text that ends in 回复 1、2、3."""

    text: str
    choices: tuple[Choice, ...] = field(default=())
    attached: Attached | None = None

    def plain(self) -> str:
        """The plain-text twin, for a screen reader or an old phone."""
        lines = [f"{n}. {choice.words}" for n, choice in enumerate(self.choices, 1)]
        return "\n".join([self.text, *lines])

    def then(self, other: "Card") -> "Card":
        """Both, one after the other; the choices of the later one stand."""
        return Card(f"{self.text}\n\n{other.text}", other.choices or self.choices)


def card(text: str, *choices: tuple[str, str]) -> Card:
    """A card written in one line: card(words, (id, words), ...)."""
    return Card(text, tuple(Choice(c, w) for c, w in choices))
