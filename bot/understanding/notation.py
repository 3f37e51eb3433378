"""The notation of the word tables (`words/`).

A table is a text: a row is a code, a colon, and its wordings with spaces between; what is indented belongs to the row
above. A wording is a pattern of `re` with three short forms: `(a|b)` is a group, `<old>` a class of words or a sign
(`CLASSES`), `~6` up to six signs within the same clause.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

# Signs stand for what the lexer has read (see `signs.py`): so 改到<day> knows every way to name a day.
FILL = "\ue000"
SIGNS = {name: chr(0xE001 + n) for n, name in enumerate("day recur part clock past long after money num order people stars".split())}
_OLD = (
    "老人 老妈 老爸 老伴 老头 老头子 老太 老太太 老爷子 老奶奶 老娘 老爹 老母亲 老父亲 老两口 老年人 妈 妈妈 爸 爸爸 爷爷 奶奶 母亲 父亲 姥姥 姥爷 外婆 外公 公公 婆婆 岳母 岳父 "
    "阿婆 阿公 大爷 大妈 大娘 长辈 丈母娘 老丈人 太奶奶 太爷爷 她 他"
)
_CHILD = "孩子 小孩 小孩子 娃 宝宝 宝贝 孙子 孙女 外孙 外孙女 小朋友 儿子 女儿 婴儿 bb BB 大宝 二宝 小宝 闺女 毛毛头 小家伙"
WORDS = {
    "old": tuple(_OLD.split()),
    "child": tuple(_CHILD.split()),
    "who": tuple(f"{_OLD} {_CHILD} 老公 老婆 媳妇 爱人 我 人 阿姨 师傅 客户 邻居 有人 保姆 护工 弟 弟弟 妹 妹妹 哥 哥哥 姐 姐姐".split()),
    "fitting": tuple(
        "暖气 暖气片 地暖 网线 插口 路由器 宽带 门 大门 房门 窗 窗户 纱窗 纱门 锁 柜子 衣柜 柜门 橱柜 抽屉 滑轨 把手 拉手 合页 铰链 床 床板 床架 床腿 椅子 椅子腿 凳子 桌子 桌腿 桌子腿 沙发 晾衣杆 晾衣架 衣架 墙皮 墙 瓷砖 地砖 地板 "
        "屋顶 天花板 吊顶 房顶 总闸 电闸 空开 保险丝 电路 窗帘杆 窗帘轨 窗帘 马桶盖 马桶圈 水箱 软管 角阀 水阀 阀门 水表 水池 水槽 台盆 浴缸 浴室柜 镜子 镜柜 猫眼 防盗窗 防盗门 栏杆 扶手 楼梯 灶台 煤气灶 燃气灶 灶 锅炉 壁挂炉 换气扇 排风扇 排气扇 电线 "
        "水管 管子 管道 地漏 下水 下水管 下水道 洗菜盆 洗脸盆 洗手盆 洗手池 洗菜池 电表 玻璃 鞋柜 书架 置物架 架子 护栏 踢脚线 门槛 玻璃门 移门 推拉门 卷帘门 百叶窗 轮子 电话线 开关 音响 摄像头 监控 门禁 可视门铃 对讲".split()
    ),
    "surface": tuple(
        "玻璃 窗 窗户 纱窗 窗台 台面 水槽 窗框 窗槽 窗轨 杂物间 门 门框 柜子 衣柜 橱柜 桌子 桌面 地 地面 地板 地砖 瓷砖 墙 墙面 墙壁 墙角 阳台 厨房 卫生间 浴室 淋浴房 马桶 浴缸 水池 台盆 灶台 油烟机 抽烟机 空调 冰箱 洗衣机 沙发 床垫 床底 地毯 窗帘 灯 灯具 吊灯 风扇 家具 家电 书架 鞋柜 "
        "房间 屋子 屋里 家里 客厅 卧室 书房 办公室 店里 店面 天花板 踢脚线 百叶窗 露台 储物间 阁楼 车库".split()
    ),
    "device": tuple(
        "灯 灯泡 灯管 开关 插座 龙头 水龙头 喷头 淋浴 淋浴头 智能锁 指纹锁 密码锁 电饭锅 电磁炉 豆浆机 吸尘器 扫地机 加湿器 除湿机 饮水机 热水壶 电热毯 取暖器 油汀 热水器 空调 洗衣机 冰箱 电视 电视机 油烟机 燃气灶 煤气灶 电饭煲 微波炉 马桶 花洒 门铃 净水器 电脑 打印机 风扇 浴霸 洗碗机 烘干机".split()
    ),
}  # fmt: skip
WHEN = "".join(SIGNS[name] for name in "day recur part clock".split())
CLASSES = {name: f"({sign}{FILL}*+)" for name, sign in SIGNS.items()} | {name: f"({'|'.join(words)})" for name, words in WORDS.items()} | {
    "when": f"([{WHEN[0]}-{WHEN[-1]}][{FILL}-{WHEN[-1]}]*+)", "n": r"([\d零一二两三四五六七八九十百千万]+)",
}  # fmt: skip
_CLASS_SIGNS = SIGNS | {"when": WHEN}
# How often a sign stands in a message, roughly, from the most common on: the rarest of a wording is looked for first.
_OFTEN = (
    f",{WHEN}了点天不个一我下午上来周的到三人时明要两没小五后家1保0有十么做工月单打多洁四半好吗给扫能接以钱阿姨2二是子六晚都改3号那少每找还干九这你可吧怎行钟去老饭师5八开早就户客收们想消取擦傅次间今星"
    "百大空什完几在A里门太分日洗嫂发算对活8得请修水约别过平孩前电加把地问哪再退投诉玻璃"
)
HOW_OFTEN = defaultdict(lambda: 1, {sign: 1 + 700 // (rank + 4) for rank, sign in enumerate(_OFTEN)})
_GAP = re.compile(r"~(\d+)")
_CLASS = re.compile(r"<(\w+)>")
_OPEN = re.compile(r"(?<!\\)\((?!\?)")


def pattern(source: str, classes: Mapping[str, str] = CLASSES) -> str:
    """Wordings in the notation of `re`."""
    source = _CLASS.sub(lambda m: classes[m[1]], "|".join(source.split()))
    return _OPEN.sub("(?:", _GAP.sub(r"[^,]{0,\1}", source))


def needs_of(wording: str) -> tuple[str, str]:
    """Signs of which a text needs one for a wording to stand there, and others of which it needs one too; "" for none."""
    if wording.isalnum():
        ranked = sorted(wording, key=HOW_OFTEN.__getitem__)
        return ranked[0], ranked[1] if len(ranked) > 1 else ""
    return _needs(wording, 0)[0]


def _needs(wording: str, at: int) -> tuple[tuple[str, str], int]:
    """The needs of a wording, or of an option of a group, from `at` to its end, the rarer first; and where it ends."""
    best = second = ""
    end = len(wording)
    while at < end and wording[at] not in "|)":
        signs, at = _part(wording, at)
        if at < end and wording[at] in "?*+{":
            optional = wording[at] in "?*" or wording.startswith(("{0", "{,"), at)
            at = wording.index("}", at) + 1 if wording[at] == "{" else at + 1
            signs = "" if optional else signs
        if signs and (not best or weight_of(signs) < weight_of(best)):
            best, second = signs, best
        elif signs and (not second or weight_of(signs) < weight_of(second)):
            second = signs
    return (best, second), at


def _part(wording: str, at: int) -> tuple[str, int]:
    """The signs of one part of a wording, and where the next begins."""
    sign = wording[at]
    if sign == "(":
        return _group(wording, at)
    if sign == "[":
        end = wording.index("]", at + 1)
        inner = wording[at + 1 : end]
        return ("" if inner[0] == "^" or "\\" in inner or "-" in inner else inner), end + 1
    if sign == "<":
        end = wording.index(">", at)
        return _CLASS_SIGNS.get(wording[at + 1 : end], ""), end + 1
    if sign == "~":
        gap = _GAP.match(wording, at)
        return "", gap.end() if gap else at + 1
    return ("", at + 2) if sign == "\\" else ("" if sign in "^$." else sign, at + 1)


def _group(wording: str, at: int) -> tuple[str, int]:
    around = wording.startswith("(?", at)
    found, at = "", at + (1 if not around else 4 if wording[at + 2] == "<" else 3)
    known = not around
    while True:
        (needs, _), at = _needs(wording, at)
        known = known and bool(needs)
        found += needs
        if wording[at] == ")":
            return (found if known else ""), at + 1
        at += 1


def weight_of(signs: str) -> int:
    """How many messages have one of the signs, roughly."""
    return sum(map(HOW_OFTEN.__getitem__, signs))
