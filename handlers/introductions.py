"""What people say of themselves: what they are called, and where they live (A1, C3)."""

import re
import unicodedata

TITLES = "阿姨|大爷|大妈|大娘|奶奶|爷爷|叔叔|伯伯|婆婆|先生|女士|小姐|老师|师傅|大姐|大哥|太太"
HAN = "\u4e00-\u9fff"
PHRASES = re.compile(r"[,，。;；、!！\s]+")
# Without a sign between: 501王阿姨.
NAME_BEHIND = re.compile(rf"(?<=[\d室号])(?=[{HAN}]{{1,3}}(?:{TITLES})$)")
INTRODUCED = re.compile(r"^(?:我是|我叫|就?叫我|请叫我|称呼我?)")
NAME = re.compile(rf"(?![找请要想换让给跟和那这个位有没就叫还])([{HAN}]{{1,3}}(?:{TITLES}))(?:吧|就行|就好)?")
SURNAME = re.compile(rf"(?:我姓|免贵姓)([{HAN}])")

LIVES = re.compile(r"^(?:[她他](?:家|住)?(?:住?在)?|我家住在?|我家在|我们家在|我住在?|家住|住在?|地址是?|就?在|送到|来|到)[:：]?")
AREA = re.compile(
    rf"[{HAN}]{{2,12}}?(?:里|苑|园|小区|花园|新村|家园|公寓|大院|坊|庭|城|湾)(?:小区|花园|家园|新村|公寓|大院)?"
)
BUILDING = re.compile(r"([\dA-Za-z一二三四五六七八九十]+)\s*(?:号楼|栋|幢|号院|座|弄)")
DOOR = re.compile(r"(?:(\d+|[一二三四五六七八九十]+)\s*单元)?\s*(\d{2,4})\s*(?:室|房|号)?\s*$")
PLACE = re.compile(r"号楼|栋|幢|号院|座|弄|单元|^\d{2,4}(?:室|房|号)?$")


def _phrases(words: str) -> list[str]:
    return [part for phrase in PHRASES.split(words.strip()) for part in NAME_BEHIND.split(phrase) if part]


def _name(phrase: str) -> str:
    found = NAME.fullmatch(INTRODUCED.sub("", phrase))
    return found.group(1) if found else ""


def name_in(words: str) -> str:
    """What somebody says they are called: 王阿姨; 我姓王 gives 王女士/先生; '' where nothing is said.

    Only a name that stands by itself counts: who looks for 李师傅 has not said who they are.
    """
    named = next(filter(None, map(_name, _phrases(words))), "")
    surname = SURNAME.search(words)
    return named or (f"{surname.group(1)}女士/先生" if surname else "")


def parse_address(words: str) -> dict[str, str]:
    """Area, building and door out of an address as people say it: 我住幸福里3号楼2单元501，王阿姨."""
    text = _address_part(words)
    area, building = AREA.search(text), BUILDING.search(text)
    rest = text[building.end() :] if building else text[area.end() :] if area else ""
    door = DOOR.search(rest) if rest else None
    unit = f"{door.group(1)}单元" if door and door.group(1) else ""
    return {
        "area": area.group(0) if area else "",
        "building": f"{building.group(1)}号楼" if building else "",
        "door": f"{unit}{door.group(2)}" if door else "",
        "words": text,
    }


def _address_part(words: str) -> str:
    """The phrases that are an address, put together; without the name, and without what follows (门禁坏了)."""
    phrases = [LIVES.sub("", p) for p in _phrases(words) if not _name(p)]
    begin = next((n for n, p in enumerate(phrases) if PLACE.search(p) or AREA.fullmatch(p)), 0)
    taken = phrases[begin : begin + 1]
    for phrase in phrases[begin + 1 :]:
        if not PLACE.search(phrase):
            break
        taken.append(phrase)
    return "".join(taken)


FULL = re.compile(
    rf"(?:[{HAN}]{{2,6}}?(?:里|苑|园|小区|花园|新村|家园|公寓|大院|坊|庭|城|湾))?"
    r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:号楼|栋|幢|座)\s*(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*单元)?\s*\d{2,4}(?:室|房|号)?"
)


PHONE = re.compile(r"(?<!\d)1[3-9](?:[ -]?\d){9}(?!\d)")


def phone_in(words: str) -> str:
    """A mobile number in a sentence, as digits; "" for none."""
    found = PHONE.search(unicodedata.normalize("NFKC", words))
    return re.sub(r"\D", "", found.group(0)) if found else ""


def full_address(words: str) -> str:
    """An address down to the room inside a sentence about something else (她住在和平里3号楼1单元101,每天中午); '' for none."""
    found = FULL.search(words)
    return LIVES.sub("", found.group(0)) if found else ""


def is_address(words: str) -> bool:
    """Whether the words lead to a house: a building or a door in them."""
    found = parse_address(words)
    return bool(found["building"] or found["door"])
