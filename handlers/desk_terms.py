"""How the desk calls things: people, requests, channels, states; the same on every page."""

from datetime import datetime
from typing import Any

from handlers.catalogue import find_service, service_name
from handlers.clock import local
from handlers.context import DESK, Context
from handlers.words import _, say_date, say_minutes, say_soon
from models.people import Person
from models.requests import Request
from models.visits import Visit


def called(person: Person | None) -> str:
    """What staff call somebody whose name is not known yet."""
    return (person.called if person is not None else "") or _("a new neighbour")


def button(label: str, url: str, *, main: bool = False, post: bool = False) -> dict[str, Any]:
    """One thing to do with a row."""
    return {"label": label, "url": url, "main": main, "method": "post" if post else "get"}


def may_decide(ctx: Context) -> bool:
    """Whether this staff member may review and dispatch; others are shown no button that would refuse them."""
    return bool(ctx.actor.roles.intersection(DESK))


def may_enter(ctx: Context) -> bool:
    """Whether this staff member may enter a request for somebody."""
    return may_decide(ctx) or "consultant" in ctx.actor.roles


def request_title(ctx: Context, request: Request) -> str:
    """王阿姨：明天上午9点 日常保洁 2小时."""
    return _("%(who)s: %(what)s", who=called(Person.find(request.person_id)), what=request_what(ctx, request))


def request_what(ctx: Context, request: Request) -> str:
    """明天上午9点 日常保洁 2小时; the whole date stands beside it."""
    service = find_service(ctx, request.service)
    when = say_soon(request.starts_at, ctx.now) if request.starts_at else ""
    length = say_minutes(request.minutes) if request.minutes else ""
    return " ".join(filter(None, [when, service_name(service), length]))


def whole_date(ctx: Context, moment: datetime | None) -> str:
    """11月27日 周五 9:00."""
    if moment is None:
        return ""
    here = local(moment)
    return f"{say_date(moment, ctx.now)} {here.hour}:{here.minute:02d}"


def channel_words(channel: str) -> str:
    """Where it came in."""
    names = {
        "chat": _("chat"),
        "miniprogram": _("mini-program"),
        "web": _("website"),
        "desk": _("station"),
        "phone": _("phone"),
    }
    return names.get(channel, channel)


def state_words(state: str) -> str:
    """Where a visit stands."""
    return {
        "scheduled": _("agreed"),
        "on_the_way": _("on the way"),
        "in_service": _("under way"),
        "finished": _("to be confirmed"),
        "confirmed": _("to be paid"),
        "settled": _("paid"),
        "closed": _("closed"),
        "no_show": _("did not come"),
        "cancelled": _("cancelled"),
        "replaced": _("replaced"),
    }[state]


def visit_pill(visit: Visit) -> dict[str, str]:
    """Where a visit stands."""
    kinds = {"on_the_way": "info", "finished": "warn", "confirmed": "warn", "no_show": "bad"}
    done = {"settled": "done", "closed": "done", "cancelled": "done", "replaced": "done"}
    return {"kind": (kinds | done).get(visit.state, "go"), "words": state_words(visit.state)}


def request_pill(request: Request, visit: Visit | None = None) -> dict[str, str]:
    """Where a request stands: one pill, and while a visit stands, the visit's. A further place of a team waits for the resident, who
    chooses one after the other."""
    if request.state == "scheduled" and visit is not None:
        return visit_pill(visit)
    state = "matching" if request.state == "approved" and request.team_place > 1 else request.state
    return {
        "draft": {"kind": "", "words": _("draft")},
        "submitted": {"kind": "info", "words": _("to review")},
        "needs_info": {"kind": "hold", "words": _("asked back")},
        "approved": {"kind": "warn", "words": _("needs a worker")},
        "matching": {"kind": "info", "words": _("resident chooses")},
        "offered": {"kind": "go", "words": _("a worker is asked")},
        "negotiating": {"kind": "info", "words": _("terms to confirm")},
        "agreed": {"kind": "go", "words": _("agreed")},
        "scheduled": {"kind": "go", "words": _("agreed")},
        "closed": {"kind": "done", "words": _("closed")},
        "cancelled": {"kind": "done", "words": _("cancelled")},
        "rejected": {"kind": "done", "words": _("not taken")},
        "expired": {"kind": "bad", "words": _("nobody found in time")},
    }[state]


def search_pill(request: Request, search: str) -> dict[str, str] | None:
    """While somebody is sought and nobody is on the list (`search` as in desk_dispatch.seeking): the resident is asked what could be
    otherwise, or it is the desk's turn. None: as the state says it; a further place of a team waits until the one before is chosen.
    """
    if search and request.loosened.get("open"):
        return {"kind": "info", "words": _("the resident is being asked")}
    waits = request.state == "approved" and request.team_place > 1
    return {"kind": "warn", "words": _("needs a worker")} if search == "nobody" or (search and not waits) else None


def role_words(role: str) -> str:
    """A role of staff as it is called."""
    return {
        "coordinator": _("coordinator"),
        "consultant": _("consultant"),
        "supervisor": _("supervisor"),
        "finance": _("finance"),
        "approver": _("approver"),
        "auditor": _("auditor"),
        "admin": _("administrator"),
    }[role]
