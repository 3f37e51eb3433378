"""The people of the tests: 王阿姨 asks, 李师傅 works, 小陈 sits at the desk, 路人 must see nothing."""

RESIDENTS = ("王阿姨", "刘大爷", "许女士", "何女士", "冯爷爷", "小周", "林女士", "高先生", "罗爷爷", "秦阿姨", "孙奶奶")
WORKERS = ("李师傅", "赵大姐", "孙师傅", "吴姐", "马姐", "张月嫂", "周师傅", "钱师傅", "郑老师", "陈护工")


def openid(called: str) -> str:
    """The openid by which the platform knows one of the cast; 路人 is known to nobody."""
    for kind, names in (("Resident", RESIDENTS), ("Worker", WORKERS)):
        if called in names:
            return f"oLinli{kind}{names.index(called) + 1:02d}".ljust(28, "x")
    return "oLinliStranger00".ljust(28, "x")
