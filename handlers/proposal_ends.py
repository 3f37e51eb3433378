"""A proposal of the plan that is of no use any more: what it held is let go, and nobody need answer it (D5)."""

from handlers.context import Context
from handlers.deadlines import drop_deadlines
from handlers.lifecycle import advance
from handlers.outbox import not_needed, tell
from handlers.team_of import places_of
from models.messages import Outbox
from models.plans import Proposal
from models.requests import Request
from models.rules.lifecycles import PROPOSAL
from models.workers import BookedSlot


def holder_of(proposal: Proposal) -> str:
    """The name under which a worker's time is kept free while both are asked."""
    return f"proposal:{proposal.id}"


def let_go(ctx: Context, proposal: Proposal) -> None:
    """The kept time is free again, and no clock runs any more."""
    mine = (BookedSlot.community_id == ctx.community_id) & (BookedSlot.holder == holder_of(proposal))
    BookedSlot.delete().where(mine).execute()
    drop_deadlines(ctx, ("proposal", proposal.id), note=proposal.state)


def tell_off(ctx: Context, proposal: Proposal, side: str) -> None:
    """Who was asked (resident, worker) hears that it does not come to that; who has not been asked yet hears neither."""
    about = ("proposal", proposal.id)
    if not_needed(ctx, f"proposal_{side}", about):
        return
    mine = (Outbox.community_id == ctx.community_id) & (Outbox.notice == f"proposal_{side}")
    asked = Outbox.select().where(mine & (Outbox.subject_kind == about[0]) & (Outbox.subject_id == about[1])).first()
    if asked is not None:
        key = f"proposal_off:proposal:{proposal.id}:{side}"
        tell(ctx.as_system(), asked.person_id, "proposal_off", about=about, key=key, **asked.values)


def drop_proposals(ctx: Context, request: Request, reason: str) -> None:
    """What was proposed about a request, or about those who come together, is off: it was cancelled, moved, or is looked for anew."""
    mine = (Proposal.community_id == ctx.community_id) & Proposal.request_id.in_(places_of(request))
    for proposal in Proposal.select().where(mine & (Proposal.state == "open")):
        advance(ctx.as_system(), PROPOSAL, proposal, "withdraw", reason=reason)
        let_go(ctx, proposal)
        tell_off(ctx, proposal, "worker")
