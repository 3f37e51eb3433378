"""The steps in the demo's drawer are words, not codes (Q4)."""

from bot.intents import INTENTS, common, resident, worker
from bot.said import intent_words
from handlers.verbs import thing_words, verb_words
from models.rules.lifecycles import ALL

DECLARING = (common, resident, worker)


def test_every_intent_is_told_in_words() -> None:
    """Q4: whatever was understood."""
    assert all(DECLARING)
    assert [intent for intent in INTENTS if intent_words(intent) == intent] == []


def test_every_step_of_a_life_is_told_in_words() -> None:
    """Q4: each thing and each change that a life cycle knows."""
    assert [cycle.name for cycle in ALL.values() if thing_words(cycle.name) == cycle.name] == []
    verbs = {(cycle.name, step.verb) for cycle in ALL.values() for step in cycle.steps}
    assert sorted(pair for pair in verbs if verb_words(*pair) == pair[1]) == []
