"""Agencies that send workers, and how they stand: whose agency has fallen is offered nothing (A4, D1)."""

from datetime import date
from typing import Any

from handlers.access import access_worker
from handlers.alerts import raise_alert
from handlers.clock import local
from handlers.context import DESK, FRONT, Context, Refused, use_case
from handlers.desk_terms import may_decide
from handlers.lifecycle import record
from handlers.words import _
from models.visits import Visit
from models.workers import Agency, Worker

STANDINGS = ("good", "paused", "struck")
AHEAD = ("scheduled", "on_the_way")


def standing_words(standing: str) -> str:
    """How an agency stands."""
    return {"good": _("in good standing"), "paused": _("paused"), "struck": _("struck off")}[standing]


@use_case(*DESK)
def put_agency(ctx: Context, *, name: str, standing: str, valid_to: str = "", reason: str = "") -> Agency:
    """Enters an agency, or changes how it stands; `valid_to` is the last day of its admission (local date, '' for good).

    What its workers have promised stays; a coordinator hears how many visits that are. Refuses no_name, bad_standing, bad_date,
    and no_reason where it is not good.
    """
    _check(name, standing, valid_to, reason)
    fields = {"standing": standing, "valid_to": valid_to, "reason": reason, "set_at": ctx.now}
    found = Agency.get_or_none(Agency.community_id == ctx.community_id, Agency.name == name)
    before = found.standing if found is not None else ""
    if found is None:
        found = Agency.create(community_id=ctx.community_id, name=name, **fields)
    else:
        found.change(**fields)
    record(ctx, "agency", found.id, "standing", before, standing, reason=reason, data={"valid_to": valid_to})
    if standing != "good":
        _tell_promised(ctx, found)
    return found


def _check(name: str, standing: str, valid_to: str, reason: str) -> None:
    if not name:
        raise Refused("no_name", _("What is the agency called?"))
    if standing not in STANDINGS:
        raise Refused("bad_standing", _("Please choose how it stands."))
    if standing != "good" and not reason:
        raise Refused("no_reason", _("Please write why."))
    try:
        date.fromisoformat(valid_to or "2026-01-01")
    except ValueError:
        raise Refused("bad_date", _("Please write the day as 2026-12-31.")) from None


def _tell_promised(ctx: Context, agency: Agency) -> None:
    ids = [w.id for w in _workers_of(ctx, agency.name)]
    mine = (Visit.community_id == ctx.community_id) & Visit.worker_id.in_(ids) & Visit.state.in_(AHEAD)
    count = Visit.select().where(mine).count() if ids else 0
    if count:
        words = _("%(name)s is no longer in good standing; its workers have promised %(n)s visits. Please look.", name=agency.name, n=count)
        raise_alert(ctx, "agency_fallen", words, key=f"{agency.id}:{ctx.now:%Y%m%d%H%M%S}")


def _workers_of(ctx: Context, name: str) -> list[Worker]:
    return list(Worker.select().where((Worker.community_id == ctx.community_id) & (Worker.agency == name)))


@use_case(*DESK)
def set_worker_agency(ctx: Context, worker_id: int, *, name: str) -> Worker:
    """Says whose worker somebody is; '' is on their own. Refuses an agency that isn't entered (unknown_agency)."""
    worker = access_worker(ctx, worker_id)
    if name and Agency.get_or_none(Agency.community_id == ctx.community_id, Agency.name == name) is None:
        raise Refused("unknown_agency", _("That agency is not entered yet."))
    if worker.agency != name:
        before = worker.agency
        worker.change(agency=name)
        record(ctx, "worker", worker.id, "agency", data={"from": before, "to": name})
    return worker


@use_case(*FRONT)
def agencies_page(ctx: Context) -> dict[str, Any]:
    """All agencies with their standing and how many workers they send."""
    rows = Agency.select().where(Agency.community_id == ctx.community_id).order_by(Agency.name)
    return {"agencies": [_line(ctx, row) for row in rows], "may_decide": may_decide(ctx), "standings": standing_choices()}


def standing_choices() -> list[dict[str, str]]:
    """To choose from."""
    return [{"value": one, "label": standing_words(one)} for one in STANDINGS]


def agency_choices(ctx: Context) -> list[dict[str, str]]:
    """To choose from in a worker's file."""
    rows = Agency.select().where(Agency.community_id == ctx.community_id).order_by(Agency.name)
    return [{"value": "", "label": _("on their own")}, *({"value": row.name, "label": row.name} for row in rows)]


def _line(ctx: Context, row: Agency) -> dict[str, Any]:
    ended = bool(row.valid_to) and row.valid_to < local(ctx.now).date().isoformat()
    kind, words = ("bad", _("admission has ended")) if ended else ("go" if row.standing == "good" else "bad", standing_words(row.standing))
    return {
        "name": row.name, "pill": {"kind": kind, "words": words}, "valid_to": row.valid_to, "reason": row.reason,
        "workers": len(_workers_of(ctx, row.name)), "standing": row.standing,
    }  # fmt: skip
