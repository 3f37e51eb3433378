"""An agency that is not in good standing: nothing is offered to its workers, and staff hear what they have promised (A4, D1, D6)."""

import pytest

from asking import TOMORROW, Desk, again, worker
from handlers.agencies import agencies_page, put_agency, set_worker_agency
from handlers.candidates import find_ranked
from handlers.context import Refused
from handlers.matching import why_not
from models.clocks import Alert
from models.requests import Request
from models.visits import Visit

pytestmark = pytest.mark.both


def found(desk: Desk, request: Request) -> set[int]:
    return {r.worker_id for r in find_ranked(desk.ctx(), again(request))[0]}


def test_whose_agency_has_fallen_is_not_asked(desk: Desk) -> None:
    """D1, D6: paused or past its last day: not found, and told why; the last day itself counts; good again: found again."""
    request, chen, li = desk.request(), desk.ctx("陈姐"), worker("李师傅").id
    put_agency(chen, name="安心家政", standing="good", valid_to=f"{TOMORROW:%Y-%m-%d}")
    set_worker_agency(chen, li, name="安心家政")
    assert li in found(desk, request)
    for standing, until in (("good", "2026-11-24"), ("paused", ""), ("struck", "2027-01-01")):
        put_agency(chen, name="安心家政", standing=standing, valid_to=until, reason="材料过期")
        assert li not in found(desk, request)
        assert why_not(chen, request.id, li) == ["所属机构不在正常状态"] or "机构" in why_not(chen, request.id, li)[0]
    put_agency(chen, name="安心家政", standing="good")
    assert li in found(desk, request)
    assert [(a["name"], a["workers"], a["standing"]) for a in agencies_page(chen)["agencies"]] == [("安心家政", 1, "good")]


def test_what_its_workers_promised_is_told(desk: Desk) -> None:
    """A4: visits stay; a coordinator hears how many. Without a reason, or for an agency that nobody entered, it is refused."""
    chen, visit = desk.ctx("陈姐"), Visit.get(Visit.state == "scheduled")
    put_agency(chen, name="安心家政", standing="good")
    set_worker_agency(chen, visit.worker_id, name="安心家政")
    with pytest.raises(Refused, match="no_reason"):
        put_agency(chen, name="安心家政", standing="paused")
    put_agency(chen, name="安心家政", standing="paused", reason="三次违规")
    (alert,) = Alert.select().where(Alert.kind == "agency_fallen")
    assert "安心家政" in alert.words and Visit.get_by_id(visit.id).state == "scheduled"
    with pytest.raises(Refused, match="unknown_agency"):
        set_worker_agency(chen, visit.worker_id, name="没有这家")
    with pytest.raises(Refused):
        put_agency(desk.ctx("刘大爷"), name="安心家政", standing="good")
