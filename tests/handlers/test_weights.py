"""Weights: tried on last month's requests, set for a reason, set back; and how work is spread (D2, D4, D6)."""

from datetime import timedelta
from typing import Any

import pytest

from asking import Desk
from handlers.candidates import find_ranked
from handlers.clock import ManualClock
from handlers.context import Context, Refused, system_actor
from handlers.desk_weights import weights_page
from handlers.facts import facts_of
from handlers.last_month import habits_of, load_month, rules_of
from handlers.own_settings import weights_of
from handlers.sections import Weights
from handlers.settings import Settings
from handlers.spread import spread_of, spread_page
from handlers.weights import mark_of, restore_weights, set_weights
from models.clocks import Event
from models.people import Community, CommunitySetting
from models.requests import Offer, Request
from models.rules.fairness import gini
from models.rules.trying.replay import replay
from models.rules.trying.town import fixed_facts
from models.visits import Visit
from models.workers import Worker

ONLY_WAY = {"rating": "0", "same_household": "0", "distance": "100", "price": "0", "response": "0", "fair_share": "0", "newcomer": "0"}


def seen(desk: Desk) -> str:
    return mark_of(weights_of(desk.ctx()))


def set_only_way(desk: Desk, reason: str = "路上太久") -> None:
    set_weights(desk.ctx("管理员"), ONLY_WAY, reason=reason, seen=seen(desk))


def test_what_is_set_decides_from_then_on_and_can_be_set_back(desk: Desk) -> None:
    """D2, D6: the next search ranks by them, the reasons name only them; who, why, from what to what is kept; back again is as before."""
    request = desk.request()
    before = [r.worker_id for r in find_ranked(desk.ctx(), request)[0]]
    set_only_way(desk)
    ranked, found, _job = find_ranked(desk.ctx(), request)
    assert [r.worker_id for r in ranked] == sorted(before, key=lambda w: (found[w].km, w)) != before
    assert {p.code for p in ranked[0].parts} == {"distance"}
    event = Event.get(Event.subject_kind == "weights")
    assert (event.actor_called, event.reason, event.data["from"]["rating"], event.data["to"]["rating"]) == ("管理员", "路上太久", 30, 0)
    restore_weights(desk.ctx("管理员"), reason="好评的师傅轮不上", seen=seen(desk))
    assert [r.worker_id for r in find_ranked(desk.ctx(), request)[0]] == before and not CommunitySetting.select().exists()
    assert weights_page(desk.ctx("陈姐"), {})["history"][0]["reason"] == "好评的师傅轮不上"


def test_only_this_community_is_changed(desk: Desk) -> None:
    """D2: another community goes on with config.yaml's."""
    set_only_way(desk)
    other = Community.create(community_id=99, slug="other", name="别处")
    assert weights_of(desk.ctx().in_community(other.id)) == Weights()
    assert weights_of(desk.ctx()).rating == 0


@pytest.mark.parametrize(
    ("given", "reason", "code"),
    [
        ({"rating": "101"}, "试", "bad_weights"),
        ({"rating": "-1"}, "试", "bad_weights"),
        ({"rating": "三"}, "试", "bad_weights"),
        ({**ONLY_WAY, "distance": "0"}, "试", "bad_weights"),
        ({"rating": "40"}, "  ", "no_reason"),
        ({"rating": "30"}, "试", "same"),
        ({}, "试", "same"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, str], reason: str, code: str, desk: Desk) -> None:
    """D2: each weight a whole number up to 100, one at least above 0, a reason, and a change; nothing is left behind."""
    with pytest.raises(Refused) as refused:
        set_weights(desk.ctx("管理员"), given, reason=reason, seen=seen(desk))
    assert refused.value.code == code and not CommunitySetting.select().exists()


def test_only_an_administrator_and_only_with_open_eyes(desk: Desk) -> None:
    """A5, D2: a coordinator may try and not set; who saw other weights than today's hears that somebody was quicker."""
    old = seen(desk)
    with pytest.raises(Refused, match="forbidden"):
        set_weights(desk.ctx("陈姐"), ONLY_WAY, reason="试", seen=old)
    with pytest.raises(Refused, match="forbidden"):
        weights_page(desk.ctx("小林"), {})
    set_only_way(desk)
    with pytest.raises(Refused, match="changed_meanwhile"):
        set_weights(desk.ctx("管理员"), {"rating": "9"}, reason="试", seen=old)
    restore_weights(desk.ctx("管理员"), reason="试", seen=seen(desk))
    with pytest.raises(Refused, match="same"):
        restore_weights(desk.ctx("管理员"), reason="试", seen=seen(desk))


def test_a_kept_section_survives_new_and_old_keys(desk: Desk) -> None:
    """D2: a weight that came with a later version has config.yaml's value; one that is gone counts no more."""
    CommunitySetting.create(
        community_id=desk.uncle.community_id, section="matching.weights", values={"rating": 7, "gone": 5}, set_at=desk.clock.now()
    )
    assert weights_of(desk.ctx()) == Weights(rating=7)


def test_the_replay_knows_what_the_search_knows(desk: Desk) -> None:
    """D1, D2: papers, hours, area, way and price of each worker are the same in a replay as in the search itself."""
    request = desk.request()
    month = load_month(desk.ctx())
    (ask,) = [a for a in month.town.asks if a.id == request.id]
    skilled = {hand.worker_id: hand for hand in month.town.skilled[request.service]}
    facts, _job = facts_of(desk.ctx(), request, list(skilled))
    assert set(skilled) == set(facts) and len(facts) >= 4
    for worker_id, c in facts.items():
        hand, fixed = skilled[worker_id], fixed_facts(ask, skilled[worker_id])
        assert (fixed.documents, fixed.works, fixed.area, fixed.km, fixed.price_fen) == (
            c.documents, c.works_then, c.serves_area, c.km, c.price_fen,
        )  # fmt: skip
        assert (hand.sex, hand.languages) == (c.sex, frozenset(Worker.get_by_id(worker_id).languages))


def test_the_page_compares_today_with_what_is_tried(desk: Desk) -> None:
    """D2, D6: last month's real requests; only stars: better stars and less evenly spread; nothing is changed by trying."""
    page = weights_page(desk.ctx("陈姐"), {**ONLY_WAY, "distance": "0", "rating": "100"})
    assert page["enough"] and page["changed"] and not page["may_set"] and len(page["charts"]["jobs"]) == 10
    assert any("评分高了" in words for words in page["better"]) and any("不如现在匀" in words for words in page["worse"])
    asked, now = sum(row["a"] for row in page["charts"]["soon"]), desk.clock.now()
    lately = (Request.submitted_at > now - timedelta(days=30)) & (Request.submitted_at <= now)
    held = Request.select().where(lately & Request.state.in_(("closed", "expired", "scheduled", "matching"))).count()
    tried = sum(row["b"] for row in page["charts"]["soon"])  # bars are rounded means
    assert abs(asked - held) <= 3 >= abs(tried - held) and held > 80
    same = weights_page(desk.ctx("陈姐"), {"rating": "30"})
    assert not same["changed"] and not same["better"] and not same["worse"] and not CommunitySetting.select().exists()


def test_a_replay_with_todays_weights_comes_near_the_truth(settings: Settings, clock: ManualClock, community: Any) -> None:
    """D6: known answers are kept, so that today's line differs from what really happened by little."""
    ctx = Context(system_actor(Community.get().id), clock.now(), settings)
    month = load_month(ctx)
    replayed = replay(month.town, weights_of(ctx).model_dump(), rules_of(ctx), habits_of(ctx), month.known)
    real, again = (sum(t.worker_id is not None for t in tales) for tales in (month.real, replayed))
    assert abs(real - again) <= 3 and len(month.real) > 80
    alike = sum(a.worker_id == b.worker_id for a, b in zip(month.real, replayed, strict=True))
    assert alike > 0.7 * len(replayed)


def test_too_few_requests_say_from_when_on(desk: Desk) -> None:
    """D2: a young community is told how many it takes and when that will be, and no figures."""
    Request.delete().where(Request.id > 10, Request.state.in_(("closed", "expired"))).execute()
    page = weights_page(desk.ctx("陈姐"), {})
    assert not page["enough"] and "满 30 个" in page["too_few"][0] and "charts" not in page
    Request.delete().execute()
    assert len(weights_page(desk.ctx("陈姐"), {})["too_few"]) == 1


def test_how_work_is_spread(desk: Desk) -> None:
    """D6: offers, jobs and income of each worker in the last 30 days, and their Gini, add up to what is in the tables."""
    rows, since = spread_of(desk.ctx("小林")), desk.clock.now().replace(month=10, day=25)
    done = list(Visit.select().where(Visit.state == "closed", Visit.starts_at > since))
    assert sum(r["jobs"] for r in rows) == len(done) and sum(r["income"] for r in rows) == sum(v.total_fen for v in done)
    assert sum(r["offers"] for r in rows) == Offer.select().where(Offer.created_at > since).count() > 0
    assert len(rows) == Worker.select().where(Worker.state == "active").count()
    page = spread_page(desk.ctx("小林"))
    assert page["stats"][1]["value"] == f"{gini([r['jobs'] for r in rows]):.2f}" and rows[0]["name"] in page["words"]
    Visit.delete().execute()
    Offer.delete().execute()
    assert not spread_page(desk.ctx("小林"))["some"]
