"""Everything else that a text states: length, money, people, rooms, orders, stars."""

import re

from bot.understanding.lexicon import BESIDE_HOURLY, REASONS, SERVICES, TASKS, find_all, find_first
from bot.understanding.numbers import NUMBER, SMALL, pair_of, read_number

MONEY = re.compile(
    rf"(?P<n>{NUMBER})(?P<u>块|元|以内|左右|块左右)?(?P<each>一?个?(小时|天|晚|月|平)|每(小时|天|晚|月|平))?"
)


def service_slots(text: str) -> dict[str, object]:
    """Service and the tasks named beyond it."""
    service = find_first(SERVICES, text)
    tasks = find_all(TASKS, text)
    if service in ("hourly", "nanny"):
        tasks += find_all(BESIDE_HOURLY, text)
    slots: dict[str, object] = {"service": service} if service else {}
    if tasks:
        slots["tasks"] = tasks
    return slots


def duration_slots(text: str) -> dict[str, object]:
    """两小时, 半天, 三天, 两三个小时."""
    half = re.search(rf"({SMALL})个半小时", text)
    if half:
        return {"duration_min": (read_number(half.group(1)) or 0) * 60 + 30}
    match = re.search(rf"(?<!每)(?<!一个)({SMALL}|半)个?小时(半)?(?!后|以后|之后|工|\d|[一二三四五六七八九两]百)", text)
    if match:
        pair = pair_of(match.group(1))
        if pair:
            return {"duration_min": pair[0] * 60, "duration_max_min": pair[1] * 60}
        hours = 0.5 if match.group(1) == "半" else read_number(match.group(1)) or 0
        return {"duration_min": int(hours * 60) + (30 if match.group(2) else 0)}
    if re.search(r"半天", text):
        return {"duration_min": 240}
    match = re.search(
        rf"(?<!前)(?<!每)(?<![前这那])({SMALL}|半)(分钟|天(?!后|\d|[一二两三四五六七八九]百)|个月(?!大|的)|周(?![一二三四五六日天后]))(?!后|以后)",
        text,
    )
    if not match or match.group(2) == "分钟":
        return {"duration_min": read_number(match.group(1)) or 0} if match and match.group(1) != "半" else {}
    size = {"天": 1, "个月": 30, "周": 7}[match.group(2)]
    count = 0.5 if match.group(1) == "半" else read_number(match.group(1)) or 0
    return {"duration_days": int(size * count)} if count else {}


def money_slots(text: str) -> dict[str, object]:
    """预算150, 一百五左右, 六千到七千, 两百以上."""
    between = re.search(rf"({NUMBER})(?:块|元)?(?:到|至|-|~)({NUMBER})(?:块|元|左右|以内|都行)", text)
    if between:
        low, high = read_number(between.group(1)), read_number(between.group(2))
        if low and high and high > 20:
            return {"budget_min": low, "budget_max": high}
    match = re.search(
        rf"(?:预算|最多|不超过|不要超过|顶多|价格|出|给)(?:是|大概|在)?({NUMBER})|({NUMBER})(?:块|元)(?!.{{0,2}}(以上|起))|({NUMBER})以内",
        text,
    )
    found = read_number(next(g for g in match.groups() if g)) if match else None
    if found is None or found < 10:
        return {}
    slots: dict[str, object] = {"budget_max": found}
    unit = re.search(r"(一|每)个?(小时|天|晚|月|平|次)", text)
    if unit:
        slots["budget_unit"] = {"小时": "hour", "天": "day", "晚": "day", "月": "month", "平": "m2", "次": "visit"}[
            unit.group(2)
        ]
    return slots


def care_slots(text: str) -> dict[str, object]:
    """Who is cared for: age in years or months, expected birth."""
    months = re.search(rf"(?:宝宝|孩子|娃|小孩).{{0,3}}?({SMALL})个月", text)
    if months:
        return {"age_months": read_number(months.group(1)) or 0}
    years = re.search(rf"(?:老人|妈|爸|奶奶|爷爷|孩子|宝宝|今年|都).{{0,4}}?({SMALL})(?:岁|了(?=家里|,|没))", text)
    return {"age_years": read_number(years.group(1)) or 0} if years else {}


def size_slots(text: str) -> dict[str, object]:
    """Area, rooms, people, diners."""
    slots: dict[str, object] = {}
    area = re.search(rf"({NUMBER})多?(平米|平方|平(?!时|安)|㎡|m2)", text)
    if area:
        slots["area_m2"] = read_number(area.group(1)) or 0
    rooms = re.search(rf"({SMALL})室({SMALL})厅", text)
    if rooms:
        slots["rooms"] = f"{read_number(rooms.group(1))}室{read_number(rooms.group(2))}厅"
    diners = re.search(rf"({SMALL})个?(?:人|口|位|老人|大人)(?:吃|的饭)|(?:饭|菜|席).{{0,4}}?({SMALL})个人", text)
    if diners:
        slots["diners"] = read_number(diners.group(1) or diners.group(2)) or 0
    people = re.search(rf"(?:来|要|找|派|请)({SMALL})(?:个|位|名)(?:人|师傅|阿姨|保洁)|({SMALL})个人(?!吃)", text)
    count = read_number(next(g for g in people.groups() if g)) if people else None
    if count and count > 1 and "diners" not in slots:
        slots["people"] = count
    return slots


def wish_slots(text: str) -> dict[str, object]:
    """还是上次那个; 李师傅."""
    slots: dict[str, object] = {}
    if re.search(r"(还是|还要|要)?上(次|回)(那|的|来)|同一个|老师傅还", text):
        slots["same_worker"] = True
    name = re.search(r"(?:要|找|请|让|叫)([\u4e00-\u9fff]{1,2}(?:师傅|大姐|姐|阿姨|老师|哥))", text)
    if name and name.group(1) not in ("个阿姨", "位师傅", "个师傅", "位阿姨", "一阿姨"):
        slots["worker_name"] = name.group(1)
    if "住家" in text:
        slots["live_in"] = True
    return slots


def order_slots(text: str) -> dict[str, object]:
    """A103, 1125-03, 3号单, 上次那单."""
    match = re.search(r"(?<![A-Za-z\d])([A-Za-z]\d{2,4}|\d{4}-\d{2,3})(?!\d)", text) or re.search(
        r"(\d{1,4})号?(?:单|订单)", text
    )
    slots: dict[str, object] = {"order_no": match.group(1).upper()} if match else {}
    if re.search(r"刚(才|刚)?(下|约|订)的", text):
        slots["order_ref"] = "latest"
    elif re.search(r"上(次|回|一单)", text):
        slots["order_ref"] = "last"
    elif re.search(r"下一单|下次", text):
        slots["order_ref"] = "next"
    if re.search(r"全部|所有|都取消", text):
        slots["scope"] = "all"
    return slots


def star_slots(text: str) -> dict[str, object]:
    """五星, 3颗星."""
    match = re.search(r"([1-5一二两三四五])(?:颗|个)?星(?!都不|也不)", text) or re.fullmatch(r"([1-5])分?", text)
    found = read_number(match.group(1)) if match else None
    return {"stars": found} if found else {}


def reasons(text: str) -> dict[str, object]:
    """Why, as far as it is said."""
    found = find_all(REASONS, text)
    return {"reason": found} if found else {}
