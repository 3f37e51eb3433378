"""What is told when nobody opens, and when a visit's time is over and nobody says so (F2, G4)."""

from handlers.cards import Card, card
from handlers.notices import Notice, Telling, register
from handlers.notices.progress import progress_of
from handlers.notices.visits import SAMPLE, core, going_on, human, not_begun, recent
from handlers.words import N_, _, say_time

MOMENTS = {**SAMPLE, "since": "2026-11-25T01:02:00+00:00", "wait_until": "2026-11-25T01:32:00+00:00"}


def _closed(told: Telling) -> Card:
    since, until = say_time(told.when("since")), say_time(told.when("wait_until"))
    text = _(
        "%(worker)s is at your door since %(since)s and nobody opens. Are you at home? They wait until %(until)s.",
        since=since,
        until=until,
        **core(told),
    )
    visit = f"visit:{told['visit_id']}"
    return card(text, (f"{visit}:opens", _("I'm opening")), (f"{visit}:not_home", _("I'm not at home")), human())


def _opens(told: Telling) -> Card:
    text = _("%(resident)s is at home and opens. Then send me the four digits.", **core(told))
    return card(text, (f"visit:{told['visit_id']}:check_in", _("The door is open")))


def _may_go(told: Telling) -> Card:
    text = _(
        "You need not wait any longer at %(resident)s's. You were there at %(since)s, that is on record, and it does not "
        "count against you. A colleague sees to your pay for the way.",
        since=say_time(told.when("since")),
        **core(told),
    )
    return card(text, human())


def _stayed_closed(told: Telling) -> Card:
    text = _(
        "%(worker)s was at your door at %(since)s, waited, and had to go. Shall they come another time? "
        "About the way that was for nothing a colleague talks with you.",
        since=say_time(told.when("since")),
        **core(told),
    )
    request = f"request:{told['request_id']}"
    return card(text, (f"{request}:move", _("Another time")), (f"{request}:cancel", _("Cancel it")), human())


def _still_on(told: Telling) -> Card:
    end = say_time(told.when("end_at"))
    text = _("It was to be done at %(end)s at %(resident)s's. Is the work done?", end=end, **core(told))
    visit = f"visit:{told['visit_id']}"
    return card(text, (f"{visit}:check_out", _("Done")), (f"{visit}:longer", _("A while yet")))


register(
    Notice(
        "door_closed",
        _closed,
        progress_of(N_("at the door"), N_("Nobody opens; please open")),
        urgency="high",
        stale=not_begun,
        sample=MOMENTS,
    ),
    Notice(
        "door_opens",
        _opens,
        progress_of(N_("they open"), N_("Then send the four digits")),
        urgency="high",
        stale=not_begun,
        sample=SAMPLE,
    ),
    Notice(
        "door_may_go",
        _may_go,
        progress_of(N_("you may go"), N_("It doesn't count against you")),
        urgency="high",
        stale=recent,
        sample=MOMENTS,
    ),
    Notice(
        "door_stayed_closed",
        _stayed_closed,
        progress_of(N_("has left"), N_("Nobody opened; another time?")),
        urgency="high",
        stale=recent,
        sample=MOMENTS,
    ),
    Notice(
        "visit_still_on",
        _still_on,
        progress_of(N_("time is over"), N_("Is it done? Please say so")),
        urgency="high",
        stale=going_on,
        sample={**SAMPLE, "end_at": "2026-11-25T03:00:00+00:00"},
    ),
)
