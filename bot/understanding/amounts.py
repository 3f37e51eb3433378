"""Lengths, money, people, sizes and ages of a request."""

import re
from typing import Any

from bot.understanding.numbers import NUM, SMALL, pair_of, read_number
from bot.understanding.times import length_minutes
from bot.understanding.tokens import Token, lead, of

UNITS = {"小时": "hour", "天": "day", "晚": "day", "夜": "day", "宿": "day", "月": "month", "平": "m2", "次": "visit", "趟": "visit", "回": "visit", "节": "visit", "堂": "visit"}
_UNIT_WORD = r"(小时|天(?!后|之后|以后|前|内)|晚|夜|宿|月|平|次|趟|回|节|堂)课?"
_UNIT_AFTER = re.compile(rf"(?:左右|以内|上下|吧|,)?(?:每个?|一个?|1个?|/|包)\s?{_UNIT_WORD}(?!的?(?:上午|下午|早上|早|晚上|晚|中午|傍晚|[\d一二三四五六七八九十]{{1,3}}[点号日:]|都?来|打扫|[去做擦]))")
_UNIT_BEFORE = re.compile(rf"(?<![做干住照待])(?:每个?|一个?|1个?){_UNIT_WORD}(?:上)?(?:要|大概|给|出|就|是|差不多|,|的|的话|价|价格|最多|不超过|预算|工资|能|我|也就|想|顶多|控制在)*$|([月时日])[薪结](?:要|给|大概|是|最多|不超过)*$|(包月)[^,]{{0,4}}$")
_MONEY_BEFORE = re.compile(r"(?:预算|最多|最高|不超过|别超过|不要超过|不对,?|(?:哦|噢|啊|呃)?,?不,?|说错了?,?|改成|顶多|控制在|价格|价位|价钱|工资|薪资|报酬|费用|出|能给|给|愿意给|可以给|接受|心理价)(?:我|她|他|你|你们|到|是|在|大概|差不多|就|也就|个|就是|能|为|给|出|,)*$")
_MONEY_AFTER = re.compile(r"(?:块|元)?(?:以内|以下|之内|包干|包圆|一口价|全包|左右|上下|以上|起步|往上|封顶|都行|都可以|内)")
_RANGE = re.compile(r"(?:块|元)?(?:到|至|-|~|—)")
_ALONE_BEFORE = re.compile(r"(?:^|,)(?:就|大概|差不多|总共|一共)?$")
_ALONE_AFTER = re.compile(r"(?:吧|行吗|可以吗|够吗|够不够|行不行|怎么样|差不多)?(?:,|$)")
_NOT_A_LENGTH_BEFORE = re.compile(r"(?:每|提前|还有|等了|晚了|迟到|早走)(?:了)?$")
_DAYS_OF_WEEKEND = re.compile(r"周末两天$")
_NOT_A_LENGTH_AFTER = re.compile(r"[前里]|不到就|(?:肯定|根本|都|真)?(?:不够|太短|太长|(?:做|干|弄|搞|忙|收拾|打扫|擦|洗)不(?:完|好|出来))")
_US_TWO = re.compile(r"(?:我|咱)(?:们)?(?:和|跟)?老(?:伴|公|婆|两口|头子|太太)(?:俩|两个|两人)?[^,]{0,2}吃|我们老两口")
_ONE_DAY = re.compile("[一1]天")
_EACH_DAY_SO_LONG = re.compile(rf"[来做干要]?{NUM}(?:到{NUM})?(?:个?半?小时|次|顿|趟|回|遍)")
_COUNTED = re.compile(rf"({NUM})个?(半)?")
_FROM_SO_LONG = re.compile(rf"({SMALL})(?:个小时)?(?:到|至|-|~)$")
_WHOLE_DAY = re.compile(r"一?整天")
_DAYS = re.compile(rf"(半|{NUM})个?多?(天|周|月|年|晚|夜|宿)(半)?")
_NUMBER = re.compile(NUM)
_COUNTER = re.compile(r"[个位名次楼室号岁]")
_ROUND = re.compile(r"[百千万]|^\d{2,5}$")
_WORKERS = re.compile(r"(?:阿姨|师傅|保洁员?|工人|护工|月嫂|工|大姐|保姆|老师|育儿嫂|护理员|帮手)$")
_EACH = re.compile(r"(?:多少钱?|几块|什么价|怎么(?:收|算))$")
_OR_MORE = re.compile(r"(?:块|元)?(?:以上|起步?|往上)")
_UNIT_ASKED = re.compile(rf"(?:每个?|一个?|1个?|按|论|包){_UNIT_WORD}")
_ROOMS = re.compile(rf"({SMALL})[室房居]室?(?:({SMALL})厅)?")
_AND_MONTHS = re.compile(rf"岁零?({NUM})个?月")
_ENOUGH = re.compile(r"就(?:行|够|可以)|够了")
_SENT_FOR = re.compile(r"(?:来|要|找|派|请|叫)$")
_AT_HOME = re.compile(r"(?:家里?|家|就|我们|住着?|只有|有|剩|照顾|看)(?:就|有|住|只有)?$")
_SENT = re.compile(r"找|要|来|派")
_ALONE_CANT = re.compile(r"(?:可|都|也|实在|根本)?(?:弄|搬|抬|扶|干|忙|背|搞|做|抱|照顾|伺候|翻|拿|洗|管)?(?:他|她|得)?不(?:动|了|过来|完|住|行|够|敢|成)")  # 一个人弄不动: why several


def lengths(text: str, tokens: list[Token]) -> dict[str, Any]:
    """How long: duration_min, duration_max_min or duration_days; the unit of a price is no length."""
    found: dict[str, Any] = {}
    rates = [span for token in of(tokens, "money", "number", "vague_money") if (span := _unit_span(text, token))]
    for token in of(tokens, "length"):
        if any(a < token.end and token.start < b for a, b in rates) or _NOT_A_LENGTH_AFTER.match(text[token.end :]):
            continue
        if _ONE_DAY.fullmatch(token.text) and _EACH_DAY_SO_LONG.match(text[token.end :]):
            continue
        if _NOT_A_LENGTH_BEFORE.search(lead(text, token.start)) or _DAYS_OF_WEEKEND.search(text[: token.end]) or (text.startswith("了", token.end) and text[: token.start].endswith("了")):
            continue
        for key, value in _length(token.text, lead(text, token.start)).items():
            found.setdefault(key, value)
    return found


def _length(word: str, before: str) -> dict[str, Any]:
    minutes = length_minutes(word)
    match = _COUNTED.match(word)
    pair = pair_of(match[1]) if match else None
    if pair and minutes is not None:
        size = 60 if "小时" in word else 15 if "刻" in word else 1
        return {"duration_min": pair[0] * size, "duration_max_min": pair[1] * size}
    if minutes:
        low = _FROM_SO_LONG.search(before)
        first = read_number(low[1]) if low and "小时" in word else None
        return {"duration_min": first * 60, "duration_max_min": minutes} if first else {"duration_min": minutes}
    days = _days(word)
    return {"duration_days": days} if days and not pair else {}


def _days(word: str) -> int | None:
    if _WHOLE_DAY.fullmatch(word):
        return 1
    match = _DAYS.match(word)
    if not match:
        return None
    size = {"天": 1, "晚": 1, "夜": 1, "宿": 1, "周": 7, "月": 30, "年": 365}[match[2]]
    number = 0.5 if match[1] == "半" else read_number(match[1]) or 0
    return int((number + (0.5 if match[3] else 0)) * size) or None


def _unit_span(text: str, token: Token) -> tuple[int, int] | None:
    after = _UNIT_AFTER.match(text, token.end)
    if after:
        return after.start(), after.end()
    before = _unit_before(text, token)
    if not before or not (before[1] or before[2] or before[3]):
        return None
    left_off = token.start - len(lead(text, token.start))
    return before.start() + left_off, before.end() + left_off


def _unit_before(text: str, token: Token) -> re.Match[str] | None:
    """一小时40; but 一小时,预算60 is a length and an amount."""
    before = _UNIT_BEFORE.search(lead(text, token.start))
    return None if before and before[1] == "小时" and ",预算" in before[0] else before


def _unit(text: str, token: Token) -> str | None:
    before = _unit_before(text, token)
    if before and before[1]:
        return UNITS[before[1]]
    after = _UNIT_AFTER.match(text, token.end)
    if after:
        return UNITS[after[1]]
    return {"月": "month", "时": "hour", "日": "day"}.get((before[2] or "月")[0]) if before else None


def amount(token: Token) -> int | None:
    """The whole yuan of a money, delta or number token."""
    match = _NUMBER.search(token.text)
    return read_number(match[0]) if match and not pair_of(match[0]) else None


def _is_money(text: str, token: Token, beside: list[Token]) -> bool:
    value = amount(token)
    if token.kind == "money":
        return True
    if value is None and pair_of(token.text):
        return bool(_MONEY_BEFORE.search(lead(text, token.start)) or _MONEY_AFTER.match(text, token.end) or (_ALONE_BEFORE.search(lead(text, token.start)) and _ROUND.search(token.text)))
    if value is None or _COUNTER.match(text[token.end :]):
        return False
    if _MONEY_BEFORE.search(lead(text, token.start)) or _UNIT_BEFORE.search(lead(text, token.start)):
        return value >= 5
    if value >= 20 and (_MONEY_AFTER.match(text, token.end) or _UNIT_AFTER.match(text, token.end)):
        return True
    joined = any(o is not token and o.kind in ("money", "number") and _RANGE.fullmatch(text[min(o.end, token.end) : max(o.start, token.start)]) for o in beside)
    if value >= 30 and joined:
        return True
    alone = _ALONE_BEFORE.search(lead(text, token.start)) and _ALONE_AFTER.match(text, token.end)
    return bool(alone) and 30 <= value <= 50000 and bool(_ROUND.search(token.text))


def budget(text: str, tokens: list[Token]) -> dict[str, Any]:
    """What may be spent: budget_min, budget_max and budget_unit."""
    amounts = of(tokens, "money", "number")
    money = [t for n, t in enumerate(amounts) if _is_money(text, t, amounts[max(0, n - 1) : n + 2])]
    if not money:
        return {}
    first = money[0]
    unit = next((u for t in money if (u := _unit(text, t))), None)
    found = _limits(text, money, first)
    return found | ({"budget_unit": unit} if unit and found else {})


def _limits(text: str, money: list[Token], first: Token) -> dict[str, Any]:
    match = _NUMBER.search(first.text)
    pair = pair_of(match[0]) if match else None
    if pair:
        return {"budget_min": pair[0], "budget_max": pair[1]}
    value = amount(first)
    if value is None:
        return {}
    if len(money) > 1 and _RANGE.fullmatch(text[first.end : money[1].start]):
        high = amount(money[1])
        return {"budget_min": value, "budget_max": high} if high and high > value else {"budget_max": high}
    if _OR_MORE.match(text[first.end :]):
        return {"budget_min": value}
    return {"budget_max": value}


def asked_unit(text: str) -> str | None:
    """In 一个小时多少钱 the unit that is asked about."""
    match = _UNIT_ASKED.search(text)
    return UNITS[match[1]] if match else None


def vague_budget(tokens: list[Token]) -> bool:
    """几十块, 几百: an amount that must be asked."""
    return bool(of(tokens, "vague_money"))


def sizes(text: str, tokens: list[Token]) -> dict[str, Any]:
    """Area, rooms, how many things, the age of the person cared for."""
    slots: dict[str, Any] = {}
    for token in of(tokens, "area", "quantity"):
        if _EACH.search(lead(text, token.start)):
            continue
        number = _NUMBER.match(token.text)
        pair = pair_of(number[0]) if number else None
        value = pair[0] if pair else read_number(number[0]) if number else None
        if value and (token.kind != "area" or value > 4):
            slots.setdefault("area_m2" if token.kind == "area" else "quantity", value)
    for token in of(tokens, "rooms"):
        match = _ROOMS.match(token.text)
        if match and match[2]:
            slots["rooms"] = f"{read_number(match[1])}室{read_number(match[2])}厅"
    return slots | _age(tokens)


def _age(tokens: list[Token]) -> dict[str, Any]:
    for token in of(tokens, "age"):
        text = token.text
        if text.startswith(("满月", "半岁")):
            return {"age_months": 1 if text[0] == "满" else 6}
        match = _NUMBER.search(text)
        number = read_number(match[0]) if match else None
        if number is None:
            continue
        if "岁" not in text and "月" in text:
            return {"age_months": number}
        more = _AND_MONTHS.search(text)
        if more and number < 3:
            return {"age_months": number * 12 + (read_number(more[1]) or 0)}
        return {"age_months": number * 12 + (6 if text.endswith("岁半") else 0)} if number < 3 else {"age_years": number}
    return {}


def heads(text: str, tokens: list[Token], service: str | None) -> dict[str, Any]:
    """Workers wanted, and people to cook for."""
    slots: dict[str, Any] = {}
    if service == "cooking" and _US_TWO.search(text):
        slots["diners"] = 2
    for token in of(tokens, "diners"):
        found = _NUMBER.findall(token.text)
        if found and (number := read_number(found[-1])):
            slots["diners"] = number
    named = [(t, n) for t in of(tokens, "people") if (n := _people(t))]
    people = [(t, n) for t, n in named if not _not_workers(text, t)]
    if service == "cooking" and "diners" not in slots and len(named) > len(people):
        slots["diners"] = named[0][1]
    if people:
        token, number = people[-1]
        cooking = service == "cooking" and "diners" not in slots and not _SENT_FOR.search(lead(text, token.start)) and not _WORKERS.search(token.text)
        if number > 1 or _ENOUGH.match(text[token.end :]):
            slots["diners" if cooking else "people"] = number
    return slots


def _people(token: Token) -> int | None:
    match = _NUMBER.match(token.text)
    return read_number(match[0]) if match and not pair_of(match[0]) else None


def _not_workers(text: str, token: Token) -> bool:
    if _ALONE_CANT.match(text[token.end :]):
        return True
    return bool(_AT_HOME.search(lead(text, token.start)) and not _SENT.search(text[max(0, token.start - 4) : token.start]))
