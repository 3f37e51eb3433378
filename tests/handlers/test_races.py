"""Two or ten workers accept the same job at the same moment, round after round; a thousand rounds: `python -m tests.bench_races` (D4)."""

import pytest

from asking import Desk
from tests.bench_races import Race

pytestmark = [pytest.mark.slow, pytest.mark.both]


@pytest.mark.parametrize("workers, rounds", [(2, 60), (10, 12)])
def test_one_has_it_and_the_others_read_one_word(desk: Desk, workers: int, rounds: int) -> None:
    """D4: exactly one winner each round; each loser reads one polite word, nothing twice, and no error."""
    tally = Race(desk.settings, workers).run(rounds)
    assert tally.good and tally.rounds == rounds, tally
