"""What people wrote, without doors and phones (A6)."""

import pytest

from handlers.veil import veil


@pytest.mark.parametrize(
    ("said", "covered"),
    [
        ("幸福里3号楼2单元501,电话13812345678", "幸福里3号楼 ···,电话138****5678"),
        ("住和平里8号楼302，养了狗", "住和平里8号楼 ···，养了狗"),
        ("3-2-501 王阿姨", " ··· 王阿姨"),
        ("给我妈501室打扫", "给我妈 ···打扫"),
    ],
)
def test_doors_and_phones_are_covered(said: str, covered: str) -> None:
    """A6: the house stays, the door and the number go; with a reason all is shown."""
    assert veil(said) == covered and veil(said, shown=True) == said


@pytest.mark.parametrize("said", ["预算500块，150平", "后天上午9点打扫两小时100块", "26天，月薪8000", "1128-02什么时候来"])
def test_other_numbers_stay(said: str) -> None:
    """A6, C2: amounts, lengths and the numbers of requests are what the words are about."""
    assert veil(said) == said
