"""Ways in which people write days, hours, lengths, amounts, repetitions and orders, each with what is meant."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

TODAY = date(2026, 3, 11)  # a Wednesday
WEEK = "一二三四五六日"
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DIGITS = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A number below 20000 as it is said."""
    if number < 10:
        return DIGITS[number]
    for size, unit in ((10000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            head, rest = divmod(number, size)
            first = "" if unit == "十" and head == 1 else "两" if head == 2 and unit != "十" else DIGITS[head]
            zero = "零" if 0 < rest < size // 10 else ""
            return first + unit + zero + (spoken(rest) if rest else "")
    raise ValueError(number)


def curt(number: int) -> str:
    """一百五 for 150, 一千二 for 1200: the unit of the last place left out."""
    for size, unit in ((10000, "万"), (1000, "千"), (100, "百")):
        if number >= size:
            head, rest = divmod(number, size)
            if rest and rest % (size // 10) == 0:
                return ("两" if head == 2 else DIGITS[head]) + unit + DIGITS[rest // (size // 10)]
            return spoken(number)
    return spoken(number)


def numeral(number: int) -> st.SearchStrategy[str]:
    """A number in digits, in full-width digits or as it is said."""
    wide = str(number).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    return st.sampled_from([str(number), wide, spoken(number)])


@st.composite
def days(draw: st.DrawFn) -> tuple[str, date]:
    """A day to come, named in one of many ways."""
    after = draw(st.integers(1, 60))
    day = TODAY + timedelta(days=after)
    month, number = draw(numeral(day.month)), draw(numeral(day.day))
    named = [f"{month}月{number}{draw(st.sampled_from('号日'))}", f"{day.month}/{day.day}号", f"{day.year}年{day.month}月{day.day}日", f"{draw(numeral(after))}天后"]
    if after <= 3:
        named += [("明天", "明儿", "明日"), ("后天", "后儿"), ("大后天",)][after - 1]
    week = draw(st.sampled_from(["周", "礼拜", "星期"]))
    weekday = draw(st.sampled_from("日天")) if day.weekday() == 6 else WEEK[day.weekday()]
    weeks = (day - (TODAY - timedelta(days=TODAY.weekday()))).days // 7
    if weeks < 3:
        named.append({0: "这", 1: "下", 2: "下下"}[weeks] + draw(st.sampled_from(["", "个"])) + week + weekday)
    if 0 < after < 7:
        named.append(week + weekday)
    if day.month == TODAY.month:
        named.append(f"{number}号")
    return draw(st.sampled_from(named)), day


@st.composite
def hours(draw: st.DrawFn) -> tuple[str, time]:
    """A clock time that can't be mistaken, named in one of many ways."""
    at = time(draw(st.integers(7, 21)), draw(st.sampled_from([0, 0, 0, 15, 30, 45, 20])))
    part = "早上" if at.hour < 8 else "上午" if at.hour < 12 else "中午" if at.hour == 12 else "下午" if at.hour < 18 else "晚上"
    twelve = at.hour - 12 if at.hour > 12 else at.hour
    minutes = {0: ["点", "点钟", "点整"], 15: ["点一刻", "点15"], 30: ["点半", "点30分"], 45: ["点三刻", "点四十五"], 20: ["点二十", "点20分"]}[at.minute]
    named = [part + draw(numeral(twelve)) + draw(st.sampled_from(minutes)), f"{at.hour:02d}:{at.minute:02d}" if at.hour > 9 else f"{part}{at.hour}:{at.minute:02d}"]
    if at.hour in (8, 9, 10, 11, 13, 14, 15, 16, 17):
        named.append(draw(numeral(twelve)) + draw(st.sampled_from(minutes)))
    if at.minute == 45 and at.hour < 21:
        named.append(f"{part}差一刻{spoken(twelve + 1)}点" if part in ("下午", "晚上") and twelve not in (5, 11) else f"{at.hour}点45" if at.hour > 7 else f"早上{at.hour}点45")
    return draw(st.sampled_from(named)), at


@st.composite
def lengths(draw: st.DrawFn) -> tuple[str, dict[str, int]]:
    """How long, in one of many ways. (一小时 beside an amount may also be what the amount is for.)"""
    number = draw(st.integers(2, 9))
    word = draw(st.sampled_from([str(number), "两" if number == 2 else spoken(number)]))
    hour = draw(st.sampled_from(["小时", "个小时", "个钟头", "钟头"]))
    ways = [
        (word + hour, {"duration_min": number * 60}), (f"{word}个半{draw(st.sampled_from(['小时', '钟头']))}", {"duration_min": number * 60 + 30}),
        (f"{number * 10}分钟", {"duration_min": number * 10}), ("半小时", {"duration_min": 30}), ("半个钟头", {"duration_min": 30}), ("半天", {"duration_min": 240}),
        ("两三个小时", {"duration_min": 120, "duration_max_min": 180}), ("三到四个小时", {"duration_min": 180, "duration_max_min": 240}), ("一刻钟", {"duration_min": 15}),
    ]  # fmt: skip
    return draw(st.sampled_from(ways))


@st.composite
def budgets(draw: st.DrawFn) -> tuple[str, dict[str, int | str]]:
    """What may be spent, in one of many ways."""
    value = draw(st.integers(6, 99)) * draw(st.sampled_from([10, 100]))
    word = draw(st.sampled_from([str(value), spoken(value), curt(value)]))
    yuan = draw(st.sampled_from(["块", "元", "块钱"]))
    more = value + draw(st.integers(1, 9)) * 100
    ways: list[tuple[str, dict[str, int | str]]] = [
        (f"预算{word}", {"budget_max": value}), (f"预算{word}{yuan}左右", {"budget_max": value}), (f"{word}{yuan}以内", {"budget_max": value}), (f"最多{word}", {"budget_max": value}),
        (f"不超过{word}{yuan}", {"budget_max": value}), (f"{value}到{more}{yuan}", {"budget_min": value, "budget_max": more}), (f"{value}{yuan}以上", {"budget_min": value}),
        (f"一小时{value}{yuan}", {"budget_max": value, "budget_unit": "hour"}), (f"{value}{yuan}一次", {"budget_max": value, "budget_unit": "visit"}),
    ]  # fmt: skip
    return draw(st.sampled_from(ways))


@st.composite
def repetitions(draw: st.DrawFn) -> tuple[str, str]:
    """What comes again and again, in one of many ways."""
    named = sorted(draw(st.sets(st.integers(0, 6), min_size=1, max_size=3)))
    signs, codes = "".join(WEEK[n] for n in named), ",".join(CODES[n] for n in named)
    week = draw(st.sampled_from(["周", "礼拜", "星期"]))
    number = draw(st.integers(1, 28))
    ways = [
        ("每天", "FREQ=DAILY"), ("天天", "FREQ=DAILY"), ("隔天", "FREQ=DAILY;INTERVAL=2"), ("每隔一天", "FREQ=DAILY;INTERVAL=2"), ("工作日", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        (f"每{week}{signs}", f"FREQ=WEEKLY;BYDAY={codes}"), (f"每个{week}{WEEK[named[0]]}", f"FREQ=WEEKLY;BYDAY={CODES[named[0]]}"),
        (f"隔{week}{WEEK[named[0]]}", f"FREQ=WEEKLY;INTERVAL=2;BYDAY={CODES[named[0]]}"), (f"每月{number}号", f"FREQ=MONTHLY;BYMONTHDAY={number}"),
    ]  # fmt: skip
    return draw(st.sampled_from(ways))


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, str]:
    """The number of an order, in one of many ways."""
    letter, number = draw(st.sampled_from("AB")), draw(st.integers(100, 999))
    digits = "".join(DIGITS[int(d)] for d in str(number))
    bare = draw(st.integers(1, 9))
    ways = [(f"{letter}{number}", None), (f"{letter.lower()}{number}", None), (f"{letter}{digits}", None), (f"{letter.lower()}{digits}", None)]
    ways += [(chr(ord(letter) + 0xFEE0) + "".join(chr(ord(d) + 0xFEE0) for d in str(number)), None)]
    named = [(way, f"{letter}{number}") for way, _ in ways] + [(f"{bare}号单", str(bare)), (f"{spoken(bare)}号单", str(bare))]
    return draw(st.sampled_from(named))
