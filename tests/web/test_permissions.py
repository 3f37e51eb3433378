"""Who may ask for what: every route with every role. A route without a row here fails, so that none is opened by forgetting (A5)."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from handlers.settings import Settings
from handlers.staff import add_staff
from tests.web.lively import Lively, signed_in, token_of
from tests.web.page_reader import PageReader

ROLES = ("coordinator", "consultant", "supervisor", "finance", "approver", "auditor", "admin")
ANYBODY = frozenset({"", *ROLES})
STAFF = frozenset(ROLES)
FRONT = frozenset({"coordinator", "consultant", "supervisor", "admin"})
ENTER = frozenset({"coordinator", "consultant", "admin"})
DESK = frozenset({"coordinator", "admin"})
PERSON: frozenset[str] = frozenset()  # with a person's token only; nobody of the staff by their cookie

MATRIX: dict[str, frozenset[str]] = {
    # the public
    "GET /": ANYBODY, "GET /services": ANYBODY, "GET /services/<code>": ANYBODY, "GET /how": ANYBODY, "GET /complain": ANYBODY,
    "GET /privacy": ANYBODY, "GET /agreements/<secret>": ANYBODY, "GET /look": ANYBODY, "GET /healthz": ANYBODY, "GET /readyz": ANYBODY,
    "GET /metrics": ANYBODY, "GET /console/sign-in": ANYBODY, "POST /console/sign-in": ANYBODY, "POST /console/sign-out": ANYBODY,
    # every member of the staff
    "GET /console/": STAFF, "GET /console/queue": STAFF, "GET /console/more": STAFF,
    # those who deal with people
    "GET /console/requests": FRONT, "GET /console/requests/<int:request_id>": FRONT, "GET /console/find": FRONT,
    "POST /console/requests/<int:request_id>/notes": FRONT, "GET /console/residents": FRONT,
    "GET /console/residents/<int:person_id>": FRONT, "POST /console/residents/<int:person_id>/look": FRONT,
    "POST /console/residents/<int:person_id>/complaints": FRONT, "GET /console/complaints": FRONT,
    "GET /console/complaints/<int:complaint_id>": FRONT, "POST /console/complaints/<int:complaint_id>/answer": FRONT,
    "POST /console/complaints/<int:complaint_id>/resolve": FRONT, "POST /console/complaints/<int:complaint_id>/note": FRONT,
    "POST /console/complaints/<int:complaint_id>/accept": FRONT, "POST /console/complaints/<int:complaint_id>/reopen": FRONT,
    "GET /console/handovers": FRONT, "GET /console/handovers/<int:handover_id>": FRONT,
    "GET /console/handovers/<int:handover_id>/talk": FRONT, "POST /console/handovers/<int:handover_id>/take": FRONT,
    "POST /console/handovers/<int:handover_id>/say": FRONT, "POST /console/handovers/<int:handover_id>/close": FRONT,
    "GET /console/calls": FRONT, "POST /console/calls/<int:call_id>/done": FRONT, "POST /console/calls/<int:call_id>/again": FRONT,
    "POST /console/calls/<int:call_id>/undo": FRONT, "POST /console/alerts/<int:alert_id>/seen": FRONT,
    "POST /console/alerts/<int:alert_id>/undo": FRONT, "GET /console/workers": FRONT, "GET /console/workers/<int:worker_id>": FRONT,
    "GET /console/visits": FRONT,
    # those who take requests in
    "GET /console/register": ENTER, "POST /console/register": ENTER,
    # those who decide
    "POST /console/requests/<int:request_id>/approve": DESK, "POST /console/requests/<int:request_id>/approve/undo": DESK,
    "POST /console/requests/<int:request_id>/reject": DESK, "POST /console/requests/<int:request_id>/ask": DESK,
    "POST /console/requests/<int:request_id>/assign": DESK, "POST /console/requests/<int:request_id>/search": DESK,
    "POST /console/requests/<int:request_id>/assign-several": DESK, "POST /console/requests/<int:request_id>/question": DESK,
    "POST /console/requests/<int:request_id>/series/pause": DESK, "POST /console/requests/<int:request_id>/series/resume": DESK,
    "POST /console/requests/<int:request_id>/series/end": DESK, "POST /console/requests/<int:request_id>/series/holiday": DESK,
    "POST /console/requests/<int:request_id>/series/seek": DESK, "POST /console/requests/<int:request_id>/series/move": DESK,
    "POST /console/requests/<int:request_id>/cancel": DESK, "POST /console/requests/<int:request_id>/cash": DESK,
    "POST /console/requests/<int:request_id>/time": DESK,
    "GET /console/workers/new": DESK, "POST /console/workers/new": DESK, "POST /console/workers/<int:worker_id>/documents": DESK,
    "POST /console/workers/<int:worker_id>/skills": DESK, "POST /console/workers/<int:worker_id>/activate": DESK,
    "POST /console/workers/<int:worker_id>/pause": DESK, "POST /console/workers/<int:worker_id>/leave": DESK,
    "POST /console/workers/<int:worker_id>/leave/end": DESK,
    # the plan of a day
    "GET /console/plan": DESK, "GET /console/plan/check": DESK, "GET /console/plan/state": DESK, "POST /console/plan/move": DESK,
    "POST /console/plan/out": DESK, "POST /console/plan/undo": DESK, "POST /console/plan/solve": DESK, "POST /console/plan/ill": DESK,
    "POST /console/plan/when": DESK, "POST /console/plan/publish": DESK, "POST /console/plan/answer": DESK,
    # what was misunderstood, and voices
    "GET /console/words": DESK, "GET /console/words/export": DESK, "GET /console/words/<int:heard_id>": DESK,
    "POST /console/words/<int:heard_id>/label": DESK, "POST /console/words/<int:heard_id>/no-matter": DESK,
    "GET /console/voices/<int:recording_id>": FRONT, "POST /console/handovers/<int:handover_id>/voices/<int:line_id>": FRONT,
    # weights, and how work is spread
    "GET /console/weights": DESK, "POST /console/weights": frozenset({"admin"}), "POST /console/weights/restore": frozenset({"admin"}),
    "GET /console/workers/spread": FRONT,
    # agencies
    "GET /console/agencies": FRONT, "POST /console/agencies": DESK, "POST /console/workers/<int:worker_id>/agency": DESK,
    # how it runs
    "GET /console/health": DESK, "POST /console/health/<kind>/<int:row_id>": DESK,
    # the mini-program
    "GET /api/v1/openapi.json": ANYBODY, "POST /api/v1/login": ANYBODY, "GET /api/v1/services": ANYBODY,
    "GET /api/v1/services/<code>": ANYBODY, "GET /api/v1/me": PERSON, "POST /api/v1/me/consent": PERSON, "POST /api/v1/me/phone": PERSON,
    "GET /api/v1/me/addresses": PERSON, "POST /api/v1/me/addresses": PERSON, "GET /api/v1/requests": PERSON,
    "POST /api/v1/requests": PERSON, "GET /api/v1/requests/<int:request_id>/cancel": PERSON,
    "GET /api/v1/requests/<int:request_id>/times": PERSON,
    "GET /api/v1/requests/<int:request_id>/question": PERSON, "POST /api/v1/requests/<int:request_id>/question": PERSON,
    "POST /api/v1/requests/<int:request_id>/cancel": PERSON, "POST /api/v1/requests/<int:request_id>/choice": PERSON,
    "GET /api/v1/requests/<int:request_id>/recommendations": PERSON, "POST /api/v1/requests/<int:request_id>/time": PERSON,
    "GET /api/v1/offers": PERSON, "POST /api/v1/offers/<int:offer_id>/accept": PERSON,
    "POST /api/v1/offers/<int:offer_id>/decline": PERSON, "POST /api/v1/offers/<int:offer_id>/counter": PERSON,
    "GET /api/v1/series": PERSON, "POST /api/v1/series/<int:series_id>/skip": PERSON, "POST /api/v1/series/<int:series_id>/pause": PERSON,
    "POST /api/v1/series/<int:series_id>/resume": PERSON, "POST /api/v1/series/<int:series_id>/end": PERSON,
    "POST /api/v1/series/<int:series_id>/holiday": PERSON,
    "GET /api/v1/visits": PERSON, "GET /api/v1/me/subscriptions": PERSON, "POST /api/v1/me/subscriptions": PERSON,
}  # fmt: skip
# What programs send: whole, so that a refusal is for who asks and not for what is lacking.
TIME = "2026-11-26T09:00:00+08:00"
BODIES = {
    "/login": {"code": "x"}, "/me/consent": {"agree": True}, "/me/phone": {"code": "x"}, "/me/addresses": {"words": "幸福里3号楼"},
    "/me/subscriptions": {"answers": {}}, "/question": {"kind": "area", "agrees": True},
    "/requests": {"service": "cleaning", "starts_at": TIME}, "/time": {"starts_at": TIME},
    "/skip": {"since": "2026-12-01"}, "/pause": {"since": "2026-12-01"}, "/end": {"since": "2026-12-01"}, "/holiday": {"agree": True},
}  # fmt: skip
# The demo's own doors, which exist in the demo only (tests/web/test_doors.py), and files.
ELSEWHERE = ("demo.", "static")


def routes(app: Flask) -> set[str]:
    """Every method and address that the application answers."""
    rules = [r for r in app.url_map.iter_rules() if not r.endpoint.startswith(ELSEWHERE)]
    return {f"{method} {r.rule}" for r in rules for method in (r.methods or set()) - {"HEAD", "OPTIONS"}}


def test_every_route_has_its_row(web: Flask) -> None:
    """A5: a new route is not open to anybody before somebody has said to whom; a row without a route is old."""
    assert routes(web) == set(MATRIX)


def ask(client: FlaskClient, route: str, token: str) -> int:
    """Asks for it with ids that do not exist: whoever may gets 404 or a page, whoever may not gets no further."""
    method, rule = route.split(" ", 1)
    address = re.sub(r"<[^>]+>", "999999", rule)
    if method == "POST" and address.startswith("/api"):
        body = next((sent for end, sent in BODIES.items() if address.endswith(end)), {})
        return client.post(address, json=body).status_code
    return client.open(address, method=method, data={"csrf_token": token} if method == "POST" else None).status_code


@pytest.mark.parametrize("role", ["", *ROLES])
def test_only_who_may(role: str, web: Flask, settings: Settings) -> None:
    """A5, A6: every route as this role (or as nobody): let in, or led to the sign-in (302), or refused (401, 403)."""
    if role:
        add_staff(settings, login=f"x-{role}", called="某人", roles=[role])
    client = signed_in(web, f"x-{role}") if role else web.test_client()
    wrong, token = {}, token_of(client, "/console/more" if role else "/console/sign-in")
    for route, may in MATRIX.items():
        status = ask(client, route, token)
        shut = status in (401, 403) or (status == 302 and route.startswith("GET /console"))
        if route in ("POST /console/sign-in", "POST /api/v1/login"):
            continue  # open to anybody, and 401 to whoever has no password or code, as it should be
        if shut == (role in may):
            wrong[route] = status
        if route == "POST /console/sign-out" and role:
            client.get(f"/simulator/linli/signin/x-{role}")
    assert not wrong, wrong


def test_what_one_may_not_do_is_not_offered(web: Flask) -> None:
    """A5: a consultant sees no button that would refuse them; who only reads figures has no menu of people."""
    page = signed_in(web, "xiaolin").get("/console/").text
    assert "/approve" not in page and "/console/residents" in page
    assert "/approve" in signed_in(web, "chenjie").get("/console/").text


def test_who_only_reads_figures_sees_no_people(web: Flask, settings: Settings) -> None:
    """A5, A6: an auditor's first page has figures, and neither names nor the queue."""
    add_staff(settings, login="shenji", called="审计小吴", roles=["auditor"])
    page = signed_in(web, "shenji").get("/console/").text
    assert "何女士" not in page and "刘大爷" not in page and "/console/residents" not in page and "审计小吴" in page


@pytest.mark.parametrize("role", ROLES)
def test_no_page_offers_what_would_be_refused(role: str, web: Flask, settings: Settings, lively: Lively) -> None:
    """A5: every link and every form on every page that a role may open leads where this role may go."""
    add_staff(settings, login=f"x-{role}", called="某人", roles=[role])
    client, rules, wrong = signed_in(web, f"x-{role}"), web.url_map.bind("localhost"), set()
    for page in lively.pages():
        answer = client.get(page)
        if answer.status_code == 403:
            continue
        read = PageReader(answer.text)
        offered = {("GET", a.attrs["href"]) for a in read.find("a")}
        offered |= {("POST", f.attrs["action"]) for f in read.find("form") if f.attrs.get("method") == "post" and "action" in f.attrs}
        offered |= {("POST", b.attrs["formaction"]) for b in read.find("button") if "formaction" in b.attrs}
        for method, address in offered:
            if address.startswith("/"):
                rule = rules.match(address.split("?")[0].split("#")[0], method=method, return_rule=True)[0].rule
                if role not in MATRIX.get(f"{method} {rule}", STAFF):
                    wrong.add((page, method, rule))
    assert not wrong, sorted(wrong)


FIELDS = (
    "words reason question result outcome worker_id visit_id channel satisfied service level years price kind number issuer valid_from "
    "seen rating distance newcomer valid_to called name phone born sex areas languages "
    "since until bio address day time minutes person weekdays back at thing version proposal yes"
).split()


ODD = ("", "²", "-1", "9" * 40, "汉" * 6000, "2026-02-30", "24:61", "<script>alert(1)</script>", "\x00", "//evil.example")


@pytest.mark.parametrize("value", ODD)
def test_odd_forms_are_answered(value: str, web: Flask, lively: Lively) -> None:
    """A5: whatever stands in the fields of whatever form, the answer is a page with words, and nothing comes back unescaped."""
    client = signed_in(web, "admin")
    token, wrong = token_of(client), {}
    for route in sorted(r for r in MATRIX if r.startswith("POST /console") and "sign-" not in r):
        address = re.sub(r"<[^>]+>", "1" if "request" not in route else "46", route.split(" ", 1)[1])
        answer = client.post(address, data={**dict.fromkeys(FIELDS, value), "csrf_token": token})
        if answer.status_code >= 500 or "<script>alert" in answer.text or "evil" in answer.headers.get("Location", ""):
            wrong[route] = answer.status_code
    assert not wrong, wrong
