"""What the public may read: services with prices, rules, last month's figures without names (O1)."""

from datetime import timedelta
from typing import Any

from handlers.catalogue import find_service, list_faq, list_services, price_range, rules_text, service_name, task_names
from handlers.context import Context
from handlers.papers import paper_words
from handlers.substitutes import published_figures
from handlers.words import _, current_language, say_date, say_minutes, say_yuan
from models.catalogue import ServiceType
from models.visits import Visit
from models.voices import Complaint, Rating

DONE = ("closed", "settled", "confirmed", "finished")
WEEKS = 8


def _said(body: dict[str, Any], key: str) -> Any:
    """What a text says under `key`, in the language of the moment."""
    return (body.get(f"{key}_en") if current_language() == "en" else None) or body.get(key, "")


def tile(service: ServiceType) -> dict[str, Any]:
    """A service as a tile: name, price, icon, address."""
    return {
        "code": service.code,
        "name": service_name(service),
        "price": price_range(service),
        "short": _said(service.terms, "short"),
        "url": f"/services/{service.code}",
    }


def home_view(ctx: Context) -> dict[str, Any]:
    """The first page: the eight services asked for most, and how last month went."""
    tiles = [tile(s) for s in list_services(ctx)]
    return {
        "tiles": tiles[:8],
        "count": len(tiles),
        "figures": month_figures(ctx),
        "replaced": replaced_words(ctx),
        "weeks": weeks(ctx),
        "questions": questions(ctx),
        "promise": {
            "answer": ctx.settings.complaints.answer_within_working_hours,
            "result": ctx.settings.complaints.result_within_working_days,
        },
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


def replaced_words(ctx: Context) -> str:
    """How soon somebody else was found when a worker could not come; '' while there are too few cases to publish (D7)."""
    found = published_figures(ctx)
    if found is None:
        return ""
    spans = {"half": say_minutes(max(1, found["half"])), "most": say_minutes(max(1, found["most"]))}
    days = ctx.settings.substitutes.figures_days
    return _(
        "When a worker could not come (%(lost)s times in %(days)s days), somebody else was found %(done)s times: half of them within "
        "%(half)s, 90 of 100 within %(most)s.",
        lost=found["lost"], days=days, done=found["done"], **spans,
    )  # fmt: skip


def percent(part: int, whole: int) -> int:
    """A whole per cent; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def weeks(ctx: Context) -> list[dict[str, Any]]:
    """Visits of each of the last weeks, the oldest first."""
    counts = []
    for back in range(WEEKS, 0, -1):
        start = ctx.now - timedelta(days=7 * back)
        mine = (
            (Visit.community_id == ctx.community_id)
            & (Visit.starts_at >= start)
            & (Visit.starts_at < start + timedelta(days=7))
        )
        last = say_date(start + timedelta(days=6), ctx.now)
        name = f"{say_date(start, ctx.now)}—{last}"
        counts.append({"name": name, "value": Visit.select().where(mine & Visit.state.in_(DONE)).count()})
    return counts


def services_view(ctx: Context, words: str = "") -> dict[str, Any]:
    """All services; with `words`, those that a sentence seems to ask for stand first, by themselves."""
    services = list_services(ctx)
    return {
        "tiles": [tile(s) for s in services],
        "asked": words,
        "fitting": [tile(s) for s in services if _is_asked(s, words)] if words else [],
    }


def _is_asked(service: ServiceType, words: str) -> bool:
    """Whether a sentence names the service, as people call it every day."""
    names = [service.name, service.name_en or "", *service.terms.get("everyday_names", [])]
    said = words.lower()
    return any(name and name.lower() in said for name in names)


def service_view(ctx: Context, code: str) -> dict[str, Any] | None:
    """One service: price, what is in it, what not, what may be added, who may do it; None where there is none."""
    service = find_service(ctx, code)
    if service is None or not service.active:
        return None
    terms, names = service.terms, task_names()
    extras = [{"name": names.get(t, t), "price": say_yuan(fen)} for t, fen in terms.get("tasks", {}).items() if fen]
    free = [names.get(t, t) for t, fen in terms.get("tasks", {}).items() if not fen]
    lists = {name: _said(terms, name) or [] for name in ("included", "not_included", "checklist")}
    more = {
        "extras": extras,
        "free": free,
        "counting": _said(terms, "counting"),
        "usual": say_minutes(service.usual_minutes) if service.unit in ("hour", "visit") else "",
        "papers": [paper_words(ctx, kind) for kind in terms.get("documents", [])],
    }
    return {"s": {**tile(service), **lists, **more}}


def text_view(ctx: Context, kind: str, *codes: str) -> dict[str, Any]:
    """Texts with their version, one below the other, in the language of the moment."""
    found = [rules_text(ctx, kind, code) for code in codes]
    keys = ("title", "items", "short", "long")
    texts = [{"code": f.code, **{key: _said(f.body, key) for key in keys}} for f in found]
    return {"texts": texts, "version": max(f.version for f in found)}
