"""Workers' files at the desk: the list, and one file with papers, skills, what is missing, and the next visits (A2, A3)."""

from datetime import date
from typing import Any

from handlers.access import access_worker
from handlers.agencies import agency_choices
from handlers.catalogue import find_service, list_services, price_range, service_name, unit_words
from handlers.clock import local
from handlers.context import FRONT, Context, use_case
from handlers.desk_terms import may_decide
from handlers.leaves import leaves_of
from handlers.notices.requests import grade_word
from handlers.papers import paper_words
from handlers.words import _, listed, say_yuan
from handlers.workers import upcoming
from models.workers import Document, Worker, WorkerSkill, WorkingHours

SOON = 30  # days before its end from which a paper is shown as ending
CAN = {"active": ("pause",), "paused": ("activate",), "applied": ("activate",)}
PILLS = {"applied": "info", "active": "go", "paused": "hold", "removed": "done"}


@use_case(*FRONT)
def list_workers_view(ctx: Context, *, words: str = "", state: str = "") -> dict[str, Any]:
    """All workers with grade, skills, stars, and papers that need a look; `words` is a part of the name."""
    today = local(ctx.now).date()
    rows = Worker.select().where(Worker.community_id == ctx.community_id).order_by(Worker.state, Worker.id)
    people = [_line(ctx, w, today) for w in rows if words in w.called]
    count = {key: sum(_is(p, key) for p in people) for key in ("", "papers", "applied", "paused")}
    names = {"": _("All"), "papers": _("Papers to look at"), "applied": _("New"), "paused": _("paused")}
    tabs = [
        {"words": name, "url": f"/console/workers?state={key}", "count": count[key], "here": key == state}
        for key, name in names.items()
    ]
    return {"workers": [p for p in people if _is(p, state)], "tabs": tabs, "may_add": may_decide(ctx)}


def _is(person: dict[str, Any], wanted: str) -> bool:
    return person["papers"] if wanted == "papers" else wanted in ("", person["state_code"])


def _line(ctx: Context, worker: Worker, today: date) -> dict[str, Any]:
    skills = skills_of(ctx, worker.id)
    names = [service_name(find_service(ctx, s.service)) for s in skills]
    paper = _paper_pill(ctx, worker, today)
    return {
        "id": worker.id,
        "url": f"/console/workers/{worker.id}",
        "called": worker.called,
        "grade": grade_word(worker.grade),
        "state_code": worker.state,
        "state_pill": {"kind": PILLS[worker.state], "words": worker_state(worker.state)},
        "stars": f"{worker.stars_sum / worker.stars_count:.1f}" if worker.stars_count else "",
        "stars_count": worker.stars_count,
        "skills": listed(names),
        "papers": paper is not None,
        "pill": paper,
    }


def _paper_pill(ctx: Context, worker: Worker, today: date) -> dict[str, str] | None:
    days = [(date.fromisoformat(p.valid_to) - today).days for p in papers_of(ctx, worker.id) if p.valid_to]
    soonest = min(days, default=SOON + 1)
    if soonest < 0:
        return {"kind": "bad", "words": _("a paper has ended")}
    if soonest <= SOON:
        return {"kind": "warn", "words": _("a paper ends in %(n)s days", n=soonest)}
    return None


def skills_of(ctx: Context, worker_id: int) -> list[WorkerSkill]:
    """What a worker can do."""
    mine = (WorkerSkill.community_id == ctx.community_id) & (WorkerSkill.worker_id == worker_id) & WorkerSkill.active
    return list(WorkerSkill.select().where(mine).order_by(WorkerSkill.id))


def papers_of(ctx: Context, worker_id: int) -> list[Document]:
    """A worker's papers, of each kind only the one that is valid longest."""
    mine = (Document.community_id == ctx.community_id) & (Document.worker_id == worker_id) & (Document.state == "valid")
    newest = {p.kind: p for p in Document.select().where(mine).order_by(Document.valid_to)}
    return sorted(newest.values(), key=lambda p: p.valid_to)


def worker_state(state: str) -> str:
    """Whether they can be asked."""
    return {"applied": _("applied"), "active": _("can be asked"), "paused": _("paused"), "removed": _("left")}[state]


@use_case(*FRONT)
def worker_page(ctx: Context, worker_id: int) -> dict[str, Any]:
    """A worker's file: skills, papers with their validity, next visits, what was said of them."""
    worker = access_worker(ctx, worker_id)
    today = local(ctx.now).date()
    papers = papers_of(ctx, worker.id)
    return {
        "w": {
            **_line(ctx, worker, today),
            "bio": worker.bio,
            "agency": worker.agency,
            "years": _("%(n)s years at it", n=worker.years) if worker.years else "",
            "areas": listed(worker.areas),
            "languages": listed(worker.languages),
            "hours": _hours(ctx, worker.id),
            "person_url": f"/console/residents/{worker.person_id}",
            "can": CAN.get(worker.state, ()) if may_decide(ctx) else (),
        },
        "skill_rows": [_skill(ctx, s, papers, today) for s in skills_of(ctx, worker.id)],
        "papers": [_paper(ctx, p, today) for p in papers],
        "coming": upcoming(ctx, worker.id),
        "off": leaves_of(ctx, worker.id),
        "today": today.isoformat(),
        "kinds": [{"value": "", "label": _("Please choose")}, *paper_kinds(ctx)],
        "services": [{"value": "", "label": _("Please choose")}, *service_choices(ctx)],
        "levels": [{"value": n, "label": grade_word(g)} for n, g in enumerate(("junior", "middle", "senior", "gold"), 1)],
        "agencies": agency_choices(ctx),
        "may_decide": may_decide(ctx),
    }


def paper_kinds(ctx: Context) -> list[dict[str, str]]:
    """Every kind of paper that some service asks for."""
    asked = {"id_verified": 0, "background_check": 0, "health_cert": 0}
    for service in list_services(ctx):
        asked |= dict.fromkeys(service.terms.get("documents", []), 0)
    return [{"value": kind, "label": paper_words(ctx, kind)} for kind in asked]


def service_choices(ctx: Context) -> list[dict[str, str]]:
    """Every service, with its public price as a help."""
    return [{"value": s.code, "label": f"{service_name(s)}（{price_range(s)}）"} for s in list_services(ctx)]


def _hours(ctx: Context, worker_id: int) -> str:
    """周一、周二 8:00—18:00."""
    mine = (WorkingHours.community_id == ctx.community_id) & (WorkingHours.worker_id == worker_id)
    rows = list(WorkingHours.select().where(mine).order_by(WorkingHours.weekday, WorkingHours.from_min))
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    if not rows:
        return ""
    first, last = min(r.from_min for r in rows), max(r.to_min for r in rows)
    days = sorted({r.weekday for r in rows})
    said = _("every day") if len(days) == len(names) else listed(names[d] for d in days)
    return f"{said} {first // 60}:{first % 60:02d}—{last // 60}:{last % 60:02d}"


def _skill(ctx: Context, skill: WorkerSkill, papers: list[Document], today: date) -> dict[str, Any]:
    service = find_service(ctx, skill.service)
    asked = service.terms.get("documents", []) if service is not None else []
    valid = {p.kind for p in papers if not p.valid_to or date.fromisoformat(p.valid_to) >= today}
    price = say_yuan(skill.price_fen if skill.price_fen is not None else service.price_fen) if service else ""
    return {
        "name": service_name(service),
        "years": skill.years,
        "price": f"{price} {unit_words(service.unit)}" if service is not None else price,
        "lacks": [paper_words(ctx, kind) for kind in asked if kind not in valid],
    }


def _paper(ctx: Context, paper: Document, today: date) -> dict[str, Any]:
    days = (date.fromisoformat(paper.valid_to) - today).days if paper.valid_to else SOON + 1
    pill = {"kind": "go", "words": _("valid")}
    if days < 0:
        pill = {"kind": "bad", "words": _("ended")}
    elif days <= SOON:
        pill = {"kind": "warn", "words": _("%(n)s days left", n=days)}
    return {
        "name": paper_words(ctx, paper.kind),
        "from": paper.valid_from,
        "to": paper.valid_to,
        "issuer": paper.issuer,
        "pill": pill,
    }
