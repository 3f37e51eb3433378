"""How offers, jobs and income of the last 30 days are spread over the workers, for staff to see (D6)."""

from collections import Counter
from datetime import timedelta
from typing import Any

from handlers.context import FRONT, Context, use_case
from handlers.substitutes import replacement_figures
from handlers.words import _, say_minutes, say_yuan
from models.requests import Offer
from models.rules.fairness import gini
from models.visits import Visit
from models.workers import Worker

DAYS = 30
DONE = ("closed", "settled", "confirmed", "finished")
SHOWN = 14  # bars in a chart; the table has all


@use_case(*FRONT)
def spread_page(ctx: Context) -> dict[str, Any]:
    """Each active worker's offers, jobs and income (fen), most jobs first, and how unevenly each is spread (Gini)."""
    people = spread_of(ctx)
    jobs = [p["jobs"] for p in people]
    return {
        "people": people,
        "stats": [*(_unevenness(people, key, label) for key, label in _columns()), _busiest(jobs)],
        "words": _in_words(people, jobs),
        "jobs": _bars(people, "jobs"),
        "income": _bars(people, "income"),
        "lost": _lost(ctx),
        "lost_days": ctx.settings.substitutes.figures_days,
        "some": any(jobs) or any(p["offers"] for p in people),
    }


def spread_of(ctx: Context) -> list[dict[str, Any]]:
    """The rows, from three queries."""
    since = ctx.now - timedelta(days=DAYS)
    mine = (Visit.community_id == ctx.community_id) & (Visit.starts_at > since) & (Visit.starts_at <= ctx.now)
    jobs, income = Counter[int](), Counter[int]()
    for visit in Visit.select(Visit.worker_id, Visit.total_fen).where(mine & Visit.state.in_(DONE)):
        jobs[visit.worker_id] += 1
        income[visit.worker_id] += visit.total_fen
    asked = (Offer.community_id == ctx.community_id) & (Offer.created_at > since) & (Offer.created_at <= ctx.now)
    offers = Counter(o.worker_id for o in Offer.select(Offer.worker_id).where(asked))
    workers = Worker.select().where((Worker.community_id == ctx.community_id) & (Worker.state == "active"))
    rows = [
        {"id": w.id, "name": w.called, "offers": offers[w.id], "jobs": jobs[w.id], "income": income[w.id]} for w in workers
    ]
    return sorted(rows, key=lambda p: (-p["jobs"], -p["income"], p["id"]))


def _lost(ctx: Context) -> list[dict[str, Any]]:
    """How often a worker of a promised job was lost, and how soon another had promised it (D7); empty: never."""
    found = replacement_figures(ctx)
    if not found["lost"]:
        return []
    kept = _("%(n)s from the list kept for it", n=found["from_list"])
    rest = _("%(open)s still sought, %(ended)s given up", open=found["open"], ended=found["ended"])
    cells = [(_("Lost"), str(found["lost"]), rest), (_("Somebody else found"), str(found["done"]), kept)]
    if found["done"]:
        cells += [(_("Half of them within"), _span(found["half"]), ""), (_("90 of 100 within"), _span(found["most"]), "")]
    return [{"label": label, "value": value, "note": note, "way": ""} for label, value, note in cells]


def _span(minutes: int) -> str:
    return say_minutes(max(1, minutes))


def _columns() -> list[tuple[str, str]]:
    return [("offers", _("Offers")), ("jobs", _("Jobs")), ("income", _("Income"))]


def _unevenness(people: list[dict[str, Any]], key: str, label: str) -> dict[str, Any]:
    values = [p[key] for p in people]
    total = say_yuan(sum(values)) if key == "income" else str(sum(values))
    note = _("%(total)s in all", total=total)
    return {"label": _("Gini, %(what)s", what=label), "value": f"{gini(values):.2f}", "note": note, "way": ""}


def _bars(people: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    rows = sorted(people, key=lambda p: (-p[key], p["id"]))[:SHOWN]
    return [{"name": p["name"], "b": p[key] // 100 if key == "income" else p[key]} for p in rows]


def _in_words(people: list[dict[str, Any]], jobs: list[int]) -> str:
    """Who has most, and what half of them stay below."""
    if not any(jobs):
        return ""
    half = sorted(jobs)[len(jobs) // 2]
    return _("%(name)s had most, %(most)s jobs; half of them had %(half)s or fewer.", name=people[0]["name"], most=jobs[0], half=half)


def _busiest(jobs: list[int]) -> dict[str, Any]:
    few = max(1, len(jobs) // 5)
    share = round(100 * sum(sorted(jobs)[-few:]) / sum(jobs)) if sum(jobs) else 0
    return {"label": _("Done by the busiest fifth"), "value": f"{share}%", "note": _("%(n)s workers", n=few), "way": ""}
