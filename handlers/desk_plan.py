"""The plan of a day as its page at the desk shows it: rows, what has no worker yet, what stands in the way, who could (D5, D7)."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from handlers.clock import local
from handlers.context import DESK, Context, Refused, use_case
from handlers.plan_check import (
    STEP,
    alone,
    clock_words,
    conflicts,
    fitness_of,
    nobody_words,
    way_minutes,
)
from handlers.plan_day import DAY_MIN, Crew, Day, Stop
from handlers.plan_drafts import drafted, find_draft
from handlers.proposed import proposal_pill
from handlers.team_words import together
from handlers.words import _, listed, say_time
from models.plans import PlanDraft, Proposal
from models.rules.workdays import is_public_holiday

KINDS = {"fixed": "live", "promised": "agreed", "asked": "open", "signing": "open", "proposed": "open", "open": "open"}
PILLS = {"fixed": "go", "promised": "go", "asked": "info", "signing": "info", "open": "warn"}
SLOW = timedelta(seconds=30)  # so long nobody need wait for the planner before being told


@use_case(*DESK)
def plan_view(ctx: Context, day: date) -> dict[str, Any]:
    """Everything of the page but the panel of one thing."""
    draft = find_draft(ctx, day)
    planned = drafted(ctx, day, draft)
    wrong = _wrong(ctx, planned)
    rows = [_row(ctx, planned, crew, wrong) for crew in planned.crew.values()]
    moved = [s for s in planned.stops.values() if s.was is not None]
    busy = {(s.was or s).worker_id for s in planned.stops.values()}
    return {
        **_span(ctx, planned),
        "day": day.isoformat(),
        "version": draft.version if draft else 0,
        "rows": sorted(rows, key=lambda r: r["id"] not in busy),  # a draft doesn't change their order
        "loose": [_loose(ctx, planned, s, draft) for s in _by_time(planned) if s.worker_id is None],
        "lost": [_lost(s, planned, draft) for s in _by_time(planned) if _is_lost(planned, s)],
        "moved": len(moved),
        "holiday": is_public_holiday(day),
        "past": day < local(ctx.now).date(),
        "wrong": [_clash(planned, s, wrong[s.key]) for s in _by_time(planned) if wrong.get(s.key)],
        "ill": [{"called": planned.crew[w].worker.called, "at": clock_words(at)} for w, at in planned.ill.items() if w in planned.crew],
        "tells": tells(planned, moved),
        **_state(ctx, draft),
    }


def _clash(day: Day, stop: Stop, why: list[str]) -> dict[str, str]:
    """What stands in the way of one move, in a line, and where it is put right."""
    said = {"worker": _called(day, stop.worker_id), "at": clock_words(stop.start), "who": stop.who, "what": stop.what}
    return {"words": _("%(worker)s, %(at)s, %(who)s, %(what)s", **said), "why": "；".join(why), "url": _stop_url(day, stop)}


def _stop_url(day: Day, stop: Stop) -> str:
    return f"/console/plan?day={day.date.isoformat()}&thing={stop.key}#thing"


def _by_time(day: Day) -> list[Stop]:
    return sorted(day.stops.values(), key=lambda s: (s.start, s.key))


def _state(ctx: Context, draft: PlanDraft | None) -> dict[str, Any]:
    """Whether it is being worked on, what the last run said, whether something can be taken back, and who was at it last."""
    if draft is None:
        return {"planning": False, "slow": False, "said": {}, "can_undo": False, "changed": ""}
    busy = draft.state != "open"
    since: datetime | None = draft.wanted_at
    changed = _("%(who)s, %(at)s", who=draft.changed_by, at=say_time(draft.changed_at)) if draft.changed_by and draft.changed_at else ""
    slow = busy and since is not None and ctx.now - since > SLOW
    return {"planning": busy, "slow": slow, "said": draft.said, "can_undo": bool(draft.past) and not busy, "changed": changed}


def _wrong(ctx: Context, day: Day) -> dict[str, list[str]]:
    """What stands in the way of what the draft moves."""
    return {
        s.key: [c.words for c in [*conflicts(ctx, day, s, s.worker_id, s.start), *alone(day, s)]]
        for s in day.stops.values()
        if s.was is not None and s.worker_id is not None
    }


def _span(ctx: Context, day: Day) -> dict[str, Any]:
    """From which hour to which the day is drawn, and where now is."""
    hours = [h for c in day.crew.values() for h in c.hours] + [(s.start, s.end) for s in day.stops.values()]
    first, last = min([8 * 60, *(a for a, _b in hours)]), max([18 * 60, *(b for _a, b in hours)])
    now = local(ctx.now)
    here = now.hour * 60 + now.minute if now.date() == day.date else None
    return {"from_min": first // 60 * 60, "to_min": min(DAY_MIN, -(-last // 60) * 60), "now_min": here}


def _row(ctx: Context, day: Day, crew: Crew, wrong: dict[str, list[str]]) -> dict[str, Any]:
    stops = day.of(crew.worker.id)
    words = {"off": _("off"), "ill": _("ill")}
    return {
        "id": crew.worker.id,
        "who": crew.worker.called,
        "url": f"/console/workers/{crew.worker.id}",
        "hours": [{"from_min": a, "to_min": b} for a, b in crew.hours],
        "hours_words": listed(f"{clock_words(a)}—{clock_words(b)}" for a, b in crew.hours),
        "off": [{"from_min": a, "to_min": b, "words": words[why], "kind": why} for a, b, why in crew.away],
        "stops": [_stop(day, s, wrong.get(s.key, [])) for s in stops],
        "ways": _ways(ctx, stops),
        "work": sum(s.minutes for s in stops),
    }


def _ways(ctx: Context, stops: list[Stop]) -> list[dict[str, int]]:
    """The way to each stop but the first, drawn right before it, as far as there is room."""
    found = []
    for one, other in pairwise(stops):
        minutes, room = way_minutes(ctx, one, other), other.start - one.end
        if minutes and room > 0:
            found.append({"from_min": other.start - min(minutes, room), "to_min": other.start, "minutes": minutes})
    return found


def _stop(day: Day, stop: Stop, wrong: list[str]) -> dict[str, Any]:
    kind = "wrong" if wrong else "moved" if stop.was is not None else "over" if stop.over else KINDS[stop.state]
    proposal = Proposal.find(stop.proposal_id) if stop.state == "proposed" else None
    return {
        "key": stop.key,
        "who": stop.who,
        "what": stop.what,
        "area": stop.area,
        "from_min": stop.start,
        "to_min": min(stop.end, DAY_MIN),
        "minutes": stop.minutes,
        "hours": f"{clock_words(stop.start)}—{clock_words(stop.end)}",
        "kind": kind,
        "pill": _pill(stop, wrong, proposal),
        "wrong": wrong,
        "was": _was_words(day, stop),
        "team": stop.team if day.with_it(stop) else 0,
        "along": _along(day, stop),
        "movable": stop.movable,
        "proposal_id": stop.proposal_id if stop.state == "proposed" else None,
        "resident_said": proposal is not None and proposal.resident_at is not None,
        "worker_id": stop.worker_id or 0,
        "url": _stop_url(day, stop),
        "request_url": f"/console/requests/{stop.request_id}",
    }


def _along(day: Day, stop: Stop) -> str:
    """Who comes along, in words; "" where one person comes."""
    others = day.with_it(stop)
    if not others:
        return ""
    names = [_called(day, other.worker_id) for other in others if other.worker_id is not None]
    return _("together with %(names)s", names=together(names)) if names else _("%(n)s come together", n=len(others) + 1)


def _pill(stop: Stop, wrong: list[str], proposal: Proposal | None) -> dict[str, str]:
    if wrong:
        return {"kind": "bad", "words": _("conflict")}
    if proposal is not None:
        return proposal_pill(proposal)
    kind = "info" if stop.was is not None else "done" if stop.over else PILLS[stop.state]
    return {"kind": kind, "words": _state_words(stop)}


def _state_words(stop: Stop) -> str:
    if stop.was is not None:
        return _("draft")
    return {
        "fixed": _("is over") if stop.over else _("begun"),
        "promised": _("agreed"),
        "asked": _("worker is asked"),
        "signing": _("terms to confirm"),
        "open": _("nobody yet"),
    }[stop.state]


def _was_words(day: Day, stop: Stop) -> str:
    """How it stood, where the draft moves it."""
    if stop.was is None or stop.was.worker_id is None:
        return _("wished for %(at)s", at=clock_words(stop.was.start)) if stop.was is not None and stop.was.start != stop.start else ""
    return _("stood with %(who)s at %(at)s", who=_called(day, stop.was.worker_id), at=clock_words(stop.was.start))


def _loose(ctx: Context, day: Day, stop: Stop, draft: PlanDraft | None) -> dict[str, Any]:
    """Something without a worker, and why the planner found nobody."""
    people = _("%(n)s people are wanted", n=stop.people) if stop.people > 1 and not stop.team else ""
    if day.with_it(stop):
        people = _("Number %(place)s of %(n)s who come together", place=stop.place, n=len(day.with_it(stop)) + 1)
    return {**_stop(day, stop, []), "reason": _reason(stop, draft), "people": people}


def _is_lost(day: Day, stop: Stop) -> bool:
    at = day.ill.get(stop.worker_id or 0)
    return stop.was is None and at is not None and stop.state in ("promised", "signing") and stop.start >= at


def _lost(stop: Stop, day: Day, draft: PlanDraft | None) -> dict[str, Any]:
    """A visit of somebody who is ill, for whom the plan found nobody."""
    return {**_stop(day, stop, []), "reason": _reason(stop, draft), "people": ""}


def _reason(stop: Stop, draft: PlanDraft | None) -> str:
    left: dict[str, Any] = dict(draft.left_out) if draft is not None else {}
    return nobody_words(*left[stop.key]) if stop.key in left else ""


def tells(day: Day, moved: list[Stop]) -> list[str]:
    """What publishing means for each: for the dialog before it."""
    lines = []
    for stop in sorted(moved, key=lambda s: (s.start, s.key)):
        said = {"worker": _called(day, stop.worker_id), "who": stop.who, "at": clock_words(stop.start)}
        if stop.state == "open" and stop.was is not None and stop.start == stop.was.start:
            lines.append(_("%(worker)s is asked to take %(who)s, %(at)s.", **said))
        else:
            said["at"] = listed(filter(None, [said["at"], _was_words(day, stop)]))
            lines.append(_("%(who)s and %(worker)s are both asked about %(at)s; nothing moves without their yes.", **said))
    for worker_id, minute in day.ill.items():
        said = {"worker": _called(day, worker_id), "at": clock_words(minute)}
        lines.append(_("%(worker)s rests from %(at)s; for what is left somebody else is sought.", **said))
    return lines


def _called(day: Day, worker_id: int | None) -> str:
    crew = day.crew.get(worker_id or 0)
    return crew.worker.called if crew is not None else ""


@use_case(*DESK)
def thing_view(ctx: Context, day: date, key: str, at: int | None = None) -> dict[str, Any] | None:
    """One thing, and for everybody with its skill whether they could take it at `at` (minute; None: where it is planned now)."""
    planned = drafted(ctx, day)
    stop = planned.stops.get(key)
    if stop is None:
        return None
    start = stop.start if at is None else min(max(0, at), DAY_MIN - STEP)
    fit = fitness_of(ctx, planned, stop, start)
    people = []
    for worker_id, crew in planned.crew.items():
        if stop.service in crew.skills or worker_id == stop.worker_id:
            wrong = [c.words for c in conflicts(ctx, planned, stop, worker_id, start, fit)]
            people.append({"id": worker_id, "called": crew.worker.called, "wrong": wrong, "here": worker_id == stop.worker_id})
    people.sort(key=lambda p: (not p["here"], bool(p["wrong"])))
    times = {"at": field_time(start), "at_words": clock_words(start)}
    more = {"worker": _called(planned, stop.worker_id), "drafted": stop.was is not None}
    return {**_stop(planned, stop, []), "people": people, **times, **more}


def field_time(minute: int) -> str:
    """540 is 09:00, as a field for a time takes it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


@use_case(*DESK)
def check_move(ctx: Context, day: date, *, key: str, worker_id: int, start: int) -> dict[str, Any]:
    """Whether a thing could go there, in words, before anything is changed: {"ok", "words"}. Refuses not_found."""
    planned = drafted(ctx, day)
    stop = planned.stops.get(key)
    if stop is None or worker_id not in planned.crew or not 0 <= start < DAY_MIN:
        raise Refused("not_found", _("I can't find that one on this day."), status=404)
    where = _("%(worker)s, %(at)s", worker=planned.crew[worker_id].worker.called, at=clock_words(start))
    found = [c.words for c in conflicts(ctx, planned, stop, worker_id, start)]
    return {"ok": not found, "words": f"{where}：{'；'.join(found)}" if found else _("%(where)s: it fits", where=where)}


@use_case(*DESK)
def plan_state(ctx: Context, day: date) -> dict[str, Any]:
    """For a page that waits: whether it is still being planned, and which version stands."""
    draft = find_draft(ctx, day)
    return {"planning": draft is not None and draft.state != "open", "version": draft.version if draft else 0}


def ill_from(ctx: Context, day: date) -> str:
    """The time that is offered for an illness: this quarter of an hour, so that what is just about to begin counts; of another day
    the first hour at which anybody works."""
    span = _span(ctx, drafted(ctx, day))
    now = span["now_min"]
    return field_time(span["from_min"] if now is None else now // STEP * STEP)
