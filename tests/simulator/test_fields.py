"""The strict validator of template fields: what each kind takes, and how a refusal reads."""

import pytest

from simulator.errors import PlatformError
from simulator.fields import KINDS, check, fits

GOOD = {
    "thing1": ["保洁", "字" * 20, "A1-!", "半 角"],
    "short_thing1": ["字" * 10],
    "number1": ["12", "-3.50", "9" * 32],
    "letter1": ["abcXYZ"],
    "symbol1": ["+-*/!"],
    "character_string1": ["1125-03", "A B#9", "x" * 32],
    "time1": [
        "15:01",
        "2019年10月1日 15:01",
        "2023-11-23 14:10:29",
        "2024-11-01",
        "09:00~12:00",
        "2026年11月25日 09:00~12:00",
        "2026年11月25日 09:00~2026年11月26日 12:00",
        "0:00",
    ],
    "date1": ["2026年11月25日", "2026-11-25", "2026年11月25日 09:00", "2026-11-25~2026-11-26"],
    "amount1": ["90.00元", "¥128", "100元", "0元", "123456789012"],
    "phone_number1": ["+86-0766-66888866", "13800000001"],
    "car_number1": ["粤A8Z888挂", "A12345"],
    "name1": ["李师傅", "字" * 10, "John Smith", "x" * 20, "阿依古丽·买买提"],
    "phrase1": ["已通过", "待确认中吗"],
    "const1": ["已派单"],
    "enum1": ["已派单"],
}
BAD = {
    "thing1": ["字" * 21, "两\n行"],
    "short_thing1": ["字" * 11],
    "number1": ["1,000", "一百", "9" * 33, ""],
    "letter1": ["abc1", "字", "x" * 33],
    "symbol1": ["abc", "!!!!!!"],
    "character_string1": ["单号1", "x" * 33, ""],
    "time1": ["25:00", "2026年13月1日 09:00", "11月25日 9:00", "明天上午", "9点", "2026-02-30", "1~2~3", "09:00~"],
    "date1": ["09:00", "25日", "2026-11-31"],
    "amount1": ["九十元", "90 元", "1234567890123", "¥", "90.元"],
    "phone_number1": ["1" * 18, "转人工"],
    "car_number1": ["粤粤A888", "粤A12345678"],
    "name1": ["字" * 11, "李师傅1号", "x" * 21, "李" * 5 + "abcdef"],
    "phrase1": ["等待您的确认", "OK", "已通过。", "待确认1"],
    "const1": ["随便"],
    "enum1": ["随便", ""],
}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in GOOD.items() for text in texts])
def test_taken(key: str, text: str) -> None:
    """Table 3.3."""
    assert fits(key, text, ["已派单"])


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in BAD.items() for text in texts])
def test_refused(key: str, text: str) -> None:
    """Table 3.3."""
    assert not fits(key, text, ["已派单"])


def test_every_kind_is_tried() -> None:
    """No kind of the table goes untested."""
    assert {key.rstrip("1") for key in GOOD} == {key.rstrip("1") for key in BAD} == KINDS.keys() | {"const", "enum"}


FIELDS = [{"key": "thing5"}, {"key": "time2"}, {"key": "const3", "values": ["已派单"]}]
RIGHT = {"thing5": {"value": "保洁"}, "time2": {"value": "15:01"}, "const3": {"value": ""}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"thing5": {"value": "字" * 21}}, "argument invalid! data.thing5.value invalid"),
        ({"thing5": {"value": ""}}, "argument invalid! data.thing5.value is empty"),
        ({"thing5": {"value": 7}}, "argument invalid! data.thing5.value invalid"),
        ({"thing5": "保洁"}, "argument invalid! data.thing5.value invalid"),
        ({"first": {"value": "您好"}}, "argument invalid! data.first.value invalid"),
        ({"const3": {"value": "没这个"}}, "argument invalid! data.const3.value invalid"),
    ],
)
def test_the_refusal_names_the_field(change: dict[str, object], words: str) -> None:
    """47003 in the platform's words."""
    assert check(FIELDS, RIGHT) == {"thing5": "保洁", "time2": "15:01", "const3": ""}
    with pytest.raises(PlatformError) as caught:
        check(FIELDS, RIGHT | change)
    assert (caught.value.code, caught.value.words) == (47003, words)


def test_a_missing_field_is_empty() -> None:
    """Every field of a template must be filled."""
    with pytest.raises(PlatformError, match="47003") as caught:
        check(FIELDS, {"thing5": {"value": "保洁"}})
    assert caught.value.words == "argument invalid! data.time2.value is empty"
