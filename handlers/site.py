"""What the public may read: services with prices, rules, last month's figures without names (O1)."""

from datetime import timedelta
from typing import Any

from handlers.catalogue import find_service, list_faq, list_services, price_range, rules_text, service_name, task_names
from handlers.context import Context
from handlers.words import current_language, say_yuan
from models.catalogue import ServiceType
from models.visits import Visit
from models.voices import Complaint, Rating

DONE = ("closed", "settled", "confirmed", "finished")
WEEKS = 8


def tile(service: ServiceType) -> dict[str, Any]:
    """A service as a tile: name, price, icon, address."""
    return {
        "code": service.code,
        "name": service_name(service),
        "price": price_range(service),
        "short": service.terms.get("short", ""),
        "url": f"/services/{service.code}",
    }


def home_view(ctx: Context) -> dict[str, Any]:
    """The first page: the eight services asked for most, and how last month went."""
    tiles = [tile(s) for s in list_services(ctx)]
    return {
        "tiles": tiles[:8],
        "count": len(tiles),
        "figures": month_figures(ctx),
        "weeks": weeks(ctx),
        "questions": questions(ctx),
    }


def questions(ctx: Context, most: int = 6) -> list[dict[str, str]]:
    """The questions people ask first, with their answers."""
    english = current_language() == "en"
    rows = list_faq(ctx)[:most]
    return [{"ask": f"{f.ask[0]}？", "answer": f.answer_en if english and f.answer_en else f.answer} for f in rows]


def month_figures(ctx: Context) -> dict[str, int]:
    """Visits, content residents, punctual workers (per cent) and complaints of the last 30 days."""
    since = ctx.now - timedelta(days=30)
    mine = (Visit.community_id == ctx.community_id) & (Visit.starts_at >= since) & (Visit.starts_at <= ctx.now)
    visits = list(Visit.select(Visit.late_told_at).where(mine & Visit.state.in_(DONE)))
    rated = (Rating.community_id == ctx.community_id) & (Rating.by == "resident") & (Rating.created_at >= since)
    stars = [r.stars for r in Rating.select(Rating.stars).where(rated)]
    complaints = (
        Complaint.select()
        .where((Complaint.community_id == ctx.community_id) & (Complaint.received_at >= since))
        .count()
    )
    return {
        "visits": len(visits),
        "content": percent(sum(s >= 4 for s in stars), len(stars)),
        "punctual": percent(sum(v.late_told_at is None for v in visits), len(visits)),
        "complaints": complaints,
    }


def percent(part: int, whole: int) -> int:
    """A whole per cent; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def weeks(ctx: Context) -> list[dict[str, int]]:
    """Visits of each of the last weeks, the oldest first."""
    counts = []
    for back in range(WEEKS, 0, -1):
        start = ctx.now - timedelta(days=7 * back)
        mine = (
            (Visit.community_id == ctx.community_id)
            & (Visit.starts_at >= start)
            & (Visit.starts_at < start + timedelta(days=7))
        )
        counts.append({"label": back, "value": Visit.select().where(mine & Visit.state.in_(DONE)).count()})
    return counts


def services_view(ctx: Context) -> dict[str, Any]:
    """All services."""
    return {"tiles": [tile(s) for s in list_services(ctx)]}


def service_view(ctx: Context, code: str) -> dict[str, Any] | None:
    """One service: price, what is in it, what not, what may be added, who may do it; None where there is none."""
    service = find_service(ctx, code)
    if service is None or not service.active:
        return None
    terms, names = service.terms, task_names()
    extras = [{"name": names.get(t, t), "price": say_yuan(fen)} for t, fen in terms.get("tasks", {}).items() if fen]
    lists = {name: terms.get(name, []) for name in ("included", "not_included", "checklist")}
    return {"s": {**tile(service), **lists, "extras": extras}}


def text_view(ctx: Context, kind: str, code: str) -> dict[str, Any]:
    """A text with its version."""
    found = rules_text(ctx, kind, code)
    return {"text": found.body, "version": found.version}
