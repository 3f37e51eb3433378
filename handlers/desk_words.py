"""What was misunderstood, at the desk: staff say what was meant, and take it out as examples to learn from (C3, A6)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.access import not_found
from handlers.clock import SHANGHAI, local
from handlers.context import DESK, Context, Refused, use_case
from handlers.frame_words import frame_words, group_names, intent_names, slot_names, value_names, why_names
from handlers.frames import GROUPS, INTENTS, MUST_ASK, SLOTS, Kind, misfits
from handlers.words import _, listed
from models.readings import Heard

SIZE = 40
STATES = ("open", "labelled", "no_matter")
Form = Mapping[str, list[str]]


@use_case(*DESK)
def list_heard(ctx: Context, *, state: str = "open", page: int = 1) -> dict[str, Any]:
    """Words that were misunderstood: to be looked at (what came up most often on top), labelled, and of no matter."""
    state = state if state in STATES else "open"
    here = Heard.community_id == ctx.community_id
    counts = {s: Heard.select().where(here & (Heard.state == s)).count() for s in STATES}
    query = Heard.select().where(here & (Heard.state == state)).order_by(Heard.times.desc(), Heard.said_at.desc())
    names = {"open": _("To look at"), "labelled": _("What was meant is said"), "no_matter": _("No matter")}
    url = "/console/words"
    return {
        "tabs": [
            {"words": names[s], "url": f"{url}?state={s}", "count": counts[s], "hot": False, "here": s == state}
            for s in STATES
        ],
        "state": state,
        "rows": [_row(ctx, heard) for heard in query.paginate(page, SIZE)],
        "labelled": counts["labelled"],
        "pages": {"here": page, "last": max(1, -(-counts[state] // SIZE)), "url": f"{url}?state={state}&page="},
    }


def _row(ctx: Context, heard: Heard) -> dict[str, Any]:
    read = heard.label or heard.frame
    return {
        "id": heard.id,
        "url": f"/console/words/{heard.id}",
        "words": heard.words,
        "who": _("a worker") if heard.role == "worker" else _("a resident"),
        "context": context_words(heard.context),
        "read": frame_words(ctx, read["intent"], read["slots"]),
        "by": _("a model") if heard.frame.get("by") == "model" else _("the rules"),
        "why": [why_names().get(why, why) for why in heard.why],
        "times": _("%(n)s times", n=heard.times) if heard.times > 1 else "",
        "at": heard.said_at,
        "labelled_by": heard.labelled_by,
    }


def context_words(context: str | None) -> str:
    """What had been shown when the words came."""
    names = {
        "asked_service": _("after we asked which service"),
        "asked_time": _("after we asked for the time"),
        "asked_duration": _("after we asked how long"),
        "asked_budget": _("after we asked for the budget"),
        "asked_people": _("after we asked how many"),
        "asked_area": _("after we asked for the size"),
        "confirm": _("after we asked for a yes or no"),
        "order": _("while looking at an order"),
        "rating_card": _("after we asked for stars"),
        "completion_card": _("after we asked whether it is done"),
        "fee_card": _("after we asked about the fee"),
        "offer": _("on a job offered"),
        "offers": _("on a list of jobs"),
        "job": _("on the job at hand"),
        "choose_worker": _("on a list of workers"),
    }
    return names.get((context or "").partition(":")[0], _("out of the blue"))


def _access(ctx: Context, heard_id: int) -> Heard:
    row = Heard.get_or_none(Heard.id == heard_id, Heard.community_id == ctx.community_id)
    if row is None:
        raise not_found()
    return row


@use_case(*DESK)
def heard_page(ctx: Context, heard_id: int, *, form: Form | None = None) -> dict[str, Any]:
    """One of them with the form of its label: as labelled, as read, or (`form`) as just typed with what does not fit."""
    heard = _access(ctx, heard_id)
    label: dict[str, Any] = heard.label or heard.frame
    intent, slots, asks = str(label["intent"]), dict(label["slots"]), list(label["must_ask"])
    wrong: set[str] = set()
    if form is not None:
        intent, slots, asks = parse_label(form)
        wrong = set(misfits(intent, slots, tuple(asks), local(heard.said_at)))
    following = Heard.select().where(
        (Heard.community_id == ctx.community_id) & (Heard.state == "open") & (Heard.id != heard.id)
    )
    later = following.order_by(Heard.times.desc(), Heard.said_at.desc()).first()
    return {
        "w": {
            **_row(ctx, heard),
            "state": heard.state,
            "read_as": frame_words(ctx, heard.frame["intent"], heard.frame["slots"]),
        },
        "intent": _intent_field(intent),
        "asks": _asks_field(asks),
        "groups": [_group(ctx, name, slots, wrong) for name in GROUPS],
        "note": str(label.get("note", "")) if form is None else (form.get("note") or [""])[0],
        "next_url": f"/console/words/{later.id}" if later is not None else "",
    }


def _intent_field(intent: str) -> dict[str, Any]:
    names = intent_names()
    options = [{"value": code, "label": names[code]} for code in INTENTS]
    return {"name": "intent", "label": _("What they wanted"), "kind": "select", "options": options, "value": intent}


def _asks_field(asks: list[str]) -> dict[str, Any]:
    names = slot_names()
    options = [{"value": code, "label": names[code]} for code in MUST_ASK]
    return {
        "name": "must_ask",
        "label": _("What must be asked back"),
        "kind": "choices",
        "many": True,
        "options": options,
        "value": asks,
    }


def _group(ctx: Context, group: str, slots: dict[str, Any], wrong: set[str]) -> dict[str, Any]:
    """One group of fields; open where something in it is said or does not fit."""
    names, values = slot_names(), value_names(ctx)
    fields = [
        _field(name, kind, slots.get(name), names[name], values.get(name, {})) for name, kind in GROUPS[group].items()
    ]
    for field in fields:
        if field["slot"] in wrong:
            field["error"] = _("This does not fit: please look once more.")
    said = sum(1 for name in GROUPS[group] if name in slots)
    return {
        "name": group_names()[group],
        "fields": fields,
        "said": said,
        "open": bool(said or wrong & set(GROUPS[group])) or group == "what",
    }


FORMS = {
    "moment": "datetime-local",
    "date": "date",
    "time": "time",
    "number": "number",
    "check": "check",
    "choices": "choices",
}


def _field(name: str, kind: Kind, value: Any, label: str, names: dict[str, str]) -> dict[str, Any]:
    field: dict[str, Any] = {
        "slot": name,
        "name": f"slot-{name}",
        "label": label,
        "kind": FORMS.get(kind.form, "text"),
        "value": value,
    }
    options = [{"value": code, "label": names.get(code, code)} for code in kind.options]
    if kind.form == "choice":
        field |= {"kind": "select", "options": [{"value": "", "label": _("not said")}, *options]}
    elif kind.form == "choices":
        field |= {"many": True, "options": options, "value": value or [], "wide": True}
    elif kind.form == "yes_no":
        both = [
            {"value": "", "label": _("not said")},
            {"value": "yes", "label": _("yes")},
            {"value": "no", "label": _("no")},
        ]
        field |= {"kind": "select", "options": both, "value": {True: "yes", False: "no"}.get(value, "")}
    elif kind.form == "list":
        field |= {
            "value": listed(value) if isinstance(value, list) else value,
            "hint": _("several: with a comma between"),
        }
    elif kind.form == "number":
        field |= {"value": str(value) if value is not None else "", "inputmode": "numeric", "step": 1}
    return field


def parse_label(form: Form) -> tuple[str, dict[str, Any], list[str]]:
    """Intent, slots and what must be asked, from the words of a form; what can't be read stays as it was typed, to be refused."""
    slots: dict[str, Any] = {}
    for name, kind in SLOTS.items():
        value = _parsed(kind, [v.strip() for v in form.get(f"slot-{name}", []) if v.strip()])
        if value is not None:
            slots[name] = (
                value[0] if name in ("order_no", "choice") and isinstance(value, list) and len(value) == 1 else value
            )
    return (form.get("intent") or [""])[0], slots, list(form.get("must_ask", []))


def _parsed(kind: Kind, typed: list[str]) -> Any:
    if not typed:
        return None
    if kind.form == "choices":
        return typed
    if kind.form in ("check", "yes_no"):
        return typed[0] == "yes"
    if kind.form == "list":
        parts = typed[0].replace("，", ",").replace("、", ",").split(",")
        return [
            _number(part.strip()) if part.strip().isdigit() and len(part.strip()) < 3 else part.strip()
            for part in parts
            if part.strip()
        ]
    return _number(typed[0]) if kind.form == "number" else typed[0]


def _number(typed: str) -> Any:
    try:
        return int(typed)
    except ValueError:
        return typed


@use_case(*DESK)
def label_heard(ctx: Context, heard_id: int, form: Form) -> None:
    """Says what was meant. Refuses what does not fit the schema (code misfit, with the names in `fields`)."""
    heard = _access(ctx, heard_id)
    intent, slots, asks = parse_label(form)
    wrong = misfits(intent, slots, tuple(asks), local(heard.said_at))
    if wrong:
        raise Refused("misfit", _("Something does not fit yet; it is marked below."), status=422, fields=wrong)
    note = (form.get("note") or [""])[0].strip()[:200]
    label = {"intent": intent, "slots": slots, "must_ask": [name for name in MUST_ASK if name in asks], "note": note}
    heard.change(state="labelled", label=label, labelled_by=ctx.actor.called, labelled_at=ctx.now)


@use_case(*DESK)
def set_aside(ctx: Context, heard_id: int) -> None:
    """It does not matter: small talk, a slip, nothing to learn from."""
    _access(ctx, heard_id).change(state="no_matter", labelled_by=ctx.actor.called, labelled_at=ctx.now)


@use_case(*DESK)
def export_heard(ctx: Context) -> str:
    """All that is labelled, a JSON line each, in the format of the scored examples; `now` is when it was said."""
    mine = (Heard.community_id == ctx.community_id) & (Heard.state == "labelled")
    return "".join(_line(heard) for heard in Heard.select().where(mine).order_by(Heard.id))


def _line(heard: Heard) -> str:
    said: datetime = heard.said_at.astimezone(SHANGHAI)
    line = {
        "id": f"h{heard.id}",
        "role": heard.role,
        "text": heard.words,
        "context": heard.context,
        **{key: heard.label[key] for key in ("intent", "slots", "must_ask", "note")},
        "now": said.isoformat(timespec="minutes"),
    }
    return json.dumps(line, ensure_ascii=False) + "\n"
