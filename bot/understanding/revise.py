"""What a person takes back: corrections leave only the last value, ruled-out days and parts go to `exclude`."""

import re
from datetime import date

from bot.understanding.clock import part_code
from bot.understanding.dates import CODES, read_day
from bot.understanding.tokens import Token, lead

DAYS = ("day", "monthday", "number_day", "window", "weekspan", "recur", "vague", "past")
CLOCKS = ("clock", "clocks", "range_clock", "after", "asap")
FAMILIES: tuple[tuple[str, ...], ...] = (DAYS, CLOCKS, ("part",), ("length",), ("money", "number", "vague_money"), ("people",), ("area",), ("quantity",), ("diners",), ("order",), ("stars",))
_TURN = re.compile(r"不对(?!劲)|说错|搞错|打错|写错|弄错|讲错|(?:哦|噢|啊|呃|哎),?不(?:是|对)?(?=[,\d一二两三四五六七八九十明后周下上大])|更正|记错|算了,?(?:还是|就|改)?|要不还是|要不(?=明|后|下|周|改|换)|(?<!不)是(?=不对)|不不不?|等等|等一?下,?|(?<=,)不(?=,)")
_SWITCH = re.compile(r"改成|改为|改到|换成|还是改|改在")
_NOT_THIS = re.compile(r"不是([^,]{1,14}?),?(?:而?是|要|改到|改成)")
_RULED_BEFORE = re.compile(r"(?<![能可要在想约])(?:不要|别|不想要?|不能(?:是|在)?|除了|除|避开|不在|别在|别约|别(?:给我)?(?:安排|排)在?|不要(?:安排|排)在?|不选|不约|不可以|不接受|别选)(?:在|约|安排|是)?$")
_RULED_AFTER = re.compile(r"(?:的话|是|我|我们|他|她|家里|肯定|恐怕|可能|真|就|都|也|,)*(?:不行|不要|没空|没时间|没人|不方便|不可以|不在|不能|不得空|不合适|不得|除外|以外|之外|休息|太早|太晚|太赶|没法|有事|还有(?:一)?(?:家|单|活|个活)|有别的(?:活|单|事)|要上班|得上班|在上班|我上班|有课|不接|排满|不成|没(?:得)?闲|不太行|不好|(?:真|实在)?[去来接干]不(?:了|成)|赶不(?:到|上|过|及))")
OF_ORDER = re.compile(r"(?:的|那|这)(?:那)?(?:一|个|次|趟|家)?(?:单|活|家|个|次|课|趟)|的(?=我)")
_STORY = re.compile(r"[^,]{0,6}(?:有(?:点|急)?事|没空|没时间|加班|出差|不舒服|生病|发烧|开会|没回来|出门|吵|下雨|家里有|要上班|腰疼|头疼|临时|来不了|去不了|干不了|要接|要去|要陪|摔|走亲戚|回老家|来客人|拉肚子|天气|过生日)")
_RULED_OUT_AT_ALL = re.compile(r"(?:的)?(?:时候)?[^,]{0,3}(?:不行|不要|不可以)")
_JOINT = re.compile(r"的|和|跟|、|到")


def corrected(text: str, tokens: list[Token], *, switch: bool) -> tuple[str, list[Token]]:
    """The text and tokens without what was taken back. `switch`: 改成 corrects too (where it doesn't move an order)."""
    for match in _NOT_THIS.finditer(text):
        tokens = [t for t in tokens if not (match.start(1) <= t.start and t.end <= match.end(1))]
    turns = list(_TURN.finditer(text)) + (list(_SWITCH.finditer(text)) if switch else [])
    for turn in sorted(turns, key=lambda m: m.start()):
        tokens = _after_turn(tokens, turn.start())
    return text, tokens


def _after_turn(tokens: list[Token], at: int) -> list[Token]:
    later = {t.kind for t in tokens if t.start >= at}
    dropped: set[str] = set()
    for family in FAMILIES:
        if later & set(family):
            dropped |= set(family)
    if later & set(CLOCKS) and "part" not in later and later & set(DAYS):
        dropped.add("part")
    return [t for t in tokens if t.start >= at or t.kind not in dropped]


def ruled_out(text: str, tokens: list[Token], today: date, *, story: bool, dated: bool = False) -> tuple[list[str], list[Token]]:
    """What is excluded, and the tokens that remain. With `story`, days that are only part of a reason go too."""
    excluded: list[str] = []
    kept: list[Token] = []
    groups = _groups(text, tokens)
    for group in groups:
        before, after = lead(text, group[0].start), text[group[-1].end :]
        ruled = bool(_RULED_BEFORE.search(before)) or bool(_RULED_AFTER.match(after))
        reason = story and bool(_STORY.match(after)) and not OF_ORDER.match(after) and not _RULED_OUT_AT_ALL.match(after)
        if ruled and not (reason and len(tokens) == len(group)):
            excluded += _codes(group, today, dated)
            kept += _day_of_ruled_part(group, tokens)
        elif not ruled and not reason:
            kept += group
    grouped = {t.start for group in groups for t in group}
    others = [t for t in tokens if t.start not in grouped]
    return list(dict.fromkeys(excluded)), sorted(kept + others, key=lambda t: t.start)


def _day_of_ruled_part(group: list[Token], tokens: list[Token]) -> list[Token]:
    """后天下午不要,上午九点来: the afternoon is ruled out, the day stays."""
    days = [t for t in group if t.kind in ("day", "monthday", "number_day")]
    others = [t for t in tokens if t.kind in DAYS and t not in group]
    return days if days and len(days) < len(group) and not others else []


_GROUPED = ("day", "monthday", "number_day", "window", "part", "clock", "clocks", "recur", "weekspan")


def _groups(text: str, tokens: list[Token]) -> list[list[Token]]:
    groups: list[list[Token]] = []
    for token in tokens:
        if token.kind not in _GROUPED:
            continue
        joined = groups and _JOINT.fullmatch(text[groups[-1][-1].end : token.start] or "的")
        if joined:
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


def _codes(group: list[Token], today: date, dated: bool) -> list[str]:
    days = [t for t in group if t.kind not in ("part", "clock", "clocks", "recur")]
    if not days:
        return [part_code(t.text) for t in group if t.kind == "part"] if not [t for t in group if "clock" in t.kind] else []
    if len(days) < len(group):
        return [part_code(t.text) for t in group if t.kind == "part"] if days[0].kind != "window" else []
    return [code for t in days for code in _day_codes(t, today, dated)]


def _day_codes(token: Token, today: date, dated: bool) -> list[str]:
    if token.kind == "window":
        return ["SA", "SU"] if token.text == "周末" else []
    if token.kind == "weekspan":
        return []
    day = read_day(token.text, today)
    if token.text.startswith("周") and day.weekdays and not (dated and day.options):
        return [c for c in CODES if c in day.weekdays]
    return [d.isoformat() for d in day.options]
