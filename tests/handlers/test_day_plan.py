"""The day's plan at the desk: drafted, planned, published; nothing promised moves without a yes (D5, D7)."""

from datetime import date, timedelta
from typing import Any

import pytest

from asking import TOMORROW, Desk, again, alerts, worker
from handlers.agreements import confirm_agreement
from handlers.cancelling import cancel_request
from handlers.context import Refused
from handlers.desk_plan import ill_from, plan_view
from handlers.matching import choose_worker
from handlers.offers import accept_offer, decline_offer, make_offer
from handlers.plan_check import conflicts
from handlers.plan_day import day_of
from handlers.plan_drafts import drafted, find_draft, mark_ill, place, step_back, take_out, want_plan
from handlers.plan_problem import Problem
from handlers.plan_publishing import publish_plan
from handlers.plan_solving import work_plan
from handlers.planning import ask, make_plan
from handlers.proposals import agree_to_proposal, decline_proposal
from models.messages import Outbox
from models.plans import PlanDraft, Proposal
from models.requests import Offer, Request
from models.visits import Agreement, Visit
from models.workers import BookedSlot, Leave, WorkerSkill

pytestmark = pytest.mark.both
DAY = date(2026, 11, 25)
THREE = 15 * 60


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Tomorrow is empty, so that each test puts in what it needs; the planner takes a moment."""
    desk.empty_tomorrow()
    return desk


def planner(desk: Desk) -> Any:
    """The planner in this very process, for as few rounds as it ever makes."""

    def run(problem: Problem, seconds: float) -> dict[str, Any]:
        asked = ask(problem.town, problem.old, problem.event, lambda _kept: 0.0, lambda: False)
        return make_plan(asked, desk.settings.planning).plan.as_json()

    return run


def version(desk: Desk) -> int:
    found = find_draft(desk.ctx("陈姐"), DAY)
    return found.version if found else 0


def agreed(desk: Desk, name: str = "李师傅", **more: Any) -> Visit:
    """A visit that both have confirmed."""
    request = desk.request(**more)
    resident = desk.ctx("刘大爷")
    choose_worker(resident, request.id, worker_id=worker(name).id)
    accept_offer(desk.ctx(name), desk.offer_of(name))
    made = Agreement.get(Agreement.request_id == request.id)
    confirm_agreement(desk.ctx(name), made.id)
    confirm_agreement(resident, made.id)
    return Visit.get(Visit.request_id == request.id)


def put(desk: Desk, key: str, name: str, start: int) -> PlanDraft:
    return place(desk.ctx("陈姐"), DAY, version(desk), key=key, worker_id=worker(name).id, start=start)


def stands(desk: Desk, visit: Visit) -> tuple[str, Any]:
    """Who comes and when, by the visit that stands for the same request."""
    live = Visit.get(Visit.request_id == visit.request_id, Visit.state == "scheduled")
    return worker_name(live.worker_id), live.starts_at


def worker_name(worker_id: int) -> str:
    return next(w.called for w in map(worker, ("李师傅", "赵大姐", "孙师傅", "马姐")) if w.id == worker_id)


def plan(desk: Desk) -> PlanDraft:
    """排一排, and the jobs process does it."""
    want_plan(desk.ctx("陈姐"), DAY, version(desk))
    assert work_plan(desk.ctx(), planner(desk)) and not work_plan(desk.ctx(), planner(desk))
    found = find_draft(desk.ctx("陈姐"), DAY)
    assert found is not None and found.state == "open"
    return found


def publish(desk: Desk) -> dict[str, int]:
    return publish_plan(desk.ctx("陈姐"), DAY, version(desk))


def test_the_plan_is_made_and_published_once(desk: Desk) -> None:
    """D5: what has no worker gets one, what nobody can do says why; a promised visit stays; publishing twice makes one offer."""
    visit = agreed(desk)
    open_one = desk.request(starts_at=TOMORROW - timedelta(hours=5))
    WorkerSkill.update(active=False).where(WorkerSkill.service == "art_guidance").execute()
    nobody = desk.request(service="art_guidance", starts_at=TOMORROW - timedelta(hours=5))
    draft = plan(desk)
    assert set(draft.moves) == {f"r{open_one.id}"} and draft.moves[f"r{open_one.id}"]["start"] == THREE - 300
    assert draft.left_out == {f"r{nobody.id}": ["no_skill", 0]}
    before = draft.version
    assert publish(desk) == {"offers": 1, "asked": 0, "searched": 0}
    assert publish_plan(desk.ctx("陈姐"), DAY, before) == {"offers": 0, "asked": 0, "searched": 0}
    assert Offer.select().where(Offer.request_id == open_one.id).count() == 1 and again(open_one).state == "offered"
    assert stands(desk, visit) == ("李师傅", TOMORROW)


def test_the_next_is_asked_where_the_planned_one_does_not_take_it(desk: Desk) -> None:
    """D4, D5: nobody could when it was looked for, now two can; the plan asks one, and behind them is the other, not a question about
    going further that the resident would have to answer.
    """
    desk.only("李师傅", "孙师傅")
    here, away = desk.ctx().community_id, {"starts_at": TOMORROW, "ends_at": TOMORROW + timedelta(hours=2), "reason": "off"}
    rows = [Leave.create(community_id=here, worker_id=worker(name).id, **away) for name in ("李师傅", "孙师傅")]
    request = desk.request()
    assert desk.able(request) == []
    for row in rows:
        row.delete_instance()
    put(desk, f"r{request.id}", "李师傅", THREE)
    publish(desk)
    assert desk.asked(request) == ["李师傅"] and set(desk.able(request)) == {"李师傅", "孙师傅"}
    decline_offer(desk.ctx("李师傅"), desk.offer_of("李师傅"), reason="distance")
    assert desk.asked(request) == ["孙师傅"] and again(request).state == "offered"


def test_two_coordinators(desk: Desk) -> None:
    """D5: who is a moment late is told who was quicker, and overwrites nothing; each step can be taken back."""
    request = desk.request()
    first = put(desk, f"r{request.id}", "李师傅", THREE)
    with pytest.raises(Refused) as late:
        place(desk.ctx("管理员"), DAY, 0, key=f"r{request.id}", worker_id=worker("孙师傅").id, start=THREE)
    assert late.value.code == "changed_meanwhile" and "陈姐" in late.value.words
    put(desk, f"r{request.id}", "孙师傅", THREE + 30)
    take_out(desk.ctx("陈姐"), DAY, version(desk), key=f"r{request.id}")
    for expected in ((worker("孙师傅").id, THREE + 30), (worker("李师傅").id, THREE), None):
        moves = step_back(desk.ctx("陈姐"), DAY, version(desk)).moves
        found = moves.get(f"r{request.id}")
        assert (found and (found["worker"], found["start"])) == expected
    with pytest.raises(Refused, match="nothing_to_undo"):
        step_back(desk.ctx("陈姐"), DAY, version(desk))
    assert first.version < version(desk) and Outbox.select().where(Outbox.created_at > desk.clock.now()).count() == 0


def test_what_stands_in_the_way(desk: Desk) -> None:
    """D1, D5: at two places at once, no time for the way, not by the conditions of matching; such a plan is not published."""
    visit, request = agreed(desk), desk.request(starts_at=TOMORROW - timedelta(hours=5))
    ctx, key = desk.ctx("陈姐"), f"r{request.id}"

    def codes(name: str, start: int) -> list[str]:
        day = drafted(ctx, DAY)
        return [c.code for c in conflicts(ctx, day, day.stops[key], worker(name).id, start)]

    assert codes("李师傅", THREE) == ["overlap"] and codes("李师傅", THREE + 120) == ["way"] and codes("李师傅", THREE + 150) == []
    assert codes("吴姐", THREE) == ["no_skill"] and codes("孙师傅", 6 * 60) == ["not_working"] and codes("孙师傅", THREE) == []
    Leave.create(
        community_id=ctx.community_id, worker_id=worker("孙师傅").id, starts_at=TOMORROW, ends_at=TOMORROW + timedelta(hours=1)
    )
    assert codes("孙师傅", THREE) == ["off"]
    put(desk, key, "李师傅", THREE)
    with pytest.raises(Refused, match="conflicts"):
        publish(desk)
    assert stands(desk, visit) == ("李师傅", TOMORROW) and not desk.asked(request)


def test_the_page_says_what_stands_in_the_way(desk: Desk) -> None:
    """D5: each conflict in words, with the worker and where it is put right; and what publishing would change from what."""
    visit, request, ctx = agreed(desk), desk.request(starts_at=TOMORROW - timedelta(hours=5)), desk.ctx("陈姐")
    put(desk, f"r{request.id}", "李师傅", THREE + 60)
    (clash,) = plan_view(ctx, DAY)["wrong"]
    assert clash["words"] == "李师傅 16:00 刘大爷 日常保洁" and "15:00—17:00" in clash["why"] and f"thing=r{request.id}" in clash["url"]
    put(desk, f"r{request.id}", "孙师傅", THREE - 300)
    put(desk, f"v{visit.id}", "李师傅", THREE + 60)
    view = plan_view(ctx, DAY)
    assert view["wrong"] == [] and "（16:00、原来 李师傅 15:00）" in view["tells"][1]
    desk.later(days=3)
    Visit.update(state="closed").where(Visit.id == visit.id).execute()
    view = plan_view(desk.ctx("陈姐"), DAY)
    (stop,) = [stop for row in view["rows"] for stop in row["stops"] if stop["key"] == f"v{visit.id}"]
    assert plan_view(ctx, date(2027, 1, 1))["holiday"] and not view["holiday"]
    assert view["past"] and stop["pill"] == {"kind": "done", "words": "做完了"}


def test_ill_from_now(desk: Desk) -> None:
    """D7: what is just about to begin is among what an ill worker can't do; of another day it is from the first hour on."""
    ctx = desk.ctx("陈姐")
    assert ill_from(ctx, DAY) == "07:00"
    desk.later(minutes=22)
    assert ill_from(desk.ctx("陈姐"), DAY - timedelta(days=1)) == "09:15"


def test_a_promised_visit_moves_only_with_both(desk: Desk) -> None:
    """D5, C7, E2: both are asked, and it stays where it is; with both yeses it is agreed anew, once, and each is told once."""
    visit = agreed(desk)
    put(desk, f"v{visit.id}", "孙师傅", THREE + 60)
    assert publish(desk) == {"offers": 0, "asked": 1, "searched": 0}
    assert stands(desk, visit) == ("李师傅", TOMORROW)
    (proposal,) = Proposal.select()
    assert "孙师傅" in desk.told("刘大爷", "proposal_resident")[0] and desk.told("孙师傅", "proposal_worker")
    assert not day_of(desk.ctx("陈姐"), DAY).stops[f"v{visit.id}"].movable
    assert agree_to_proposal(desk.ctx("刘大爷"), proposal.id) is False and stands(desk, visit) == ("李师傅", TOMORROW)
    assert agree_to_proposal(desk.ctx("孙师傅"), proposal.id) and agree_to_proposal(desk.ctx("孙师傅"), proposal.id)
    assert stands(desk, visit) == ("孙师傅", TOMORROW + timedelta(hours=1))
    assert Agreement.select().where(Agreement.request_id == visit.request_id, Agreement.state == "sealed").count() == 1
    assert desk.told("李师傅", "visit_given_on") and len(desk.told("刘大爷", "booking_confirmed")) == 2
    skipped = {o.notice for o in Outbox.select().where(Outbox.state == "skipped", Outbox.why == "not needed any more")}
    assert skipped >= {"job_offer", "agreement_ready"}
    assert not BookedSlot.select().where(BookedSlot.holder.startswith("proposal")).exists()
    assert BookedSlot.select().where(BookedSlot.worker_id == worker("李师傅").id).count() == 0


@pytest.mark.parametrize("how", ["resident", "worker", "silence"])
def test_a_no_leaves_everything_as_promised(desk: Desk, how: str) -> None:
    """D5, C7: the resident would rather not, the worker can't, or nobody answers: as agreed, and staff hear of it."""
    visit = agreed(desk)
    put(desk, f"v{visit.id}", "李师傅", THREE - 60)
    publish(desk)
    (proposal,) = Proposal.select()
    if how == "silence":
        desk.later(minutes=61)
    else:
        decline_proposal(desk.ctx("刘大爷" if how == "resident" else "李师傅"), proposal.id)
    assert stands(desk, visit) == ("李师傅", TOMORROW)
    assert alerts("proposal_off", Request.get(Request.id == visit.request_id)) == 1
    with pytest.raises(Refused, match="gone"):
        agree_to_proposal(desk.ctx("刘大爷"), proposal.id)


def test_a_worker_falls_ill(desk: Desk) -> None:
    """D5, D7: as few promises as possible move; each resident is asked with a tap; what nobody can take is searched, and said."""
    ill, other = agreed(desk), agreed(desk, "孙师傅", starts_at=TOMORROW - timedelta(hours=5))
    desk.only("李师傅", "孙师傅")
    lonely = agreed(desk, "李师傅", service="deep_cleaning", minutes=240, starts_at=TOMORROW - timedelta(hours=6), extras={"area_m2": 60})
    WorkerSkill.update(active=False).where(WorkerSkill.service == "deep_cleaning", WorkerSkill.worker_id != worker("李师傅").id).execute()
    mark_ill(desk.ctx("陈姐"), DAY, version(desk), worker_id=worker("李师傅").id, at=8 * 60)
    assert work_plan(desk.ctx(), planner(desk))
    draft = find_draft(desk.ctx("陈姐"), DAY)
    assert draft is not None and set(draft.moves) == {f"v{ill.id}"} and set(draft.left_out) == {f"v{lonely.id}"}
    assert stands(desk, ill) == ("李师傅", TOMORROW)  # nobody has been told yet
    assert publish(desk) == {"offers": 0, "asked": 1, "searched": 1}
    assert stands(desk, other) == ("孙师傅", TOMORROW - timedelta(hours=5))
    (proposal,) = Proposal.select()
    assert "病" in desk.told("刘大爷", "proposal_resident")[0] and desk.told("李师傅", "visit_worker_off")
    agree_to_proposal(desk.ctx("孙师傅"), proposal.id)
    assert agree_to_proposal(desk.ctx("刘大爷"), proposal.id) and stands(desk, ill) == ("孙师傅", TOMORROW)
    assert alerts("ill_unplaced", Request.get(Request.id == lonely.request_id)) == 1
    assert Leave.select().where(Leave.reason == "ill").count() == 1


def test_nobody_is_asked_needlessly(desk: Desk) -> None:
    """D7: a visit of somebody who is well stays where it is, even where the planner would rather have it with another."""
    well = agreed(desk, "孙师傅", starts_at=TOMORROW - timedelta(hours=5))
    agreed(desk, "李师傅")
    mark_ill(desk.ctx("陈姐"), DAY, version(desk), worker_id=worker("李师傅").id, at=8 * 60)

    def moves_everything(problem: Problem, seconds: float) -> dict[str, Any]:
        made = planner(desk)(problem, seconds)
        made["assignments"][f"v{well.id}"] = {"worker": f"w{worker('马姐').id}", "start": 10 * 60}
        return made

    assert work_plan(desk.ctx(), moves_everything)
    assert f"v{well.id}" not in find_draft(desk.ctx("陈姐"), DAY).moves  # type: ignore[union-attr]


def test_what_the_well_have_promised_is_no_room(desk: Desk) -> None:
    """D7: nothing of that moves without all their yeses, so the planner is not even asked; what it plans can be published."""
    lost, well = agreed(desk), agreed(desk, "孙师傅", starts_at=TOMORROW - timedelta(hours=1))
    draft, problem = fallen_ill(desk, "李师傅", 8 * 60)
    assert [v["id"] for v in problem.town["visits"]] == [f"v{lost.id}"]
    sun = next(w for w in problem.town["workers"] if w["id"] == f"w{worker('孙师傅').id}")
    assert [(c["start"], c["end"]) for c in sun["commitments"]] == [(THREE - 60, THREE + 60)]
    assert draft.moves[f"v{lost.id}"]["worker"] != worker("孙师傅").id and publish(desk)["asked"] == 1
    assert stands(desk, well) == ("孙师傅", TOMORROW - timedelta(hours=1))


def test_the_kept_time_is_seen_and_ends_with_the_asking(desk: Desk) -> None:
    """D5, C7: while both are asked the new time is taken, too; cancelling ends it, and the worker who was asked hears."""
    visit, other = agreed(desk), desk.request(starts_at=TOMORROW - timedelta(hours=5))
    put(desk, f"v{visit.id}", "孙师傅", THREE + 60)
    publish(desk)
    Outbox.update(state="sent").where(Outbox.notice == "proposal_worker").execute()
    ctx = desk.ctx("陈姐")
    day = drafted(ctx, DAY)
    assert [c.code for c in conflicts(ctx, day, day.stops[f"r{other.id}"], worker("孙师傅").id, THREE + 120)] == ["overlap"]
    cancel_request(desk.ctx("刘大爷"), visit.request_id)
    assert Proposal.get().state == "withdrawn" and desk.told("孙师傅", "proposal_off")
    assert not BookedSlot.select().where(BookedSlot.worker_id == worker("孙师傅").id).exists()


def test_planning_that_is_let_be(desk: Desk) -> None:
    """D5: a step back while the planner is at it: its answer is let go, and the draft is as it was; a planner that fails says so."""
    request = desk.request()
    want_plan(desk.ctx("陈姐"), DAY, version(desk))

    def too_late(problem: Problem, seconds: float) -> dict[str, Any]:
        step_back(desk.ctx("陈姐"), DAY, version(desk))
        return {"assignments": {f"r{request.id}": {"worker": f"w{worker('李师傅').id}", "start": THREE}}}

    assert work_plan(desk.ctx(), too_late)
    left = find_draft(desk.ctx("陈姐"), DAY)
    assert left is not None and (left.state, left.moves) == ("open", {})
    want_plan(desk.ctx("陈姐"), DAY, version(desk))
    assert work_plan(desk.ctx(), lambda problem, seconds: {}[""])
    left = find_draft(desk.ctx("陈姐"), DAY)
    assert left is not None and (left.state, left.said) == ("open", {"failed": 1})


def test_ill_on_the_way_and_while_being_asked(desk: Desk) -> None:
    """D7: who falls ill on the way doesn't arrive: a colleague is asked; what they were being asked about goes to the next."""
    visit, request = agreed(desk), desk.request(starts_at=TOMORROW + timedelta(hours=3))
    make_offer(desk.ctx("陈姐"), request.id, worker_id=worker("李师傅").id)
    desk.clock.advance(days=1, hours=5)
    Visit.update(state="on_the_way").where(Visit.id == visit.id).execute()
    Request.update(state="offered").where(Request.id == request.id).execute()
    mark_ill(desk.ctx("陈姐"), DAY, version(desk), worker_id=worker("李师傅").id, at=14 * 60)
    assert work_plan(desk.ctx(), planner(desk))
    draft = find_draft(desk.ctx("陈姐"), DAY)
    assert draft is not None and set(draft.moves) == {f"v{visit.id}"}
    assert publish(desk)["asked"] == 1 and Visit.get(Visit.id == visit.id).state == "replaced"
    assert "李师傅" not in desk.asked(request) and desk.asked(request)


def fallen_ill(desk: Desk, name: str, at: int) -> tuple[PlanDraft, Problem]:
    """有人病了, and the jobs process plans the day anew: the draft, and what the planner was asked."""
    mark_ill(desk.ctx("陈姐"), DAY, version(desk), worker_id=worker(name).id, at=at)
    asked: list[Problem] = []

    def run(problem: Problem, seconds: float) -> dict[str, Any]:
        asked.append(problem)
        return planner(desk)(problem, seconds)

    assert work_plan(desk.ctx(), run)
    found = find_draft(desk.ctx("陈姐"), DAY)
    assert found is not None and found.state == "open" and found.said != {"failed": 1}
    return found, asked[0]


def are_ill(*hours: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"worker": f"w{worker(name).id}", "at": at} for name, at in hours]


def test_two_fall_ill_on_one_day(desk: Desk) -> None:
    """D5, D7: the second from the second's hour on, by what is promised by then; the first is given nothing, what was is untouched."""
    desk.only("李师傅", "孙师傅")
    visit, morning = agreed(desk), agreed(desk, "孙师傅", starts_at=TOMORROW - timedelta(hours=5))
    well = agreed(desk, "赵大姐", service="cooking", starts_at=TOMORROW - timedelta(hours=3))
    draft, problem = fallen_ill(desk, "李师傅", 8 * 60)
    assert problem.event == are_ill(("李师傅", 480))[0] and draft.moves[f"v{visit.id}"]["worker"] == worker("孙师傅").id
    publish(desk)
    (proposal,) = Proposal.select()
    agree_to_proposal(desk.ctx("孙师傅"), proposal.id)
    assert agree_to_proposal(desk.ctx("刘大爷"), proposal.id) and stands(desk, visit) == ("孙师傅", TOMORROW)
    WorkerSkill.update(active=True).where(WorkerSkill.worker_id == worker("赵大姐").id).execute()
    draft, problem = fallen_ill(desk, "孙师傅", 12 * 60)
    assert problem.event == {"ill": are_ill(("李师傅", 480), ("孙师傅", 720)), "now": 720}
    given_on = Visit.get(Visit.request_id == visit.request_id, Visit.state == "scheduled")
    assert {key: move["worker"] for key, move in draft.moves.items()} == {f"v{given_on.id}": worker("赵大姐").id}
    assert publish(desk) == {"offers": 0, "asked": 1, "searched": 0}
    assert stands(desk, morning) == ("孙师傅", TOMORROW - timedelta(hours=5)) and stands(desk, well)[0] == "赵大姐"


def test_two_are_ill_in_one_draft(desk: Desk) -> None:
    """D5, D7: nothing is published yet: what both had is given to others, from the earlier hour on, and a later time starts from now."""
    desk.only("李师傅", "孙师傅", "赵大姐")
    early, noon = agreed(desk, starts_at=TOMORROW - timedelta(hours=5)), agreed(desk, "孙师傅", starts_at=TOMORROW - timedelta(hours=3))
    late = agreed(desk, "孙师傅", starts_at=TOMORROW)
    fallen_ill(desk, "李师傅", 8 * 60)
    draft, problem = fallen_ill(desk, "孙师傅", 14 * 60)
    assert problem.event == {"ill": are_ill(("李师傅", 480), ("孙师傅", 840)), "now": 480}
    given = {key: move["worker"] for key, move in draft.moves.items()}
    assert given == {f"v{early.id}": worker("赵大姐").id, f"v{late.id}": worker("赵大姐").id} and stands(desk, noon)[0] == "孙师傅"
    desk.clock.advance(days=1, hours=1, minutes=20)  # twenty past ten of that day: 李师傅's visit of ten can still be made up for
    want_plan(desk.ctx("陈姐"), DAY, version(desk))
    assert work_plan(desk.ctx(), planner(desk))
    made_up = find_draft(desk.ctx("陈姐"), DAY).moves[f"v{early.id}"]  # type: ignore[union-attr]
    assert made_up["start"] >= 11 * 60 and made_up["worker"] == worker("赵大姐").id
