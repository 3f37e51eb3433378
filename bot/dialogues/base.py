"""Dialogues as declared tables: a step asks one thing and takes the answer; this file runs them (C3).

A step's `take` returns what comes next: `Stay` (ask again, with a kind word), `Go` (another step), `End` (a last card),
or None (the answer was about something else: the router looks whether it is another wish, and the question is repeated
after that). Everybody can leave at every step with 算了, and reach a person with 转人工: the router sees to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.turn import Turn
from handlers.cards import Card


@dataclass(frozen=True)
class Stay:
    """The same question again, after these words."""

    words: str = ""


@dataclass(frozen=True)
class Go:
    """On to another step; `note` is said before its question."""

    step: str
    note: str = ""


@dataclass(frozen=True)
class End:
    """The dialogue is over; this is its last card."""

    card: Card


@dataclass(frozen=True)
class Aside:
    """A question of its own in between; the step stays open."""

    card: Card


Next = Stay | Go | End | Aside | None


@dataclass(frozen=True)
class Step:
    """One question. `reads` is the context that understanding is given, such as asked_time or confirm:booking."""

    ask: Callable[[Turn], Card]
    take: Callable[[Turn], Next]
    reads: str | None = None
    free_text: bool = False  # the answer is words to be kept as they are; no other intent is looked for, danger apart
    personal: bool = False  # the answer is a home or a code: it never leaves the house, and is not kept to learn from
    hears_all: bool = False  # sees also what sounds like something else, since it may say more about this
    again: Callable[[Turn], Card] | None = None  # the question in fewer words, when it has been asked just now


@dataclass(frozen=True)
class DialogueTable:
    """A dialogue: its steps by name. `leave` says what 算了 does."""

    name: str
    steps: Mapping[str, Step]
    leave: Callable[[Turn], Card]
    over: Callable[[Turn], bool] | None = None  # whether what it is about is settled by now, so that nothing is asked any more


DIALOGUES: dict[str, DialogueTable] = {}


def declare(table: DialogueTable) -> DialogueTable:
    """Adds a dialogue to those the router knows."""
    DIALOGUES[table.name] = table
    return table


@dataclass
class Begin:
    """How an action or an intent starts a dialogue: its name, first step and data."""

    dialogue: str
    step: str
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""


def begin(turn: Turn, start: Begin) -> Card:
    """Opens a dialogue at a step and asks its question; a booking that was open is kept for later."""
    if turn.talk.name != start.dialogue:
        turn.talk.park(turn.ctx.now)
    turn.talk.open(start.dialogue, start.step, start.data)
    return _with_note(start.note, ask(turn))


def ask(turn: Turn) -> Card:
    """The question of the step at which the talk stands."""
    return DIALOGUES[turn.talk.name].steps[turn.talk.step].ask(turn)


def drop_if_over(turn: Turn) -> None:
    """A question about what is settled by now (a visit that was called off meanwhile) is not asked any more."""
    table = DIALOGUES.get(turn.talk.name)
    if table is not None and table.over is not None and table.over(turn):
        turn.talk.close()


def ask_again(turn: Turn) -> Card:
    """The same question after something else was said, shorter where the step has a shorter form."""
    step = DIALOGUES[turn.talk.name].steps[turn.talk.step]
    return (step.again or step.ask)(turn)


def carry_on(turn: Turn) -> Card | None:
    """Gives the message to the open dialogue; None when it was about something else."""
    step = DIALOGUES[turn.talk.name].steps[turn.talk.step]
    turn.read(step.reads)
    here = turn.talk.data
    return settle(turn, step.take(turn), here)


def settle(turn: Turn, following: Next, here: dict[str, Any]) -> Card | None:
    """Does what a step decided. `here` is the data of the dialogue that decided: one that was opened meanwhile stays open."""
    if following is None:
        return None
    if isinstance(following, End):
        if turn.talk.data is here:
            turn.talk.close()
        return following.card
    if isinstance(following, Aside):
        return following.card
    if isinstance(following, Go):
        turn.talk.step = following.step
        return _with_note(following.note, ask(turn))
    return _with_note(following.words, ask_again(turn) if following.words else ask(turn))


def leave(turn: Turn) -> Card:
    """算了: what the dialogue says to it."""
    card = DIALOGUES[turn.talk.name].leave(turn)
    turn.talk.close()
    return card


def _with_note(note: str, card: Card) -> Card:
    return Card(f"{note}\n{card.text}", card.choices) if note else card
