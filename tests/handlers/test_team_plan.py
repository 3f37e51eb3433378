"""Those who come together in the day's plan: placed both or neither, moved together, and everybody asked once (D3, D5)."""

from datetime import date, timedelta
from typing import Any

import pytest

from asking import TOMORROW, Desk, places, worker
from handlers.agreements import confirm_agreement
from handlers.context import Refused
from handlers.desk_plan import check_move, plan_view, thing_view
from handlers.matching import choose_worker
from handlers.offers import accept_offer
from handlers.plan_drafts import find_draft, mark_ill, place, step_back, take_out, want_plan
from handlers.plan_problem import Problem
from handlers.plan_publishing import publish_plan
from handlers.plan_solving import work_plan
from handlers.planning import ask, make_plan
from handlers.proposals import agree_to_proposal, ask_to_move, decline_proposal
from models.plans import PlanDraft, Proposal
from models.requests import Request
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Leave, Worker, WorkerSkill

pytestmark = pytest.mark.both
DAY, THREE, FOUR = date(2026, 11, 25), 15 * 60, 16 * 60
UNCLE, LI, SUN = "刘大爷", "李师傅", "孙师傅"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Tomorrow is empty, and all take the same."""
    desk.empty_tomorrow()
    WorkerSkill.update(price_fen=4000).execute()
    return desk


def version(desk: Desk) -> int:
    found = find_draft(desk.ctx("陈姐"), DAY)
    return found.version if found else 0


def put(desk: Desk, key: str, name: str, start: int) -> PlanDraft:
    return place(desk.ctx("陈姐"), DAY, version(desk), key=key, worker_id=worker(name).id, start=start)


def planned(desk: Desk, *, wanted: bool = False) -> PlanDraft:
    """排一排 (if it is not wanted already), by the planner in this very process, for as few rounds as it ever makes."""

    def run(problem: Problem, seconds: float) -> dict[str, Any]:
        asked = ask(problem.town, problem.old, problem.event, lambda _kept: 0.0, lambda: False)
        return make_plan(asked, desk.settings.planning).plan.as_json()

    if not wanted:
        want_plan(desk.ctx("陈姐"), DAY, version(desk))
    assert work_plan(desk.ctx(), run)
    found = find_draft(desk.ctx("陈姐"), DAY)
    assert found is not None and found.said != {"failed": 1}
    return found


def agreed(desk: Desk) -> list[Visit]:
    """李师傅 and 孙师傅 both come tomorrow at three."""
    request = desk.request(people=2)
    for one, name in zip(places(request), (LI, SUN), strict=True):
        choose_worker(desk.ctx(UNCLE), one.id, worker_id=worker(name).id)
    for name in (LI, SUN):
        accept_offer(desk.ctx(name), desk.offer_of(name))
        confirm_agreement(desk.ctx(name), Agreement.get(Agreement.worker_id == worker(name).id, Agreement.state == "proposed").id)
    confirm_agreement(desk.ctx(UNCLE), Agreement.get(Agreement.worker_id == worker(LI).id, Agreement.state == "proposed").id)
    return standing(request)


def standing(request: Request) -> list[Visit]:
    mine = Visit.request_id.in_([p.id for p in places(request)])
    return list(Visit.select().where(mine & (Visit.state == "scheduled")).order_by(Visit.request_id))


def test_both_or_neither(desk: Desk) -> None:
    """D5: a pair is placed at the same moment with two workers, or not at all; publishing asks each worker, the resident nothing."""
    request = desk.request(people=2)
    one, other = (f"r{p.id}" for p in places(request))
    moves = planned(desk).moves
    assert set(moves) == {one, other} and moves[one]["start"] == moves[other]["start"] == THREE
    assert moves[one]["worker"] != moves[other]["worker"]
    before = len(desk.told(UNCLE))
    assert publish_plan(desk.ctx("陈姐"), DAY, version(desk)) == {"offers": 2, "asked": 0, "searched": 0}
    assert len(desk.told(UNCLE)) == before and [p.state for p in places(request)] == ["offered", "offered"]
    desk.only(LI)
    lonely = desk.request(people=2, starts_at=TOMORROW - timedelta(hours=5))
    draft = planned(desk)
    assert draft.moves == {} and set(draft.left_out) == {f"r{p.id}" for p in places(lonely)}


def test_three_come_at_their_time(desk: Desk) -> None:
    """D3, D5: three are placed at the same moment, just as it was wished where that can be."""
    request = desk.request(people=3)
    moves = planned(desk).moves
    assert {m["start"] for m in moves.values()} == {THREE} and len({m["worker"] for m in moves.values()}) == 3
    assert set(moves) == {f"r{p.id}" for p in places(request)}


def test_three_come_at_another_time(desk: Desk) -> None:
    """D3, D5: one of the three who could is away until half past three, so all come later, and the resident is asked once; else none."""
    desk.only(LI, SUN, "赵大姐")
    half_past = TOMORROW + timedelta(minutes=30)
    away = Leave.create(community_id=1, worker_id=worker(SUN).id, starts_at=TOMORROW - timedelta(hours=1), ends_at=half_past)
    request = desk.request(people=3)
    moves = planned(desk).moves
    assert set(moves) == {f"r{p.id}" for p in places(request)} and {m["start"] for m in moves.values()} == {FOUR}
    assert {m["worker"] for m in moves.values()} == {worker(name).id for name in (LI, SUN, "赵大姐")}
    away.change(ends_at=TOMORROW + timedelta(hours=5))
    draft = planned(desk)
    assert draft.moves == {} and len(draft.left_out) == 3
    away.change(ends_at=half_past)
    planned(desk)
    assert publish_plan(desk.ctx("陈姐"), DAY, version(desk)) == {"offers": 0, "asked": 3, "searched": 0}
    (asked,) = desk.told(UNCLE, "proposal_resident")
    assert "下午4点" in asked and all(name in asked for name in (LI, SUN, "赵大姐"))


def test_one_moves_the_other(desk: Desk) -> None:
    """D5: by hand too: what is lacking is said at once, one step moves both, a step back takes both back, nobody is there alone."""
    request = desk.request(people=2)
    one, other = (f"r{p.id}" for p in places(request))
    put(desk, one, LI, FOUR)
    view = plan_view(desk.ctx("陈姐"), DAY)
    assert len(view["wrong"]) == 1 and "第2位" in view["loose"][0]["people"]
    with pytest.raises(Refused, match="conflicts"):
        publish_plan(desk.ctx("陈姐"), DAY, version(desk))
    assert not check_move(desk.ctx("陈姐"), DAY, key=other, worker_id=worker(SUN).id, start=THREE)["ok"]
    assert {m["start"] for m in put(desk, other, SUN, THREE).moves.values()} == {THREE}
    thing = thing_view(desk.ctx("陈姐"), DAY, one)
    assert thing is not None and "和孙师傅一起" in thing["along"] and plan_view(desk.ctx("陈姐"), DAY)["wrong"] == []
    assert set(step_back(desk.ctx("陈姐"), DAY, version(desk)).moves) == {one}
    put(desk, other, SUN, FOUR)
    assert take_out(desk.ctx("陈姐"), DAY, version(desk), key=other).moves == {}


@pytest.mark.parametrize("how", ["all", "one says no"])
def test_promised_visits_move_together_or_not_at_all(desk: Desk, how: str) -> None:
    """D5, C7: the resident is asked once for both; with every yes both stand anew and it is told once; with one no all stays."""
    one, other = agreed(desk)
    put(desk, f"v{one.id}", LI, FOUR)
    assert publish_plan(desk.ctx("陈姐"), DAY, version(desk)) == {"offers": 0, "asked": 2, "searched": 0}
    (asked,) = desk.told(UNCLE, "proposal_resident")
    assert "李师傅和孙师傅" in asked and "下午4点" in asked
    first, second = Proposal.select().order_by(Proposal.id)
    assert agree_to_proposal(desk.ctx(UNCLE), first.id) is False and agree_to_proposal(desk.ctx(LI), first.id) is False
    request = Request.get(Request.id == one.request_id)
    if how == "all":
        assert agree_to_proposal(desk.ctx(SUN), second.id) is True
        assert {v.starts_at for v in standing(request)} == {TOMORROW + timedelta(hours=1)}
        assert len(desk.told(UNCLE, "booking_confirmed")) == 2 and "李师傅和孙师傅" in desk.told(UNCLE, "booking_confirmed")[-1]
        return
    decline_proposal(desk.ctx(SUN), second.id)
    assert {p.state for p in Proposal.select()} == {"declined", "withdrawn"}
    assert [v.id for v in standing(request)] == [one.id, other.id] and not BookedSlot.select().where(
        BookedSlot.holder.startswith("proposal")
    )


def test_one_falls_ill(desk: Desk) -> None:
    """D7: the plan finds somebody else for the one place; the other stays with time and worker, and is asked nothing."""
    one, other = agreed(desk)
    mark_ill(desk.ctx("陈姐"), DAY, version(desk), worker_id=worker(LI).id, at=8 * 60)
    moves = planned(desk, wanted=True).moves
    assert set(moves) == {f"v{one.id}"} and moves[f"v{one.id}"]["start"] == THREE
    assert publish_plan(desk.ctx("陈姐"), DAY, version(desk))["asked"] == 1 and desk.told(SUN, "proposal_worker") == []
    (proposal,) = Proposal.select()
    assert agree_to_proposal(desk.ctx(UNCLE), proposal.id) is False
    stands_in = next(w for w in Worker.select() if w.id == proposal.worker_id).called
    assert agree_to_proposal(desk.ctx(stands_in), proposal.id)
    assert f"{stands_in}和孙师傅" in desk.told(UNCLE, "booking_confirmed")[-1]
    assert {v.worker_id for v in standing(Request.get(Request.id == one.request_id))} == {worker(SUN).id, worker(stands_in).id}
    assert Visit.get(Visit.id == other.id).state == "scheduled"


def test_a_worker_asks_for_another_time(desk: Desk) -> None:
    """C7, D3: who would rather come later asks for all of them: the resident and whoever comes along."""
    one, _other = agreed(desk)
    ask_to_move(desk.ctx(LI), one.id, starts_at=TOMORROW + timedelta(hours=2))
    assert len(desk.told(SUN, "proposal_worker")) == len(desk.told(UNCLE, "proposal_resident")) == 1
    mine, theirs = Proposal.select().order_by(Proposal.worker_id == worker(SUN).id, Proposal.id)
    agree_to_proposal(desk.ctx(SUN), theirs.id)
    assert agree_to_proposal(desk.ctx(UNCLE), mine.id) and len(standing(Request.get(Request.id == one.request_id))) == 2
