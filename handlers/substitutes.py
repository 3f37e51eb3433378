"""Who stands in when the worker of a promised job is lost, and how long it takes until somebody has promised it anew (D7)."""

from datetime import timedelta
from typing import Any

from handlers.context import FRONT, Context, use_case
from models.requests import Request
from models.rules.quantiles import within
from models.visits import Replacement, Substitute
from models.workers import Worker


def keep_in_order(ctx: Context, request: Request, taken_by: int, worker_ids: list[int]) -> None:
    """The warm list of a job that was just accepted, best first; an earlier one of the same request is of no use any more,
    but that it gave this worker is kept."""
    warm = warm_places(request)
    if warm:
        Replacement.update(from_list=taken_by in warm).where(_open(request)).execute()
    Substitute.delete().where(_mine(Substitute, request)).execute()
    here = {"community_id": ctx.community_id, "request_id": request.id, "kept_at": ctx.now}
    rows = [{**here, "worker_id": one, "place": place} for place, one in enumerate(worker_ids, 1)]
    if rows:
        Substitute.insert_many(rows).execute()


def warm_places(request: Request) -> dict[int, int]:
    """Worker -> place on the warm list, while somebody is sought instead of a worker who was lost; else nothing.

    Whether they are still eligible and free is for the search to say, which this only puts in order.
    """
    if not Replacement.select().where(_open(request)).exists():
        return {}
    return {row.worker_id: row.place for row in Substitute.select().where(_mine(Substitute, request))}


def begin_replacement(ctx: Context, request: Request, worker_id: int, verb: str, visit_id: int | None = None) -> None:
    """A promised job has lost its worker: the time runs from now on. `verb` says how: replace, no_show, drop.

    Where it runs already, since who stood in did not sign, it goes on: the resident waits once.
    """
    if not Replacement.select().where(_open(request)).exists():
        here = {"community_id": ctx.community_id, "request_id": request.id, "visit_id": visit_id}
        Replacement.create(**here, worker_id=worker_id, verb=verb, lost_at=ctx.now)


def replaced(ctx: Context, request: Request, worker_id: int) -> None:
    """Both have signed with somebody else: the time stops. Nothing where nobody was lost."""
    _close(request, state="done", by_worker_id=worker_id, done_at=ctx.now)


def give_replacement_up(ctx: Context, request: Request) -> None:
    """The resident moved or cancelled it, or its time came: nobody else is sought for that promise any more."""
    _close(request, state="ended", done_at=ctx.now)


def _close(request: Request, **fields: Any) -> None:
    Replacement.update(**fields).where(_open(request)).execute()


def _open(request: Request) -> Any:
    return _mine(Replacement, request) & (Replacement.state == "open")


def _mine(model: Any, request: Request) -> Any:
    return (model.community_id == request.community_id) & (model.request_id == request.id)


@use_case(*FRONT)
def substitutes_of(ctx: Context, request_id: int) -> list[str]:
    """What those on a job's warm list are called, in their order."""
    mine = (Substitute.community_id == ctx.community_id) & (Substitute.request_id == request_id)
    ids = [row.worker_id for row in Substitute.select().where(mine).order_by(Substitute.place)]
    names = {w.id: w.called for w in Worker.select().where(Worker.id.in_(ids))} if ids else {}
    return [names[one] for one in ids if one in names]


def replacement_figures(ctx: Context) -> dict[str, int]:
    """Of those lost in the last days (substitutes.figures_days): how many, what became of them, and in which time.

    lost, done, open, ended, from_list, and the minutes within which half (half) and 90 of 100 (most) of those done were.
    """
    since = ctx.now - timedelta(days=ctx.settings.substitutes.figures_days)
    mine = (Replacement.community_id == ctx.community_id) & (Replacement.lost_at > since) & (Replacement.lost_at <= ctx.now)
    rows = list(Replacement.select().where(mine))
    done = [row for row in rows if row.state == "done"]
    minutes = [int((row.done_at - row.lost_at).total_seconds() // 60) for row in done]
    return {
        "lost": len(rows),
        "done": len(done),
        "open": sum(row.state == "open" for row in rows),
        "ended": sum(row.state == "ended" for row in rows),
        "from_list": sum(bool(row.from_list) for row in done),
        "half": within(minutes, 50),
        "most": within(minutes, 90),
    }


def published_figures(ctx: Context) -> dict[str, int] | None:
    """The same for everybody to read; None while there are so few (substitutes.publish_from) that they would tell of single cases."""
    found = replacement_figures(ctx)
    return found if found["done"] >= ctx.settings.substitutes.publish_from else None
