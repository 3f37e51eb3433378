"""The parts of a recommendation, and the conditions that rule somebody out, in words (D2, D6)."""

from typing import Any

from handlers.words import _


def blocker_words(code: str) -> str:
    """Why somebody could not be asked."""
    return {
        "no_skill": _("does not offer this service"),
        "papers": _("a paper that is needed is missing or not valid that day"),
        "standing": _("their agency is not in good standing"),
        "age_limit": _("outside the age that this service allows"),
        "not_working": _("does not work at that time"),
        "not_area": _("does not go to that area"),
        "busy": _("has another visit, or is away"),
        "too_far": _("too far away"),
        "blocked": _("these two are not brought together"),
        "sex_wish": _("the resident wished otherwise"),
        "language_wish": _("does not speak the language that was asked for"),
        "day_full": _("the day is full"),
        "week_full": _("the week is full"),
    }[code]


def part_words(parts: list[dict[str, Any]], facts: dict[str, Any]) -> list[dict[str, str]]:
    """Reasons in words, those that speak for it first: [{"words", "speaks"}]."""
    order = {"for": 0, "against": 1, "neutral": 2}
    said = [(order[p["speaks"]], p["speaks"], _part(p, facts)) for p in parts]
    if facts.get("dates"):  # of a recurring service: what counts most for it, so it is said first
        all_of_them = facts["free_on"] == facts["dates"]
        said.insert(0, (-1, "for" if all_of_them else "against", _free_words(facts)))
    return [{"words": words, "speaks": speaks} for _rank, speaks, words in sorted(said, key=lambda s: s[0]) if words]


def _free_words(facts: dict[str, Any]) -> str:
    free, dates = facts["free_on"], facts["dates"]
    if free == dates:
        return _("free on all %(dates)s dates that follow", dates=dates)
    return _("free on %(free)s of the %(dates)s dates that follow", free=free, dates=dates)


def _part(part: dict[str, Any], facts: dict[str, Any]) -> str:
    code, good = part["code"], part["speaks"] == "for"
    same, count = int(facts.get("same", 0)), int(facts.get("stars_count", 0))
    words = {
        "same_household": _("was at your place %(n)s times", n=same) if same else "",
        "rating": _("well rated (%(n)s ratings)", n=count) if good and count else "",
        "distance": _("%(km)s km away", km=facts.get("km", "?")),
        "price": _("within your budget") if good else "",
        "response": _("answers quickly") if good and count else "",
        "fair_share": _("has had less work lately") if good else "",
        "newcomer": _("new with us, papers checked") if good else "",
    }
    return words.get(code, "")


def complaint_reason(code: str) -> str:
    """What a complaint is about."""
    return {
        "late": _("late"), "no_show": _("did not come"), "left_early": _("left early"), "damage": _("something broke"),
        "theft": _("something is missing"),
        "abuse": _("rough or violent"), "attitude": _("attitude"), "quality": _("quality"), "overcharge": _("charged too much"),
        "double_charge": _("charged twice"), "harassment": _("harassment"), "unpaid": _("not paid"), "unsafe": _("unsafe"),
    }.get(code, code)  # fmt: skip
