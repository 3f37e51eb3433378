"""How many are to come, said by itself: 还是两个吧, 再加一个人, 少来一个, 赵大姐不用来了 (C3, D3).

Of a wish that is being noted it is a correction; of one that was handed in it is asked once whose place goes and what that costs.
"""

import re
from typing import Any

from bot.actions import Chosen, action
from bot.turn import Turn
from bot.understanding.numbers import read_number
from handlers.cards import Card, card
from handlers.fewer import come_fewer, fewer_terms, team_places
from handlers.requests import list_my_requests
from handlers.words import _, listed

NUMBER = r"(?P<n>[一二两三四五六七八九1-9])"
WHO = r"(人|师傅|阿姨|大姐|护工|保洁|工人)"
END = r"(?=$|[,，。.!！ ~吧啊呀哦了嘛]|就|够|好|行|中|成|来|也|算|了|得了)"
SOME = re.compile(rf"(?<![第哪几下上我俺他她])({NUMBER}(个|位|名){WHO}?|{NUMBER.replace('<n>', '<m>')}{WHO}|(?P<pair>[俩仨]){WHO}?){END}")
ADD = "(加|来|要|叫|添|派|找)"
MORE = re.compile(rf"(再|多){ADD}?(?P<n>[一二两三四五六七八九1-9])?个?{WHO}|(再|多){ADD}(?P<m>[一二两三四1-9])(个|位)(?!小时|钟)")
LESS = re.compile(r"(少|减|去掉?|退掉?|取消|划掉)(来|要|叫|派)?(掉|了)?(?P<n>[一二两三四五六七八九1-9])(个|位|名)(?!小时|钟|月|礼拜|星期)")
STILL = re.compile(r"(只|就|光|才|还是|改成?|换成?|算了|够|太多|不要(?=[两俩三四五六])|不用那么多|用不着|也)")
NOT_HIM = r"(不要|别叫|别让|不用|甭让|不请|去掉|退掉|取消)(?P<a>{0})|(?P<b>{0})(就|那边)?(不要|别|不用|甭|不必)(再|他|她|过)?来"
ONLY_HIM = r"(只|就|光|留)(要|留|叫|让|下)?(?P<a>{0})(一个|来|就|够|$|[,，吧])"
NOT_WANTED = re.compile(r"不要|别|不用|甭|去掉|退掉|取消")
ANY_NAME = r"[\u4e00-\u9fa5](师傅|大?姐|阿姨|护工|月嫂|老师)"
NOT_SO_MANY = re.compile(r"(不|别|甭|没)(要|用|是|需要|叫|来|请)*$")  # 不要两个，要一个
PAIRS = {"俩": 2, "仨": 3}


def people_in(text: str, now: int) -> int | None:
    """How many are to come by these words, where so many were to: 还是俩, 少来一个, 再加一个人; None where they say nothing of it."""
    found = LESS.search(text)
    if found:
        return now - (read_number(found["n"]) or 0)
    found = MORE.search(text)
    if found:
        return now + (read_number(found["n"] or found["m"] or "一") or 1)
    found = next((one for one in SOME.finditer(text) if not NOT_SO_MANY.search(text[: one.start()])), None)
    if found:
        return PAIRS.get(found["pair"] or "") or read_number(found["n"] or found["m"])
    return None


def fewer_card(turn: Turn, request: Any) -> Card | None:
    """Whether fewer shall come for what was handed in; None where the words say nothing of the kind."""
    if MORE.search(turn.text) and (people_in(turn.text, request.people) or 0) > request.people:
        words = _("For one more to come along a colleague has to ask. Shall I fetch one?")
        return card(words, ("talk:0:human", _("Find a person to help me")))
    if request.people < 2 or "换" in turn.text:
        return None
    places = team_places(turn.ctx, request.id)
    gone = _named(turn.text, places)
    people = len(places) - len(gone) if gone else people_in(turn.text, request.people)
    if people is None or not 0 < people < request.people or not (gone or STILL.search(turn.text) or LESS.search(turn.text)):
        return _nobody_of_that_name(places, turn.text)
    turn.talk.close()
    if places:
        return _asked(turn, request, people, gone)
    come_fewer(turn.ctx, request.id, people)
    return card(_("Good, so it is: %(n)s will come. A colleague sees it as such.", n=people))


def _nobody_of_that_name(places: list[dict[str, Any]], text: str) -> Card | None:
    """赵大姐不要来了, where she is none of them: all of them are not cancelled for that."""
    names = [place["worker"] for place in places if place["worker"]]
    if not names or any(name in text for name in names) or not re.search(NOT_HIM.format(ANY_NAME), text):
        return None
    words = _("For this one %(names)s come. Whom do you mean?", names=listed(names))
    return card(words, ("talk:0:human", _("Find a person to help me")))


def _asked(turn: Turn, request: Any, people: int, gone: list[int]) -> Card:
    """Whose place goes, whose stays, what it costs: and a yes."""
    terms = fewer_terms(turn.ctx, request.id, people, gone)
    words = _("%(n)s will come instead of %(all)s.", n=people, all=request.people)
    if terms.going:
        words = _("%(words)s %(going)s need not come.", words=words, going=listed(terms.going))
    if terms.going and terms.staying:
        words = _("%(words)s %(staying)s stays as it is.", words=words, staying=listed(terms.staying))
    arg = "_".join(str(part) for part in (people, *terms.places))
    return card(
        _("%(words)s\n%(rule)s\nShall it be so?", words=words, rule=terms.words),
        (f"request:{request.id}:fewer_yes:{arg}", _("Yes, like that")),
        (f"request:{request.id}:cancel_no", _("No, leave it as it was")),
        ("talk:0:human", _("Find a person to help me")),
    )


def _named(text: str, places: list[dict[str, Any]]) -> list[int]:
    """The places of those who need not come, by their names: named as such, or all but the only ones that are wanted."""
    names = {place["worker"]: int(place["id"]) for place in places if place["worker"]}
    any_name = "|".join(re.escape(name) for name in names)
    if not any_name:
        return []
    only = {found["a"] for found in re.finditer(ONLY_HIM.format(any_name), text)}
    if only and len(names) == len(places):
        return [place for name, place in names.items() if name not in only]
    unwanted = {found["a"] or found["b"] for found in re.finditer(NOT_HIM.format(any_name), text)}
    return [place for name, place in names.items() if name in unwanted] if len(unwanted) < len(places) else []


def fewer_said(turn: Turn) -> Card | None:
    """The same, wherever it is said by a resident who has one thing open for which several are to come."""
    if "worker" in turn.ctx.actor.roles or len(turn.text) > 24 or set(turn.frame.slots) & {"service", "start", "date_only"}:
        return None
    if not any(pattern.search(turn.text) for pattern in (STILL, LESS, MORE, NOT_WANTED)):
        return None
    mine = list_my_requests(turn.ctx)
    several = [one for one in mine if one.people > 1] or mine
    return fewer_card(turn, several[0]) if len(several) == 1 else None


@action("request", "fewer_yes")
def fewer_yes(turn: Turn, chosen: Chosen) -> Card:
    """对，就这样: whoever need not come hears it; how it goes on with the others is told with it."""
    people, *places = (int(part) for part in chosen.arg.split("_"))
    come_fewer(turn.ctx, chosen.id, people, places)
    return card(_("Good, so it is: %(n)s will come. Everybody concerned has been told.", n=people))
