"""What carers near somebody in danger are told, and the one who raised the alarm (C5). Never the door, never their words."""

from datetime import datetime

from handlers.cards import Card, card
from handlers.notices import register
from handlers.notices.base import Notice, Telling, Template
from handlers.notices.fields import moment, name, phrase, thing
from handlers.words import N_, _
from models.talk import CarerCall

LONG = {"call_id": 1234567, "kind": "unconscious", "area": "幸福里第一住宅小区东区", "building": "13号楼", "worker": "欧阳师傅"}


def _happened(kind: str) -> str:
    return {
        "fall": _("somebody has fallen"),
        "breathing": _("somebody can't breathe well"),
        "choking": _("somebody is choking"),
        "chest_pain": _("somebody has pain in the chest"),
        "stroke": _("it may be a stroke"),
        "unconscious": _("somebody does not wake up"),
        "bleeding": _("somebody is bleeding"),
        "poison": _("somebody may be poisoned"),
    }.get(kind, _("somebody is in danger"))


def _called(t: Telling) -> Card:
    words = _(
        "%(worker)s, urgent and near you: %(what)s, at %(area)s %(building)s. 120 has been named to them. Can you go there now?",
        worker=t["worker"], what=_happened(t["kind"]), area=t["area"], building=t["building"],
    )  # fmt: skip
    call = f"alarm:{t['call_id']}"
    return card(words, (f"{call}:coming", _("I'm going now")), (f"{call}:cant", _("I can't go")))


def _called_fields(t: Telling) -> dict[str, str]:
    """By the template that tells how a visit goes: what has happened stands where the service stands, the place is the hint."""
    return {
        "thing1": thing(_("urgent: %(what)s", what=_happened(t["kind"]))),
        "phrase2": phrase(_("help wanted")),
        "time3": moment(t.now),
        "name4": name(t.called),
        "thing5": thing(f"{t['area']}{t['building']}"),
    }


def _off_fields(t: Telling) -> dict[str, str]:
    return {
        "thing1": thing(_("the call for help")),
        "phrase2": phrase(_("it has ended well") if t["why"] == "safe" else _("somebody else is going")),
        "time3": moment(t.now),
        "name4": name(t.called),
        "thing5": thing(_("you need not go, thank you")),
    }


def _coming(t: Telling) -> Card:
    words = N_("%(worker)s, a carer near you, is on the way. Please call 120 all the same, and open the door if you can.")
    return card(_(words, worker=t["worker"]))


def _lost(t: Telling) -> Card:
    words = _("I'm sorry, %(worker)s can't come after all. Please call 120 once more; the colleagues call you at once.", worker=t["worker"])
    more = _(" Other carers near you are called again.") if t["others"] else ""
    return card(f"{words}{more}")


def _not_needed(t: Telling) -> Card:
    if t["why"] == "safe":
        return card(_("It has ended well, you need not go any more. Thank you."))
    return card(_("Somebody else is on the way already. Thank you for being there so quickly."))


def _stale(call_id: int, now: datetime) -> str | None:
    call = CarerCall.find(call_id)
    return None if call is not None and call.state == "asked" else "answered, or somebody is on the way"


def _answered(call_id: int, now: datetime) -> str | None:
    call = CarerCall.find(call_id)
    return None if call is not None and call.state == "coming" else "they are not coming any more"


register(
    Notice("carer_called", _called, Template("visit_progress", _called_fields), urgency="emergency", stale=_stale, sample=LONG),
    Notice("carer_coming", _coming, urgency="emergency", stale=_answered, sample=LONG),
    Notice("carer_lost", _lost, urgency="emergency", sample={**LONG, "others": 2}),
    Notice("carer_not_needed", _not_needed, Template("visit_progress", _off_fields), urgency="emergency", sample={"why": "safe"}),
)
