"""The desk's first page: what to do first, figures, today's visits, what to look at, who is on duty, fairness (D6, K4)."""

from datetime import datetime, timedelta
from typing import Any

from handlers.alerts import list_alerts
from handlers.catalogue import find_service, service_name
from handlers.clock import SHANGHAI, local
from handlers.context import FRONT, STAFF, Context, use_case
from handlers.desk_danger import AT_ONCE
from handlers.desk_queue import by_urgency, queues
from handlers.desk_terms import called, state_words
from handlers.notices.requests import grade_word
from handlers.spread import spread_of
from handlers.words import _, say_clock, say_time
from models.people import Person
from models.requests import Request
from models.rules.fairness import gini
from models.visits import Visit
from models.voices import Rating
from models.workers import Document, Leave, Worker

# Alerts about what stands in the queue with its own clock need no second place.
IN_QUEUE = frozenset(AT_ONCE) | frozenset(
    "complaint_new complaint_warn complaint_answer_late complaint_result_late review_overdue handover_waits nobody_free nobody_left".split()
)
JOB_KIND = {"in_service": "live", "on_the_way": "live", "scheduled": "agreed", "finished": "agreed"}


@use_case(*STAFF)
def home_view(ctx: Context) -> dict[str, Any]:
    """Everything of the first page but the queue itself."""
    rows = by_urgency([r for q in queues(ctx) for r in q.rows(ctx) if not r["held_reason"]])
    front = bool(ctx.actor.roles.intersection(FRONT))
    first = [{**row, "kind": _kind(ctx, row)} for row in rows[:3]]
    here = local(ctx.now).hour
    hello = _("good morning") if here < 12 else _("good afternoon") if here < 18 else _("good evening")
    words = _("%(name)s, %(hello)s. %(n)s to do first", name=ctx.actor.called, hello=hello, n=len(first))
    calm = _("%(name)s, %(hello)s. Nothing is urgent", name=ctx.actor.called, hello=hello)
    on_duty = duty_list(ctx) if front else []
    return {
        "greeting": words if first else calm,
        "first": first,
        "figures": figures(ctx),
        "plan": day_plan(ctx, local(ctx.now).date()) if front else None,
        "notices": notices(ctx),
        "duty": on_duty[:4],
        "duty_count": len(on_duty),
        "fairness": fairness_words(ctx),
    }


def _kind(ctx: Context, row: dict[str, Any]) -> str:
    if row["due"] < ctx.now:
        return "late"
    return str(row.get("kind", ""))


def _day(ctx: Context, day: Any) -> tuple[datetime, datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return start, start + timedelta(days=1)


def visits_of_day(ctx: Context, day: Any) -> list[Visit]:
    """The visits of a local day, by their time; those that were called off are left out."""
    start, end = _day(ctx, day)
    mine = (Visit.community_id == ctx.community_id) & (Visit.starts_at >= start) & (Visit.starts_at < end)
    rows = Visit.select().where(mine & Visit.state.not_in(("cancelled", "replaced"))).order_by(Visit.starts_at)
    return list(rows)


def figures(ctx: Context) -> list[dict[str, Any]]:
    """Four figures of today and this week."""
    today = visits_of_day(ctx, local(ctx.now).date())
    begun = [v for v in today if v.checked_in_at]
    late = [v for v in today if v.late_told_at]
    start, _end = _day(ctx, local(ctx.now).date())
    here = Request.community_id == ctx.community_id
    new = Request.select().where(here & (Request.submitted_at >= start) & (Request.state != "draft")).count()
    done = (
        Visit.select()
        .where(
            (Visit.community_id == ctx.community_id)
            & (Visit.starts_at > ctx.now - timedelta(days=7))
            & Visit.state.in_(("closed", "settled", "confirmed"))
        )
        .count()
    )
    content, rated = _content(ctx)
    return [
        {
            "label": _("Visits today"),
            "value": len(today),
            "unit": "",
            "note": _("%(n)s begun, %(late)s late", n=len(begun), late=len(late)),
            "way": "",
        },
        {"label": _("New requests"), "value": new, "unit": "", "note": _("today"), "way": ""},
        {"label": _("Done in 7 days"), "value": done, "unit": "", "note": "", "way": ""},
        {
            "label": _("Content"),
            "value": content,
            "unit": "%",
            "note": _("of %(n)s who rated in 30 days", n=rated),
            "way": "",
        },
    ]


def _content(ctx: Context) -> tuple[int, int]:
    since = ctx.now - timedelta(days=30)
    mine = (Rating.community_id == ctx.community_id) & (Rating.by == "resident") & (Rating.created_at >= since)
    stars = [r.stars for r in Rating.select(Rating.stars).where(mine)]
    return (round(100 * sum(s >= 4 for s in stars) / len(stars)) if stars else 0), len(stars)


def day_plan(ctx: Context, day: Any) -> dict[str, Any]:
    """The day as lines, a line a worker, for the timeline."""
    rows: dict[int, dict[str, Any]] = {}
    for visit in visits_of_day(ctx, day):
        worker = Worker.get(Worker.id == visit.worker_id)
        row = rows.setdefault(visit.worker_id, {"who": worker.called, "off": _off(ctx, worker, day), "jobs": []})
        row["jobs"].append(_job(ctx, visit))
    now = local(ctx.now)
    spans = [(j["from_min"], j["to_min"]) for r in rows.values() for j in r["jobs"]]
    first = min([8 * 60, *(a for a, _b in spans)]) // 60 * 60
    last = -(-max([18 * 60, *(b for _a, b in spans)]) // 60) * 60
    today = now.hour * 60 + now.minute if now.date() == day else None
    return {"from_min": first, "to_min": last, "now_min": today, "rows": list(rows.values())}


def _minute(moment: datetime) -> int:
    here = local(moment)
    return here.hour * 60 + here.minute


def _job(ctx: Context, visit: Visit) -> dict[str, Any]:
    person, service = Person.find(visit.person_id), find_service(ctx, visit.service)
    start = _minute(visit.starts_at)
    length = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
    return {
        "from_min": start,
        "to_min": min(start + length, 24 * 60),
        "kind": "sick" if visit.state == "no_show" else JOB_KIND.get(visit.state, "agreed"),
        "title": f"{called(person)} {service_name(service)}",
        "state": state_words(visit.state),
        "url": f"/console/requests/{visit.request_id}",
    }


def _off(ctx: Context, worker: Worker, day: Any) -> list[dict[str, Any]]:
    start, end = _day(ctx, day)
    mine = (Leave.community_id == ctx.community_id) & (Leave.worker_id == worker.id)
    rows = Leave.select().where(mine & (Leave.starts_at < end) & (Leave.ends_at > start))
    return [
        {
            "from_min": _minute(max(r.starts_at, start)),
            "to_min": _minute(r.ends_at) if r.ends_at < end else 24 * 60,
            "words": _("off"),
        }
        for r in rows
    ]


def notices(ctx: Context) -> list[dict[str, Any]]:
    """Alerts that stand nowhere else, and papers that end soon; for those who deal with people."""
    if not ctx.actor.roles.intersection(FRONT):
        return []
    found = [
        {
            "kind": "bad" if a.kind == "emergency" else "warn",
            "title": a.words,
            "words": say_clock(a.at, ctx.now),
            "url": _alert_url(a),
            "link": _("Look"),
            "done": f"/console/alerts/{a.id}/seen",
        }
        for a in [a for a in list_alerts(ctx) if a.kind not in IN_QUEUE][:4]
    ]
    until = (local(ctx.now).date() + timedelta(days=7)).isoformat()
    mine = (Document.community_id == ctx.community_id) & (Document.valid_to <= until) & (Document.valid_to != "")
    ending = Document.select().where(mine & (Document.valid_to >= local(ctx.now).date().isoformat()))
    names = sorted({Worker.get(Worker.id == d.worker_id).called for d in ending})
    if names:
        words = _("%(names)s. From that day on nothing is offered to them.", names="、".join(names))
        title = _("%(n)s papers end within 7 days", n=ending.count())
        found.append({"kind": "warn", "title": title, "words": words, "url": "/console/workers?state=papers", "link": _("Look")})
    return found


def _alert_url(alert: Any) -> str:
    homes = {"request": "requests", "complaint": "complaints", "handover": "handovers", "worker": "workers"}
    if alert.subject_kind in homes and alert.subject_id:
        return f"/console/{homes[alert.subject_kind]}/{alert.subject_id}"
    if alert.subject_kind == "visit":
        return f"/console/requests/{Visit.get(Visit.id == alert.subject_id).request_id}"
    return "/console/"


def duty_list(ctx: Context) -> list[dict[str, Any]]:
    """Workers, and what they are at just now; those who are under way first."""
    live: dict[int, Visit] = {
        v.worker_id: v for v in visits_of_day(ctx, local(ctx.now).date()) if v.state in ("in_service", "on_the_way")
    }
    mine = (Worker.community_id == ctx.community_id) & (Worker.state == "active")
    people = [_on_duty(w, live.get(w.id)) for w in Worker.select().where(mine).order_by(Worker.id)]
    return sorted(people, key=lambda p: p["pill"] is None)


def _on_duty(worker: Worker, visit: Visit | None) -> dict[str, Any]:
    pill, line = None, "、".join(worker.areas)
    if visit is not None:
        going = visit.state == "on_the_way"
        pill = {"kind": "info" if going else "go", "words": _("on the way") if going else _("at work")}
        line = _("at %(name)s's until %(end)s", name=called(Person.find(visit.person_id)), end=say_time(visit.ends_at))
    return {
        "id": worker.id,
        "called": worker.called,
        "grade": grade_word(worker.grade),
        "line": line,
        "url": f"/console/workers/{worker.id}",
        "pill": pill,
    }


def fairness_words(ctx: Context) -> str:
    """How evenly the last 30 days' work was spread (D6)."""
    jobs = [row["jobs"] for row in spread_of(ctx)]
    if not jobs:
        return ""
    return _(
        "Last 30 days, %(n)s workers: at most %(most)s visits, at least %(least)s. Spread (Gini) %(gini)s.",
        n=len(jobs),
        most=max(jobs),
        least=min(jobs),
        gini=f"{gini(jobs):.2f}",
    )
