"""Services and tasks that a text names."""

import re

from bot.understanding.notation import pattern
from bot.understanding.wording import Said
from bot.understanding.words.services import BESIDE, DENIED, NAMED, TASKS, WORK

_DENIED = re.compile(pattern(DENIED))
# Which tasks a service can have, where the words alone would name more.
_CLEANING = frozenset("windows range_hood kitchen bathroom mop ac_clean fridge_clean washer_clean groceries cook stairwell".split())
# 两个护工来给老伴洗澡 is one bath at home, by whatever name who comes is called; whoever is to stay is 陪护.
_WASHED = re.compile(r"护工.{0,12}洗(?:个|一下|下)?澡")
_NURSED = re.compile(r"医院|住院|病房|陪|夜|白天|照顾|照料|伺候|包月|[一两二三几半\d]天")
_NOT_REPAIR = frozenset("stairwell windows mop".split())
SERVICES = tuple(dict.fromkeys(code for table in (NAMED, WORK) for row in table.rows for code in [row.code]))


def named(text: str) -> Said:
    """The text without the work that it rules out."""
    return Said(_DENIED.sub(lambda m: "," * len(m.group()), text))


def find_service(text: str) -> str | None:
    """The service a text names: by the worker's name before the work, 钟点工 and 保姆 before all."""
    return _service(named(text))


def _service(said: Said) -> str | None:
    found = NAMED.find_all(said)
    if found:
        first = [f for f in found if f.code in ("hourly", "nanny")]
        return min(first or found, key=lambda f: f.start).code
    found = WORK.find_all(said)
    return min(found, key=lambda f: f.start).code if found else None


def find_work(text: str) -> tuple[str | None, list[str]]:
    """The service, and the tasks named; cooking and cleaning count as tasks only beside 钟点工 and 保姆."""
    said = named(text)
    service = _service(said)
    codes = [f.code for f in TASKS.find_all(said)]
    if service == "patient_care" and "bath_assist" in codes and _WASHED.search(text) and not _NURSED.search(text):
        service = "personal_care"
    if service in ("hourly", "nanny"):
        codes += [f.code for f in BESIDE.find_all(said)]
    if service == "repair":
        codes = [c for c in codes if c not in _NOT_REPAIR]
    if service in ("cleaning", "deep_cleaning"):
        codes = [c for c in codes if c in _CLEANING]
    return service, codes
