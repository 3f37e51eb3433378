"""What there is, what it costs, and questions people ask (B1, B3, B4)."""

import re
from functools import cache
from typing import Any

from handlers.cards import Card, card
from handlers.context import Context
from handlers.words import N_, _, current_language, say_yuan
from models.catalogue import Faq, RulesText, ServiceType
from models.data import load
from models.rules.pricing import ServiceTerms, terms_of

COLUMNS = (
    "code",
    "name",
    "name_en",
    "unit",
    "price_min_fen",
    "price_fen",
    "price_max_fen",
    "usual_minutes",
    "day_level",
)


def load_catalogue(community_id: int) -> None:
    """Fills a new community with services, questions and texts; what is there already is left as staff have it."""
    for position, entry in enumerate(load("service_types")):
        fields = {name: entry[name] for name in COLUMNS}
        ServiceType.insert(
            community_id=community_id, position=position, terms=entry, **fields
        ).on_conflict_ignore().execute()
    for position, entry in enumerate(load("faq")):
        Faq.insert(community_id=community_id, position=position, **entry).on_conflict_ignore().execute()
    for entry in load("texts"):
        RulesText.insert(community_id=community_id, **entry).on_conflict_ignore().execute()


def list_services(ctx: Context) -> list[ServiceType]:
    """The services of this community, in their order; for everybody."""
    return ServiceType.pick_all(community_id=ctx.community_id, active=True, order="position")


def find_service(ctx: Context, code: str | None) -> ServiceType | None:
    """One service by its code."""
    return ServiceType.pick(community_id=ctx.community_id, code=code)


def terms_for(service: ServiceType) -> ServiceTerms:
    """What a price is made from; the row's prices win over the starting content's."""
    own = {name: getattr(service, name) for name in ("price_min_fen", "price_fen", "price_max_fen")}
    return terms_of({**service.terms, **own})


def service_name(service: ServiceType | None) -> str:
    """Its name in the language of the moment."""
    if service is None:
        return ""
    return str(service.name_en if current_language() == "en" and service.name_en else service.name)


UNITS = {
    "hour": N_("an hour"),
    "visit": N_("a visit"),
    "m2": N_("a square metre"),
    "day": N_("a day"),
    "month": N_("a month"),
    "unit26": N_("for 26 days"),
}


def unit_words(unit: str) -> str:
    """一小时, 一次 ..."""
    return _(UNITS[unit])


def price_range(service: ServiceType) -> str:
    """¥35—45 一小时."""
    low, high = say_yuan(service.price_min_fen), say_yuan(service.price_max_fen).lstrip("¥")
    return _("%(low)s—%(high)s %(unit)s", low=low, high=high, unit=unit_words(service.unit))


def price_words(ctx: Context, code: str) -> str:
    """What a service costs, what is in it and what not; plain words."""
    service = find_service(ctx, code)
    if service is None:
        return catalogue_card(ctx).text
    terms = service.terms
    return _(
        "%(name)s: %(price)s.\nIncluded: %(included)s.\nNot included: %(excluded)s.\nYou pay when it is done.",
        name=service_name(service),
        price=price_range(service),
        included="、".join(terms.get("included", [])),
        excluded="、".join(terms.get("not_included", [])),
    )


def catalogue_card(ctx: Context) -> Card:
    """All services with their public prices, and how to ask for one."""
    lines = "\n".join(f"{service_name(s)} {price_range(s)}" for s in list_services(ctx))
    return card(
        _("Public prices:\n%(lines)s\n\nSay what you need and when, in one sentence.", lines=lines),
        ("menu:0:book", _("Book something")),
        ("talk:0:human", _("Find a person to help me")),
    )


def list_faq(ctx: Context) -> list[Faq]:
    """The questions people ask."""
    return list(Faq.select().where(Faq.community_id == ctx.community_id).order_by(Faq.position))


@cache
def _pairs(text: str) -> frozenset[str]:
    clean = re.sub(r"[^\w\u4e00-\u9fff]", "", text)
    return frozenset(clean[i : i + 2] for i in range(len(clean) - 1))


def find_faq(ctx: Context, question: str) -> Faq | None:
    """The answer that a topic's code or a question's words ask for; None rather than a wrong one."""
    known = list_faq(ctx)
    by_code = next((f for f in known if f.code == question), None)
    if by_code is not None:
        return by_code
    asked = _pairs(question)
    scored = [(max((len(asked & _pairs(a)) / max(1, len(_pairs(a))) for a in f.ask), default=0.0), f) for f in known]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= 0.5 else None


def rules_text(ctx: Context, kind: str, code: str, version: str | None = None) -> RulesText:
    """A text by kind and code, in its newest (or the named) version."""
    mine = (RulesText.community_id == ctx.community_id) & (RulesText.kind == kind) & (RulesText.code == code)
    if version is not None:
        mine &= RulesText.version == version
    return RulesText.select().where(mine).order_by(RulesText.version.desc()).get()


def task_names() -> dict[str, str]:
    """What tasks are called."""
    return {
        "windows": _("windows"), "range_hood": _("range hood"), "kitchen": _("kitchen"), "bathroom": _("bathroom"), "mop": _("mopping"),
        "ac_clean": _("air conditioner"), "fridge_clean": _("fridge"), "washer_clean": _("washing machine"), "clean": _("cleaning"),
        "cook": _("cooking"), "groceries": _("groceries"), "school_pickup": _("fetching the child"), "bath_assist": _("help with bathing"),
        "haircut": _("haircut"), "foot_care": _("foot care"), "companion": _("company"), "medication": _("medicine reminders"),
        "night_watch": _("watching at night"), "hospital_escort": _("going to hospital along"), "blood_pressure": _("blood pressure"),
        "blood_sugar": _("blood sugar"), "mow": _("mowing"), "prune": _("pruning"), "watering": _("watering"), "math": _("maths"),
        "english": _("English lessons"), "piano": _("piano"), "calligraphy": _("calligraphy"), "stairwell": _("stairwell"),
        "drain_unclog": _("blocked drain"), "toilet_unclog": _("blocked toilet"), "faucet": _("tap"), "light": _("lamp"),
        "electrical": _("electricity"), "lock": _("lock"),
        "water_heater": _("water heater"), "install": _("mounting"), "appliance": _("appliance"),
    }  # fmt: skip


def task_words(tasks: list[str]) -> str:
    """Tasks as a list in words."""
    names: dict[str, Any] = task_names()
    return "、".join(names.get(task, task) for task in tasks)
