"""Reading requests: one's own, what is missing, where it stands in plain words, the card before handing in (C3, B3)."""

from typing import Any

from handlers.access import access_request, is_staff
from handlers.cancelling import sealed_agreement
from handlers.cards import Card, card
from handlers.catalogue import find_service, service_name, task_words
from handlers.clock import local
from handlers.context import FRONT, PEOPLE, Context, use_case
from handlers.quotes import allowed_range, quote_request
from handlers.recommending import left_to_choose
from handlers.series_words import repeat_words
from handlers.team_of import mates_of, names_of, number_of, team_of
from handlers.team_words import together
from handlers.words import N_, _, say_minutes, say_time, say_when, say_yuan
from models.people import Address
from models.requests import Offer, Request
from models.rules.lifecycles import REQUEST
from models.series import SeriesDate
from models.visits import Visit
from models.workers import Worker

MOST = 120  # of one's own requests; a daily service has some thirty of them open
NEEDED = (("service", "service"), ("starts_at", "starts_at"), ("address_id", "address"))


def missing_fields(request: Request) -> list[str]:
    """What must still be known before it can be handed in."""
    return [name for column, name in NEEDED if getattr(request, column) is None]


@use_case(*PEOPLE, *FRONT)
def find_draft(ctx: Context, draft_id: int | None) -> Request | None:
    """One's own draft, if it still is one."""
    row = Request.pick(community_id=ctx.community_id, id=draft_id) if draft_id else None
    mine = row is not None and (row.person_id == ctx.actor.id or is_staff(ctx))
    return row if row is not None and mine and row.state == "draft" else None


@use_case(*PEOPLE)
def list_my_requests(ctx: Context, *, open_only: bool = True) -> list[Request]:
    """One's own requests, the newest first; each with `.service_name`. Those who come together count as one, by its first place."""
    mine = (Request.community_id == ctx.community_id) & (Request.person_id == ctx.actor.id) & (Request.state != "draft")
    if open_only:
        mine &= Request.state.not_in(tuple(REQUEST.final))
    rows = _first_places(list(Request.select().where(mine).order_by(Request.id.desc()).limit(MOST)))
    for row in rows:
        row.service_name = service_name(find_service(ctx, row.service))
    return rows


def _first_places(rows: list[Request]) -> list[Request]:
    """Of each team the first place that is not over, or the first of all."""
    best: dict[int, Request] = {}
    for row in rows:
        known = best.get(row.team_id or -row.id)
        if known is None or _before(row) < _before(known):
            best[row.team_id or -row.id] = row
    return [row for row in rows if row in best.values()]


def _before(place: Request) -> tuple[bool, int]:
    return place.state in REQUEST.final, int(place.team_place)


@use_case(*PEOPLE)
def find_my_request(
    ctx: Context, *, number: Any = None, ref: str | None = None, service: str | None = None, day: str | None = None
) -> list[Request]:
    """One's own open requests that the words mean: by number (or its end), by service, by local day, the newest or the next.

    Of a recurring service it is the next date, where no number and no day was said.
    """
    mine = list_my_requests(ctx)
    if day:
        mine = [r for r in mine if r.starts_at and local(r.starts_at).date().isoformat() == day] or mine
    if not number:
        mine = _next_of_each(mine)
    if number:
        wanted = [number] if isinstance(number, str) else list(number)
        mine = [r for r in mine if any(_is_number(r, w) for w in wanted)]
    if service:
        mine = [r for r in mine if r.service == service] or mine
    if ref == "latest":
        return mine[:1]
    if ref == "next":
        return sorted(mine, key=lambda r: r.starts_at)[:1]
    return mine


def _is_number(request: Request, said: str) -> bool:
    """The number or its end; of those who come together (1125-14-2) the number of any place is that of all."""
    wanted = "-".join(said.split("-")[:2]) if request.team_id is not None else said
    number = number_of(request)
    return number == wanted or number.endswith(f"-{wanted.zfill(2)}")


def _next_of_each(mine: list[Request]) -> list[Request]:
    """The dates of one recurring service count as one thing: the next of them stands for it."""
    here = SeriesDate.community_id == (mine[0].community_id if mine else 0)
    rows = SeriesDate.select().where(here & SeriesDate.request_id.in_([r.id for r in mine])) if mine else []
    part_of = {row.request_id: row.series_id for row in rows}
    first: dict[int, Request] = {}
    for one in mine:
        known = first.get(part_of.get(one.id, -one.id))
        if known is None or one.starts_at < known.starts_at:
            first[part_of.get(one.id, -one.id)] = one
    return [one for one in mine if one in first.values()]


@use_case(*PEOPLE, *FRONT)
def open_question(ctx: Context, request_id: int) -> str:
    """What the coordinator asked back."""
    return access_request(ctx, request_id).question or ""


def summary_card(ctx: Context, request: Request) -> Card:
    """The card before handing in: what, when, where, about how much; a yes hands it in (C3)."""
    lines = [summary_words(ctx, request), "", _("Is that all right?")]
    return card(
        "\n".join(lines),
        ("booking:0:yes", _("Yes, that's right")),
        ("booking:0:edit", _("Change something")),
        ("booking:0:drop", _("Drop it, thanks")),
    )


def summary_words(ctx: Context, request: Request) -> str:
    """A request in a few lines."""
    service, home = find_service(ctx, request.service), Address.get_or_none(Address.id == request.address_id)
    tasks = task_words(request.tasks)
    minutes = request.minutes or (service.usual_minutes if service else 0)
    what = service_name(service) + (_(", also %(tasks)s", tasks=tasks) if tasks else "")
    again = repeat_words(request.recurrence, request.starts_at, minutes)
    length = "" if service is not None and service.day_level else _(", about %(length)s", length=say_minutes(minutes))
    lines = [
        _("I have noted:"),
        what,
        again or say_when(request.starts_at, ctx.now) + length,
        _("for the first time %(when)s", when=say_when(request.starts_at, ctx.now)) if again else "",
        home.words if home is not None else "",
        _("For %(who)s", who=request.served) if request.served else "",
        _("%(n)s people", n=request.people) if request.people > 1 else "",
        *_extra_lines(request),
        *_wish_lines(request),
        _("Each visit has its own price and is paid by itself; you can leave one out, move one or stop at any time.") if again else "",
        _price_words(ctx, request),
    ]
    return "\n".join(line for line in lines if line)


def _extra_lines(request: Request) -> list[str]:
    """What else was said of the job: 4 个人吃, 90 平米, 7 个月大."""
    said = {
        "diners": N_("for %(n)s people to eat"),
        "area_m2": N_("%(n)s square metres"),
        "rooms": N_("%(n)s rooms"),
        "age_years": N_("%(n)s years old"),
        "age_months": N_("%(n)s months old"),
        "duration_days": N_("%(n)s days"),
    }
    return [_(words, n=request.extras[name]) for name, words in said.items() if request.extras.get(name)]


def whom_words(wishes: dict[str, Any]) -> list[str]:
    """Whom they would like, in words: a woman, somebody who speaks 四川话."""
    sex = {"f": _("a woman"), "m": _("a man")}.get(wishes.get("sex", ""), "")
    language = wishes.get("language", "")
    return [*([sex] if sex else []), *([_("somebody who speaks %(language)s", language=language)] if language else [])]


def _wish_lines(request: Request) -> list[str]:
    """Whom they would like, and what the worker should know."""
    wishes = request.wishes
    who = wishes.get("worker_name") or (_("the one of last time") if wishes.get("same_worker") else "")
    named = [_("%(name)s is asked first, if free", name=who)] if who else []
    return named + whom_words(wishes) + [_("To be told: %(note)s", note=note) for note in wishes.get("notes", [])]


def _price_words(ctx: Context, request: Request) -> str:
    total = quote_request(ctx, request).total_fen
    words = _("About %(price)s, you pay when it is done", price=say_yuan(total))
    if request.people > 1:
        each = say_yuan(total // request.people)
        words = _("About %(price)s in all, %(each)s each; you pay when it is done", price=say_yuan(total), each=each)
    if request.budget_max_fen is None:
        return words
    least = allowed_range(ctx, request, None)[0]
    if request.budget_max_fen < least:
        return _(
            "%(words)s (your budget is %(budget)s, but by the public prices it is at least %(least)s; perhaps nobody comes for less)",
            words=words,
            budget=say_yuan(request.budget_max_fen),
            least=say_yuan(least),
        )
    return _("%(words)s (your budget: %(budget)s)", words=words, budget=say_yuan(request.budget_max_fen))


def request_words(ctx: Context, request: Request) -> str:
    """Where a request stands and what comes next, as one would say it."""
    service = find_service(ctx, request.service)
    when = say_when(request.starts_at, ctx.now) if request.starts_at else ""
    head = _("%(number)s, %(service)s, %(when)s.", number=number_of(request), service=service_name(service), when=when)
    if not mates_of(request):
        return f"{head}\n{_standing(ctx, request)}"
    team = team_of(request)
    lines = [_("%(n)s of %(all)s: %(standing)s", n=n, all=len(team), standing=_standing(ctx, one)) for n, one in enumerate(team, 1)]
    return "\n".join([head, *lines])


def _standing(ctx: Context, request: Request) -> str:
    say = {
        "submitted": _by_review,
        "needs_info": lambda c, r: _("We asked you: %(question)s Please just answer here.", question=r.question or ""),
        "approved": lambda c, r: _("It has passed. We are looking for workers who fit."),
        "matching": _to_choose,
        "offered": _asking,
        "negotiating": _to_sign,
        "agreed": lambda c, r: _("It is settled."),
        "scheduled": _visit_words,
        "closed": lambda c, r: _("It is done and paid. Thank you."),
        "cancelled": lambda c, r: _("It was cancelled."),
        "rejected": lambda c, r: _("It could not be taken: %(reason)s", reason=r.reject_reason or ""),
        "expired": lambda c, r: _("Its time has passed. We are sorry that nobody was found."),
        "draft": lambda c, r: _("It is not handed in yet."),
    }
    return say[request.state](ctx, request)


def _to_sign(ctx: Context, request: Request) -> str:
    """Where several come together it is said who has taken it."""
    if request.team_id is None:
        return _("A worker has taken it. Both confirm the terms, then it is settled.")
    return _("%(worker)s has taken it.", worker=together(names_of([request])))


def _to_choose(ctx: Context, request: Request) -> str:
    if left_to_choose(request):
        return _("It has passed. Please choose a worker, or leave it to us.")
    return _("It has passed. Nobody is free so far; a colleague is looking and tells you.")


def _by_review(ctx: Context, request: Request) -> str:
    due = say_when(request.review_due_at, ctx.now)
    return _("It is handed in. We look at it by %(due)s and tell you at once.", due=due)


def _asking(ctx: Context, request: Request) -> str:
    mine = (Offer.community_id == ctx.community_id) & (Offer.request_id == request.id)
    offers = list(Offer.select().where(mine & Offer.state.in_(("open", "countered"))).order_by(Offer.id.desc()))
    if not offers:
        return _("We are asking workers.")
    offer = offers[0]
    if len(offers) > 1:
        words = N_("We are asking %(names)s at the same time; the first to accept comes. You hear by %(due)s.")
        return _(words, names="、".join(o.terms["worker"] for o in reversed(offers[:4])), due=say_time(offer.expires_at))
    return _(
        "We are asking %(worker)s, who answers by %(due)s.",
        worker=offer.terms["worker"],
        due=say_time(offer.expires_at),
    )


def _visit_words(ctx: Context, request: Request) -> str:
    mine = (Visit.community_id == ctx.community_id) & (Visit.request_id == request.id)
    visit = Visit.select().where(mine).order_by(Visit.id.desc()).first()
    agreement = sealed_agreement(request)
    if visit is None or agreement is None:
        return _("It is settled.")
    worker = Worker.get(Worker.id == visit.worker_id)
    price = say_yuan(int(agreement.terms["price_fen"]))
    words = {
        "scheduled": _("%(worker)s comes. %(price)s, paid when it is done.", worker=worker.called, price=price),
        "on_the_way": _("%(worker)s is on the way.", worker=worker.called),
        "in_service": _("%(worker)s is at work.", worker=worker.called),
        "finished": _("%(worker)s has finished. Please look and confirm.", worker=worker.called),
    }
    return words.get(visit.state, _("The work is done."))
