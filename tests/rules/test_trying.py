"""Replaying requests: the same for the same seed, by the ranking that decides every day, and monotone where it must be (D2, D4, D6)."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.data import load
from models.rules.pricing import terms_of
from models.rules.ranking import Job
from models.rules.trying.chance import dice
from models.rules.trying.figures import Figures, Tale, Told, spread_over
from models.rules.trying.habits import Answer, Habits, Known, yes_percent
from models.rules.trying.replay import OfferRules, Town, replay
from models.rules.trying.town import Ask, Hand, Standing, facts, fixed_facts
from models.rules.trying.variations import VARIATIONS, whole, without

HERE = timezone(timedelta(hours=8))
MONDAY = datetime(2026, 11, 16, tzinfo=HERE)
TERMS = terms_of(next(entry for entry in load("service_types") if entry["code"] == "cleaning"))
DAYS = dict.fromkeys(range(7), ((480, 1200),))
TODAY = {"rating": 30, "same_household": 20, "distance": 15, "price": 10, "response": 10, "fair_share": 10, "newcomer": 5}
WILLING = Habits(yes_percent=100, less_per_km_percent=0, less_per_hour_percent=0, less_if_small_percent=0, leaves_to_us_percent=100)


def hand(number: int, **more: object) -> Hand:
    """A cleaner who always answers, a hundred metres further out with each number."""
    usual = {"lat": 39.9 + number / 1000, "lng": 116.4, "stars_sum": 480, "stars_count": 100}
    usual |= {"offers_seen": 10_000, "offers_answered": 10_000}
    return Hand(number, {"cleaning": 4000}, (), DAYS, **{**usual, **more})  # type: ignore[arg-type]


def ask(number: int, day: int = 1, hour: int = 9, **more: object) -> Ask:
    """Two hours of cleaning on a day at an hour, asked for the day before."""
    starts_at = MONDAY + timedelta(days=day, hours=hour)
    usual = {"asked_at": starts_at - timedelta(days=1) + timedelta(minutes=number % 60), "starts_at": starts_at, "minutes": 120}
    place = {"lat": 39.9 + dice(40, number, 1) / 1000, "lng": 116.4, "household": number, "job": Job("cleaning", frozenset())}
    return Ask(id=number, terms=TERMS, **{**usual, **place, **more})  # type: ignore[arg-type]


def figures(town: Town, tales: list[Tale]) -> Figures:
    return Figures(tuple(tales), tuple(h.worker_id for h in town.hands), frozenset())


def busy_week(hands: int = 6, asks: int = 60) -> Town:
    """So many workers of different stars, and requests spread over two weeks' hours."""
    workers = [hand(n * 5, stars_sum=430 + dice(60, n, 2), stars_count=100) for n in range(1, hands + 1)]
    return Town([ask(n, day=1 + n % 12, hour=8 + 2 * dice(5, n, 3)) for n in range(asks)], workers)


def test_the_same_seed_tells_the_same_tales() -> None:
    """D2: also when requests and workers come in another order; another seed tells others."""
    town = busy_week()
    tales = replay(town, TODAY, OfferRules(), Habits())
    turned = Town(reversed(town.asks), reversed(town.hands))
    assert replay(turned, TODAY, OfferRules(), Habits()) == tales == replay(town, TODAY, OfferRules(), Habits())
    assert replay(town, TODAY, OfferRules(), Habits(seed=2)) != tales


def test_more_weight_on_the_way_never_makes_ways_longer() -> None:
    """D2: all are free and willing, only stars speak against the way: each step of its weight shortens the mean way or leaves it."""
    apart = [ask(n, day=n, hour=9) for n in range(40)]
    town = Town(apart, [hand(n * 4, stars_sum=500 - 15 * n, stars_count=100) for n in range(9)])
    ways = []
    for weight in (0, 5, 15, 40, 100, 1000):
        tales = replay(town, {"rating": 30, "distance": weight}, OfferRules(recommend=9), WILLING)
        ways.append(figures(town, tales).mean_km)
    assert all(after <= before + 1e-9 for before, after in pairwise(ways)), ways
    assert ways[-1] < ways[0] / 3


def test_fair_share_spreads_work_more_evenly_than_stars_alone() -> None:
    """D2, D6: among equals asked in turn, fair share gives everybody the same; stars alone give all to one."""
    town = Town([ask(n, day=n) for n in range(40)], [hand(1, lat=39.9), hand(2, lat=39.9), hand(3, lat=39.9, stars_sum=481)])
    stars = figures(town, replay(town, {"rating": 1}, OfferRules(), WILLING))
    fair = figures(town, replay(town, {"fair_share": 1}, OfferRules(), WILLING))
    assert stars.jobs[3] == 40 and fair.gini_jobs < 0.1 < stars.gini_jobs
    assert max(fair.jobs.values()) - min(fair.jobs.values()) <= 2


def test_willing_and_free_means_matched_and_nobody_means_nobody() -> None:
    """D4: all say yes: all are matched at the first offer; all decline: each is asked once, and none is matched."""
    town = Town([ask(n, day=n) for n in range(10)], [hand(1), hand(2), hand(3)])
    yes = figures(town, replay(town, TODAY, OfferRules(), WILLING))
    assert yes.matched_percent == 100 == yes.accepted_percent and sum(yes.offers.values()) == 10
    no = replay(town, TODAY, OfferRules(), replace(WILLING, yes_percent=0))
    assert all(t.worker_id is None and sorted(told.worker_id for told in t.told) == [1, 2, 3] for t in no)


def test_what_really_happened_is_kept() -> None:
    """D6: a known no stays a no, a known yes a yes after its minutes, whatever the habits say."""
    town = Town([ask(1)], [hand(1), hand(2)])
    known = Known({(1, 1): Answer("no", 4), (1, 2): Answer("yes", 3)}, {(1, 2): 300})
    for habits in (WILLING, replace(WILLING, yes_percent=0)):
        (tale,) = replay(town, {"distance": 1}, OfferRules(), habits, known)
        assert tale.worker_id == 2 and tale.stars == 300 and tale.minutes in (3, 7)


def test_asking_several_at_once_is_quicker_and_asks_more() -> None:
    """D4: the first yes counts, the others hear that it is off."""
    town = busy_week(asks=40)
    habits = replace(WILLING, yes_percent=60)
    one = figures(town, replay(town, TODAY, OfferRules(), habits))
    three = figures(town, replay(town, TODAY, OfferRules(at_once=3), habits))
    assert fmean(three.minutes) < fmean(one.minutes) and sum(three.offers.values()) > sum(one.offers.values())


def test_a_wish_and_a_budget_count() -> None:
    """D2, D3: whom the resident wished for is asked first; who is dearer than the budget allows is not shown while others are."""
    town = Town([ask(1, lat=39.9, wanted=frozenset({3})), ask(2, day=2, lat=39.9)], [hand(1), hand(2), hand(3)])
    wished, free = replay(town, {"distance": 1}, OfferRules(), WILLING)
    assert wished.told[0].worker_id == 3 != free.told[0].worker_id
    dear = hand(1, lat=39.9)
    cheap = replace(hand(30), skills={"cleaning": 3500})
    asked = ask(3, lat=39.9, job=Job("cleaning", frozenset(), budget_max_fen=6000))
    (tale,) = replay(Town([asked], [dear, cheap]), {"distance": 1}, OfferRules(), replace(WILLING, leaves_to_us_percent=0))
    assert tale.worker_id == 30


ANY_WEIGHTS = st.fixed_dictionaries(dict.fromkeys(TODAY, st.integers(0, 5)))
WISHES = st.lists(st.tuples(st.integers(0, 3), st.integers(8, 16), st.integers(0, 5)), min_size=1, max_size=25)


@settings(max_examples=40, deadline=None)
@given(wishes=WISHES, weights=ANY_WEIGHTS, at_once=st.integers(1, 3), seed=st.integers(0, 99))
def test_nobody_is_in_two_places_and_everything_adds_up(
    wishes: list[tuple[int, int, int]], weights: dict[str, int], at_once: int, seed: int
) -> None:
    """D1, D4: whatever is asked for under whatever weights: nobody booked or asked twice, nobody beyond the caps, one yes at most."""
    asks = [ask(n, day=day, hour=hour, household=home) for n, (day, hour, home) in enumerate(wishes)]
    town = Town(asks, [hand(n) for n in (1, 2, 3)])
    tales = replay(town, weights, OfferRules(at_once=at_once), Habits(seed=seed))
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    for one, tale in zip(town.asks, tales, strict=True):
        said = [t.worker_id for t in tale.told]
        assert tale.ask_id == one.id and len(said) == len(set(said))
        assert sum(t.says == "yes" for t in tale.told) == (tale.worker_id is not None)
        if tale.worker_id is not None:
            taken.setdefault(tale.worker_id, []).append((one.starts_at, one.ends_at))
    for stretches in taken.values():
        stretches.sort()
        assert all(end + timedelta(minutes=30) <= start for (_a, end), (start, _b) in pairwise(stretches))
        days = [s.date() for s, _e in stretches]
        assert max(days.count(d) for d in days) * 120 <= 540
    found = figures(town, tales)
    assert sum(found.jobs.values()) == len(found.done) == sum(t.price_fen > 0 for t in tales)
    assert sum(found.income.values()) == sum(t.price_fen for t in tales) and 0 <= found.gini_jobs < 1


def test_a_worker_counts_what_is_over() -> None:
    """D2: household and stars count once the visit is over; the job counts from its beginning."""
    one, first, later = Standing(hand(1)), ask(1, day=1), ask(2, day=3, household=1)
    one.book(first, 5, 30)
    assert facts(later, one, fixed_facts(later, one.hand), []).same_household == 0
    one.settle(later.asked_at)
    seen = facts(later, one, fixed_facts(later, one.hand), [])
    assert (seen.same_household, seen.jobs_30d, seen.stars_count, seen.stars_sum) == (1, 1, 101, 485)


@pytest.mark.parametrize(
    ("more", "less"),
    [({"km": 0.5}, {"km": 4.0}), ({"minutes_day": 0}, {"minutes_day": 360}), ({"price_fen": 9000}, {"price_fen": 5000})],
)
def test_habits_go_one_way(more: dict[str, float], less: dict[str, float]) -> None:
    """D4: a longer way, a fuller day, a smaller job: fewer say yes."""
    one = ask(1)
    usual = facts(one, Standing(hand(1)), fixed_facts(one, hand(1)), [])
    assert yes_percent(Habits(), replace(usual, **more)) > yes_percent(Habits(), replace(usual, **less))  # type: ignore[arg-type]


def test_figures_of_tales() -> None:
    """D6: shares, medians, unevenness; what nobody took and what is not known count as they should."""
    tales = (
        Tale(1, (Told(1, "no", 3), Told(2, "yes", 9)), 2, 9, 1.0, 8000, 500),
        Tale(2, (Told(2, "yes", 2), Told(1, "off", 2)), 2, 2, 3.0, 4000, None),
        Tale(3, (Told(1, "silent", 10),)),
        Tale(4, (), 3, None, 2.0, 6000, 400),
    )
    found = Figures(tales, (1, 2, 3), frozenset({1, 3}))
    assert found.matched_percent == 75 and found.minutes == [2, 9] and found.accepted_percent == 50
    assert found.jobs == {1: 0, 2: 2, 3: 1} and found.income == {1: 0, 2: 12000, 3: 6000} and found.offers == {1: 3, 2: 2, 3: 0}
    assert found.mean_km == 2 and found.mean_stars == 4.5 and found.newcomers_with_work == found.newcomer_jobs == 1
    empty = Figures((), (), frozenset())
    assert (empty.matched_percent, empty.within(50), empty.gini_jobs, empty.mean_km, empty.mean_stars) == (0, 0, 0, 0, 0)
    assert spread_over([1, 5, 6, 99], (5, 10)) == [2, 1, 1]


def test_variations_name_parts_of_the_ranking() -> None:
    """D2: each set to try is made of parts that the ranking knows."""
    assert all(set(weights) <= set(TODAY) and any(weights.values()) for weights in VARIATIONS.values())
    assert whole({"price": 3}, ("price", "rating")) == {"price": 3, "rating": 0}
    assert without(TODAY, "rating")["rating"] == 0 and without(TODAY, "rating")["price"] == TODAY["price"]
