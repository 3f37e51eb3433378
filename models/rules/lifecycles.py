"""The life cycles, each one declared table: state, verb, who may, next state (C6).

A change that no row allows is refused; `steps_from` says what is possible, so that a refusal can say what to do
instead. Who: the roles of SPEC's table of people, plus "system" for rules and clocks. A worker or resident is only
ever allowed on their own things; that is asked elsewhere (handlers/access.py).
"""

from dataclasses import dataclass

STAFF = ("coordinator", "consultant", "supervisor", "admin")
RESIDENT = ("resident", *STAFF)
WORKER = ("worker", *STAFF)
DESK = ("coordinator", "admin")
CLOCK = ("system",)


@dataclass(frozen=True)
class Step:
    """One allowed change: from `state`, by `verb`, by one of `who`, to `to`."""

    state: str
    verb: str
    who: tuple[str, ...]
    to: str


@dataclass(frozen=True)
class LifeCycle:
    """A declared table of steps, with the first state and the states in which nothing more happens."""

    name: str
    first: str
    steps: tuple[Step, ...]
    final: frozenset[str]

    def step(self, state: str, verb: str) -> Step | None:
        """The row for this verb in this state, or None where it is not allowed."""
        return next((s for s in self.steps if s.state == state and s.verb == verb), None)

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """What can happen next."""
        return tuple(s for s in self.steps if s.state == state)

    def states(self) -> frozenset[str]:
        """Every state named in the table."""
        return frozenset({self.first} | {s.state for s in self.steps} | {s.to for s in self.steps})


def _many(states: tuple[str, ...], verb: str, who: tuple[str, ...], to: str) -> tuple[Step, ...]:
    return tuple(Step(state, verb, who, to) for state in states)


BEFORE_AGREED = ("submitted", "needs_info", "approved", "matching", "offered", "negotiating")

REQUEST = LifeCycle(
    "request",
    "draft",
    (
        Step("draft", "submit", RESIDENT, "submitted"),
        Step("draft", "drop", (*RESIDENT, *CLOCK), "cancelled"),
        Step("submitted", "approve", (*DESK, *CLOCK), "approved"),
        Step("submitted", "reject", DESK, "rejected"),
        Step("submitted", "ask", DESK, "needs_info"),
        Step("needs_info", "answer", RESIDENT, "submitted"),
        Step("needs_info", "reject", DESK, "rejected"),
        Step("needs_info", "approve", DESK, "approved"),
        *_many(("approved", "matching"), "take_back", DESK, "submitted"),
        Step("approved", "recommend", (*DESK, *CLOCK, "resident"), "matching"),
        Step("matching", "recommend", (*DESK, *CLOCK, "resident"), "matching"),
        Step("matching", "offer", (*RESIDENT, *CLOCK), "offered"),
        Step("offered", "offer", (*DESK, *CLOCK), "offered"),
        Step("offered", "run_out", (*CLOCK, "worker", *DESK), "matching"),
        Step("offered", "accept", (*WORKER, *CLOCK), "negotiating"),
        Step("negotiating", "agree", ("resident", "worker", *STAFF, *CLOCK), "agreed"),
        Step("negotiating", "run_out", (*CLOCK, "worker", "resident", *DESK), "matching"),
        Step("agreed", "schedule", (*CLOCK, "resident", "worker", *STAFF), "scheduled"),
        Step("agreed", "rematch", (*DESK, "worker", "resident", *CLOCK), "matching"),
        Step("scheduled", "rematch", (*DESK, "worker", "resident", *CLOCK), "matching"),
        Step("scheduled", "reschedule", RESIDENT, "approved"),
        *_many(BEFORE_AGREED, "reschedule", RESIDENT, "approved"),
        *_many((*BEFORE_AGREED, "agreed", "scheduled"), "cancel", RESIDENT, "cancelled"),
        *_many(
            ("submitted", "needs_info", "approved", "matching", "offered", "negotiating"), "expire", CLOCK, "expired"
        ),
        Step("scheduled", "close", (*CLOCK, *RESIDENT), "closed"),
    ),
    frozenset({"rejected", "cancelled", "expired", "closed"}),
)

OFFER = LifeCycle(
    "offer",
    "open",
    (
        Step("open", "accept", WORKER, "accepted"),
        Step("open", "decline", WORKER, "declined"),
        Step("open", "counter", (*WORKER, "resident"), "countered"),
        Step("countered", "counter", (*WORKER, "resident"), "countered"),
        Step("countered", "accept", (*WORKER, "resident"), "accepted"),
        Step("countered", "decline", (*WORKER, "resident"), "declined"),
        *_many(("open", "countered"), "expire", CLOCK, "expired"),
        *_many(("open", "countered"), "withdraw", ("resident", "worker", *STAFF, *CLOCK), "withdrawn"),
        Step("accepted", "withdraw", ("resident", "worker", *STAFF, *CLOCK), "withdrawn"),
    ),
    frozenset({"declined", "expired", "withdrawn"}),
)

AGREEMENT = LifeCycle(
    "agreement",
    "proposed",
    (
        Step("proposed", "confirm", ("resident", "worker", *STAFF), "proposed"),
        Step("proposed", "seal", ("resident", "worker", *STAFF, *CLOCK), "sealed"),
        Step("proposed", "drop", ("resident", "worker", *STAFF, *CLOCK), "dropped"),
        Step("sealed", "end", ("resident", "worker", *STAFF, *CLOCK), "ended"),
    ),
    frozenset({"dropped", "ended"}),
)

VISIT = LifeCycle(
    "visit",
    "scheduled",
    (
        Step("scheduled", "set_out", WORKER, "on_the_way"),
        *_many(("scheduled", "on_the_way"), "check_in", WORKER, "in_service"),
        Step("in_service", "check_out", WORKER, "finished"),
        Step("finished", "confirm", (*RESIDENT, *CLOCK), "confirmed"),
        Step("confirmed", "settle", ("worker", *STAFF, *CLOCK), "settled"),
        Step("settled", "close", (*CLOCK, *STAFF, "resident", "worker"), "closed"),
        *_many(("scheduled", "on_the_way"), "no_show", (*CLOCK, *DESK), "no_show"),
        *_many(("scheduled", "on_the_way"), "no_access", ("resident", *CLOCK, *STAFF), "no_access"),
        *_many(("scheduled", "on_the_way"), "cancel", ("resident", "worker", *STAFF), "cancelled"),
        *_many(("scheduled", "on_the_way"), "replace", ("worker", *STAFF, *CLOCK), "replaced"),
    ),
    frozenset({"closed", "no_show", "no_access", "cancelled", "replaced"}),
)

COMPLAINT = LifeCycle(
    "complaint",
    "received",
    (
        Step("received", "answer", STAFF, "handling"),
        Step("handling", "answer", STAFF, "handling"),
        Step("received", "resolve", STAFF, "resolved"),
        Step("handling", "resolve", STAFF, "resolved"),
        Step("resolved", "accept", ("resident", "worker", *STAFF, *CLOCK), "closed"),
        Step("resolved", "reopen", ("resident", "worker", *STAFF), "handling"),
        *_many(("received", "handling"), "withdraw", ("resident", "worker", *STAFF), "closed"),
    ),
    frozenset({"closed"}),
)

HANDOVER = LifeCycle(
    "handover",
    "waiting",
    (
        Step("waiting", "take", STAFF, "talking"),
        Step("waiting", "close", (*STAFF, *CLOCK, "resident", "worker"), "closed"),
        Step("talking", "close", (*STAFF, *CLOCK, "resident", "worker"), "closed"),
    ),
    frozenset({"closed"}),
)

SURVEY = LifeCycle(
    "survey",
    "waiting",
    (
        Step("waiting", "ask", CLOCK, "asked"),
        Step("waiting", "pass", CLOCK, "passed"),
        Step("asked", "answer", ("resident", *STAFF), "answered"),
        Step("answered", "answer", ("resident", *STAFF), "answered"),
        Step("asked", "pass", (*CLOCK, "resident"), "passed"),
    ),
    frozenset({"passed"}),
)

WORKER_FILE = LifeCycle(
    "worker",
    "applied",
    (
        Step("applied", "activate", DESK, "active"),
        Step("active", "pause", DESK, "paused"),
        Step("paused", "activate", DESK, "active"),
        *_many(("applied", "active", "paused"), "remove", DESK, "removed"),
    ),
    frozenset({"removed"}),
)

CARER_CALL = LifeCycle(
    "carer_call",
    "asked",
    (
        *_many(("asked", "declined"), "come", WORKER, "coming"),
        Step("asked", "decline", WORKER, "declined"),
        Step("coming", "decline", WORKER, "declined"),
        *_many(("asked", "coming"), "call_off", ("resident", "worker", *STAFF, *CLOCK), "off"),
        Step("off", "recall", CLOCK, "asked"),  # who was to go can't after all
    ),
    frozenset(),
)

PROPOSAL = LifeCycle(
    "proposal",
    "open",
    (
        Step("open", "confirm", ("resident", "worker", *STAFF), "open"),
        Step("open", "agree", ("resident", "worker", *STAFF), "agreed"),
        Step("open", "decline", ("resident", "worker", *STAFF), "declined"),
        Step("open", "expire", CLOCK, "expired"),
        Step("open", "withdraw", (*STAFF, *CLOCK), "withdrawn"),
    ),
    frozenset({"agreed", "declined", "expired", "withdrawn"}),
)

SERIES = LifeCycle(
    "series",
    "running",
    (
        Step("running", "pause", ("resident", "worker", *STAFF), "paused"),
        Step("paused", "pause", ("resident", "worker", *STAFF), "paused"),
        Step("paused", "resume", ("resident", "worker", *STAFF, *CLOCK), "running"),
        *_many(("running", "paused"), "end", ("resident", "worker", *STAFF, *CLOCK), "ended"),
    ),
    frozenset({"ended"}),
)

ALL = {c.name: c for c in (REQUEST, OFFER, AGREEMENT, VISIT, COMPLAINT, HANDOVER, SURVEY, WORKER_FILE, CARER_CALL, PROPOSAL, SERIES)}
