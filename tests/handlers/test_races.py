"""Two or ten workers accept the same job at the same moment, round after round; a thousand rounds: `python -m tests.bench_races` (D4)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from asking import TOMORROW, Desk
from handlers.offers import make_offers
from models.connection import release
from models.requests import Offer, Request
from tests.bench_races import Race

pytestmark = [pytest.mark.slow, pytest.mark.both]


@pytest.mark.parametrize("workers, rounds", [(2, 60), (10, 12)])
def test_one_has_it_and_the_others_read_one_word(desk: Desk, workers: int, rounds: int) -> None:
    """D4: exactly one winner each round; each loser reads one polite word, nothing twice, and no error."""
    tally = Race(desk.settings, workers).run(rounds)
    assert tally.good and tally.rounds == rounds, tally


def test_two_places_and_four_who_want_one(desk: Desk) -> None:
    """D3, D4: of four at the same moment two have a place each, two read one word, and the resident is asked once for both."""
    race = Race(desk.settings, 4)
    for number in range(6):
        request = desk.request(people=2, starts_at=TOMORROW + timedelta(days=number + 1))
        offers = {o.worker_id: o.id for o in make_offers(race.chen, request.id, worker_ids=race.workers)}
        barrier, told = threading.Barrier(4), len(desk.told("刘大爷", "agreement_ready"))
        release()
        with ThreadPoolExecutor(4) as pool:
            taps = [pool.submit(race.accept, worker, offer, barrier) for worker, offer in offers.items()]
            assert sorted(tap.result() for tap in taps) == ["gone", "gone", "won", "won"]
        places = list(Request.select().where(Request.team_id == request.id))
        assert [p.state for p in places] == ["negotiating"] * 2 and len(desk.told("刘大爷", "agreement_ready")) == told + 1
        assert Offer.select().where(Offer.request_id.in_([p.id for p in places]), Offer.state == "accepted").count() == 2
