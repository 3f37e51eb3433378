"""一月八号, said in November: the next one, where it is near (C3). The summary shows it with its year before anything is handed in."""

import re
from datetime import date

MONTH_DAY = re.compile(
    r"(\d{1,2}|十[一二]?|[一二三四五六七八九])月(\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:号|日)?"
)
CHINESE = {sign: n for n, sign in enumerate("一二三四五六七八九十", 1)}
NEAR_DAYS = 180  # as far ahead as a visit can be booked


def _number(said: str) -> int:
    """十二, 二十, 二十八, 8."""
    if said.isdigit():
        return int(said)
    tens, ten, ones = said.partition("十")
    return CHINESE.get(tens, 1) * 10 + CHINESE.get(ones, 0) if ten else CHINESE[tens]


def next_year_day(text: str, today: date) -> date | None:
    """The day of the coming year that a month and day over for this year mean; None where none is said, or it is far."""
    found = MONTH_DAY.search(text)
    if found is None:
        return None
    try:
        day = today.replace(year=today.year + 1, month=_number(found[1]), day=_number(found[2]))
    except ValueError:
        return None
    return day if (day - today).days <= NEAR_DAYS else None
