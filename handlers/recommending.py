"""Keeping whom we recommend, in which order and why, and who was wished for (D2, D3, D6)."""

from handlers.candidates import asked_for_this_time, find_ranked
from handlers.context import Context
from handlers.facts import also_free
from handlers.substitutes import keep_in_order, warm_places
from handlers.team_of import budget_of
from models.requests import Recommendation, Request
from models.rules.ranking import Candidate, Ranked
from models.visits import Visit
from models.workers import Worker

KEPT = 20  # more are never looked at by a person
COLD = 1_000  # behind every place of a warm list


def keep_recommendations(ctx: Context, request: Request) -> list[Recommendation]:
    """Ranks anew and keeps the order with its reasons, so that "why" answers from what decided (D6).

    A worker wished for by name, or the one of last time, comes first if they can; then, where a worker was lost, those of the
    warm list in its order (D7).
    """
    ranked, found, _job = find_ranked(ctx, request)
    wanted = wanted_ids(ctx, request, list(found))
    warm = warm_places(request)
    ranked.sort(key=lambda r: (r.worker_id not in wanted, warm.get(r.worker_id, COLD)))
    mine = (Recommendation.community_id == ctx.community_id) & (Recommendation.request_id == request.id)
    Recommendation.delete().where(mine).execute()
    later = also_free(ctx, request, [r.worker_id for r in ranked[:KEPT]])
    return [_keep(ctx, request, place, r, found[r.worker_id], later) for place, r in enumerate(ranked[:KEPT], 1)]


def keep_if_none(ctx: Context, request: Request) -> int:
    """Ranks where nobody has looked yet, or nobody could when somebody did: who is asked by the day's plan has others behind them
    (D4, D5). How many are kept.
    """
    mine = (Recommendation.community_id == ctx.community_id) & (Recommendation.request_id == request.id)
    return Recommendation.select().where(mine).count() or len(keep_recommendations(ctx, request))


def keep_substitutes(ctx: Context, request: Request, worker_id: int) -> None:
    """Keeps who was ranked next when this worker took it: their warm list, within what the resident allows to pay (D7).

    What was given out by the plan was never ranked; that is done now.
    """
    mine = (Recommendation.community_id == ctx.community_id) & (Recommendation.request_id == request.id)
    rows = list(Recommendation.select().where(mine).order_by(Recommendation.place))
    asked = {worker_id, *asked_for_this_time(request)}
    able = affordable(ctx, request, rows or keep_recommendations(ctx, request))
    following = [row.worker_id for row in able if row.worker_id not in asked]
    keep_in_order(ctx, request, worker_id, following[: ctx.settings.substitutes.keep])


def wanted_ids(ctx: Context, request: Request, able: list[int]) -> set[int]:
    """Whom the resident wished for: chosen before a move, named, or the one of last time."""
    wishes = request.wishes
    if wishes.get("worker_id"):
        return {int(wishes["worker_id"])}
    if wishes.get("worker_name"):
        named = (Worker.community_id == ctx.community_id) & Worker.id.in_(able)
        return {w.id for w in Worker.select().where(named & (Worker.called == wishes["worker_name"]))}
    return _of_last_time(ctx, request) if wishes.get("same_worker") else set()


def _of_last_time(ctx: Context, request: Request) -> set[int]:
    mine = (Visit.community_id == ctx.community_id) & (Visit.person_id == request.person_id)
    done = mine & Visit.state.in_(("finished", "confirmed", "settled", "closed"))
    same = Visit.select().where(done & (Visit.service == request.service)).order_by(Visit.starts_at.desc()).first()
    last = same or Visit.select().where(done).order_by(Visit.starts_at.desc()).first()
    return {last.worker_id} if last is not None else set()


def most_to_pay(ctx: Context, request: Request) -> int | None:
    """The highest price (fen) that may be shown or asked for without a word: a little above the budget, or what was agreed to."""
    budget = budget_of(request)
    if budget is None:
        return None
    most = budget * (100 + ctx.settings.requests.budget_slack_percent) // 100
    return max(most, int(request.loosened.get("price_fen", 0)))


def affordable(ctx: Context, request: Request, rows: list[Recommendation]) -> list[Recommendation]:
    """Those who take no more than what the resident has allowed."""
    most = most_to_pay(ctx, request)
    return [row for row in rows if most is None or row.price_fen <= most]


def within_budget(ctx: Context, request: Request, rows: list[Recommendation]) -> list[Recommendation]:
    """Those whose price may be shown for this budget; all of them when nobody is that cheap."""
    return affordable(ctx, request, rows) or rows


def allow_price(request: Request, price_fen: int) -> None:
    """The resident has seen this price and said yes to it."""
    if price_fen > int(request.loosened.get("price_fen", 0)):
        request.change(loosened={**request.loosened, "price_fen": price_fen})


def left_to_choose(request: Request) -> bool:
    """Whether somebody who was recommended has not been asked yet."""
    mine = (Recommendation.community_id == request.community_id) & (Recommendation.request_id == request.id)
    asked = asked_for_this_time(request)
    return Recommendation.select().where(mine & Recommendation.worker_id.not_in(list(asked))).exists()


def _keep(ctx: Context, request: Request, place: int, ranked: Ranked, c: Candidate, later: dict[int, dict[str, int]]) -> Recommendation:
    facts = {"km": str(c.km), "stars_sum": c.stars_sum, "stars_count": c.stars_count, "same": c.same_household}
    facts |= {"years": c.years, "jobs_30d": c.jobs_30d, **later.get(c.worker_id, {})}
    return Recommendation.create(
        community_id=ctx.community_id,
        request_id=request.id,
        worker_id=ranked.worker_id,
        place=place,
        score=ranked.score,
        price_fen=c.price_fen,
        parts=[{"code": p.code, "points": p.points, "speaks": p.speaks} for p in ranked.parts],
        facts=facts,
        made_at=ctx.now,
    )
