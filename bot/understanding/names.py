"""Workers called by their names."""

import re

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马苗凤花方俞任袁柳史唐费岑薛雷贺倪汤罗毕郝邬安常乐于时傅皮齐康伍余元顾孟平黄和穆萧尹姚邵汪祁毛米贝明"
    "戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路江童颜郭梅盛林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房丁邓石崔龚程陆翁侯车武刘龙叶黎白赖乔谭温曾关牛廖肖阎"
)
_TITLE = "(?:师傅|大姐|阿姨|老师|大哥|嫂|姐|哥|医生|护工|月嫂)"
_NAME = re.compile(rf"(?<!谢)[小老]?[{_SURNAMES}]{_TITLE}(?!傅)")
_FULL = re.compile(rf"(?:指定|点名要?|点名找|(?:还要|还找|就要|就找|还是|要|找|请|让|叫|给|派)(?=[^,]{{2,3}}{_TITLE}))(?![周明时][一二三四五六日天])([{_SURNAMES}][一-龥]{{1,2}})(?={_TITLE}|来|吧|,|$|做|打扫|上门|去|过来)")
_CALLED = re.compile(rf"(?:给|找|要|让|叫|换|派|那个)([小老][{_SURNAMES}])(?=来|打|评|吧|,|$|做|上门|五|四|三|一个)")
_TITLED = re.compile(_TITLE)
_NOT_NAMES = "时明和平安"
_PARTICLE = re.compile(r"[个位的名那]$")
_PARTICLE_IN = re.compile(r"[的个位那]")


def worker_name(text: str) -> str | None:
    """李师傅, 吴姐, 指定刘桂兰: a named worker; not 马桶师傅 and not 上次的师傅."""
    full = _FULL.search(text) or _CALLED.search(text)
    if full and not _PARTICLE_IN.search(full[1]):
        title = _TITLED.match(text, full.end())
        return full[1] + (title[0] if title else "")
    match = _NAME.search(text)
    if match and match[0][0] in _NOT_NAMES and _PARTICLE.search(text[: match.start()]):
        return None
    return match[0] if match else None
