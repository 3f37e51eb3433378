"""What both sides are asked because of the day's plan, as the desk shows it (D5, D7)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.clock import local
from handlers.context import Context
from handlers.desk_terms import called, may_decide
from handlers.words import _, say_clock, say_date, say_hours
from models.people import Person
from models.plans import Proposal
from models.requests import Request
from models.workers import Worker


def open_proposal(request: Request) -> Proposal | None:
    """What both are being asked about a request at the moment."""
    mine = (Proposal.community_id == request.community_id) & (Proposal.request_id == request.id)
    return Proposal.select().where(mine & (Proposal.state == "open")).order_by(Proposal.id.desc()).first()


def proposal_pill(proposal: Proposal) -> dict[str, str]:
    """Whose word is still awaited."""
    words = _("both are asked")
    if proposal.resident_at is not None:
        words = _("worker is asked")
    elif proposal.worker_at is not None:
        words = _("resident is asked")
    return {"kind": "hold", "words": words}


def proposal_part(ctx: Context, request: Request) -> dict[str, Any] | None:
    """For the page of a request: who would come and when, who has said yes, until when, and where the resident's word on the phone
    is noted; None where nobody is asked.
    """
    proposal = open_proposal(request)
    if proposal is None:
        return None
    start: datetime = proposal.starts_at
    worker = Worker.get(Worker.id == proposal.worker_id)
    key = f"p{proposal.id}" if proposal.visit_id is not None else f"r{request.id}"
    when = f"{say_date(start, ctx.now)} {say_hours(start, start + timedelta(minutes=proposal.minutes))}"
    sides = [(called(Person.find(proposal.person_id)), proposal.resident_at), (worker.called, proposal.worker_at)]
    return {
        "words": _("%(worker)s would come, %(when)s.", worker=worker.called, when=when),
        "sides": [(who, _("has said yes") if said else _("no answer yet")) for who, said in sides],
        "until": _("By %(when)s both must have said yes, else it is off.", when=say_clock(proposal.expires_at, ctx.now)),
        "pill": proposal_pill(proposal),
        "url": f"/console/plan?day={local(start).date().isoformat()}&thing={key}#thing" if may_decide(ctx) else "",
        "said": proposal.resident_at is not None,
    }
