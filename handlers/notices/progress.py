"""The template that tells how it goes with a service: one word for where it stands, and a hint (F2, E1)."""

from handlers.notices.base import Fields, Telling, Template
from handlers.notices.fields import moment, name, phrase, thing
from handlers.words import _, say_time


def progress_of(word: str, hint: str, to_worker: str = "") -> Template:
    """The template with a word of at most five Chinese signs and a hint; `to_worker`: what a worker should do, where that is
    something else than what the resident may expect. All are msgids."""
    return Template("visit_progress", _fields(word, hint, to_worker))


def _fields(word: str, hint: str, to_worker: str) -> Fields:
    def fields(told: Telling) -> dict[str, str]:
        theirs = told.get("side") == "worker"
        return {
            "thing1": thing(told["service_name"]),
            "phrase2": phrase(_(word)),
            "time3": moment(told.now),
            "name4": name(told["worker"]),
            "thing5": thing(_(to_worker or hint) if theirs else _arrival(told) or _(hint)),
        }

    return fields


def _arrival(told: Telling) -> str:
    """The hour at which the worker is expected, where it was said: it must not be lost in a template."""
    at = told.when("eta_at") if told.get("eta_at") else None
    return _("There at about %(at)s", at=say_time(at)) if at is not None and at > told.now else ""
