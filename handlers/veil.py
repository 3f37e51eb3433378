"""Door numbers and phones inside what people wrote, covered on pages until somebody says why they need them (A6)."""

import re

from handlers.introductions import PHONE
from handlers.words import mask_phone

COVER = " ···"
N = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
ROOM = r"\d{2,4}(?:室|房间?|号)?"
DOOR = re.compile(
    rf"\s*{N}\s*单元\s*{ROOM}"  # 2单元501
    rf"|(?<=[楼栋幢座])\s*\d{{3,4}}(?:室|房间?|号)?(?![\d元块])"  # 3号楼501
    r"|(?<!\d)\d{3,4}(?:室|房间)|(?<![\d-])\d{1,3}-\d{1,2}-\d{3,4}(?![\d-])"  # 501室, 3-2-501
)


CALL_LINK = re.compile(r'<a href="tel:[^"]*">([^<]*)</a>')


def without_links(words: str) -> str:
    """What the chat turns into a number to tap on, as the bare number: 请先打 120."""
    return CALL_LINK.sub(r"\1", words)


def veil(words: str, *, shown: bool = False) -> str:
    """幸福里3号楼2单元501,电话13812345678 as 幸福里3号楼 ···,电话138****5678; as it is where it may be `shown`."""
    if shown:
        return words
    return PHONE.sub(lambda found: mask_phone(re.sub(r"\D", "", found.group(0))), DOOR.sub(COVER, words))
