"""Workers called by their names."""

import re

_NAME = re.compile(r"(?:[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏水窦章云苏潘葛范彭郎鲁韦马苗凤花方俞任袁柳史唐费岑薛雷贺倪汤罗毕郝邬安常乐于时傅皮齐康伍余元顾孟平黄和穆萧尹姚邵汪祁毛米贝明戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路江童颜郭梅盛林钟徐邱骆高夏蔡田胡凌霍万柯卢莫房丁邓石崔龚程陆翁侯车武刘龙叶黎白赖乔谭温曾关牛廖肖阎])(?:师傅|大姐|阿姨|老师|大哥|嫂|姐|哥|医生|护工|月嫂)(?!傅)")


def worker_name(text: str) -> str | None:
    """李师傅, 吴姐: a named worker; not 马桶师傅 and not 上次的师傅."""
    match = _NAME.search(text)
    if not match or (re.search(r"[一-龥]$", text[: match.start()]) and re.search(r"(?:个|位|的|名|那)$", text[max(0, match.start() - 1) : match.start()]) and match[0][0] in "时明和平安"):
        return None
    return match[0]
