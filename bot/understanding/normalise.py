"""One form for what people type and speak: full-width, traditional characters, slips of the ear, dialect."""

import re
import unicodedata

from bot.understanding.traditional import TO_SIMPLIFIED

LONGEST = 1000  # signs that are read as words; danger is looked for in all of a longer message

# What is written for what is meant. Longer entries win; nothing here may be the beginning of an everyday word.
SLIPS = {
    # the ear and the input method
    "保结": "保洁", "保姐": "保洁", "宝洁": "保洁", "包洁": "保洁", "保捷": "保洁", "月搜": "月嫂", "月扫": "月嫂", "阿疑": "阿姨", "钟点公": "钟点工",
    "护功": "护工", "互工": "护工", "师付": "师傅", "师父": "师傅", "取肖": "取消", "取销": "取消", "取效": "取消", "曲消": "取消", "投述": "投诉",
    "投拆": "投诉", "头诉": "投诉", "投素": "投诉", "改其": "改期", "做犯": "做饭", "打少": "打扫", "发飘": "发票", "定单": "订单", "退定": "退订",
    "装人工": "转人工", "人共": "人工", "玻离": "玻璃", "波璃": "玻璃", "煤汽": "煤气", "媒气": "煤气", "开所": "开锁", "下水到": "下水道",
    "马通": "马桶", "培护": "陪护", "育儿扫": "育儿嫂", "以经": "已经", "到拉": "到了", "好拉": "好了", "干玩": "干完", "做玩": "做完", "介单": "接单",
    "结单": "接单", "出法了": "出发了", "完乘": "完成", "完城": "完成", "泼璃": "玻璃", "搽": "擦", "抹窗": "擦窗", "油烟几": "油烟机", "卫声": "卫生",
    "预月": "预约", "予约": "预约", "帮住": "帮助", "评价": "评价", "健康正": "健康证", "着活了": "着火了", "率倒": "摔倒", "摔到了": "摔倒了", "甩倒": "摔倒",
    "跌倒": "摔倒", "咗": "了", "唔": "不", "过克": "过去", "系咩": "是吗", "绊倒": "摔倒", "滑到了": "滑倒了", "昏到": "昏倒", "晕到": "晕倒", "上来不气": "喘不上气", "喘不过来气": "喘不上气", "偷那": "偷拿",
    # days and hours
    "今儿个": "今天", "今儿": "今天", "今日": "今天", "今朝": "今天", "明儿个": "明天", "明儿": "明天", "明日": "明天", "明朝": "明天", "听日": "明天",
    "后儿个": "后天", "后儿": "后天", "后日": "后天", "昨儿": "昨天", "昨日": "昨天", "前儿个": "前天", "明后两天": "明天后天", "明后天": "明天后天", "今明两天": "今天明天", "今明天": "今天明天", "上昼": "上午", "明早": "明天早上", "明晚": "明天晚上", "今早": "今天早上",
    "今晚": "今天晚上", "昨晚": "昨天晚上", "后晚": "后天晚上", "明天早上上": "明天早上", "今天晚上上": "今天晚上", "明天晚上上": "明天晚上",
    "礼拜天": "周日", "礼拜日": "周日", "星期天": "周日", "星期日": "周日", "周天": "周日", "礼拜": "周", "星期": "周", "当下": "现在", "赶明儿": "改天",
    "晌午": "中午", "后晌": "下午", "下半天": "下午", "前晌": "上午", "上半天": "上午", "下昼": "下午", "擦黑": "傍晚", "傍黑": "傍晚", "清晨": "早上", "早晨": "早上",
    "清早": "早上", "一大早": "早上", "一早": "早上", "晚间": "晚上", "午后": "下午", "钟头": "小时", "个点钟": "小时", "点钟": "点", "点整": "点", "鈡": "钟",
    # dialect and manner
    "为啥子": "为什么", "啥子": "什么", "啥": "什么", "么子": "什么", "咋个": "怎么", "咋样": "怎么样", "咋": "怎么", "俺们": "我们", "俺": "我",
    "阿拉": "我们", "几多": "多少", "几钱": "多少钱", "冇": "没", "木有": "没有", "木得": "没有", "莫得": "没有", "得行": "可以", "要得": "好的", "巴适": "满意",
    "埋汰": "脏", "拾掇": "收拾", "归置": "收拾", "归整": "收拾", "细娃": "孩子", "娃儿": "孩子", "伢儿": "孩子", "囡囡": "孩子", "小囡": "孩子", "娃娃": "孩子",
    "姆妈": "妈", "老妈子": "妈", "我娘": "我妈", "俺娘": "我妈", "俺爹": "我爸", "俺妈": "我妈", "俺爸": "我爸", "老娘": "老妈", "我爹": "我爸", "老爹": "老爸", "屋头": "家里", "屋里厢": "家里", "晓得": "知道", "甭": "不用", "勿": "不", "莫要": "不要",
    "别个": "别人", "块钱": "块", "元钱": "元", "圆钱": "元", "块大洋": "块", "㎡": "平", "m2": "平", "平方米": "平", "平米": "平", "平方": "平", "厕所": "卫生间",
    "洗手间": "卫生间", "号儿": "号", "点儿": "点", "会儿": "会", "这儿": "这", "那儿": "那", "哪儿": "哪", "活儿": "活", "不用的了": "不用了", "没得": "没有", "成不成": "行不行",
}  # fmt: skip
_SLIP = re.compile("|".join(sorted(map(re.escape, SLIPS), key=len, reverse=True)))
_HOURS = re.compile(r"(?<=[半一二两俩三四五六七八九十几\d])(个半|个多|个来|个)?钟(?![点头表])")
_GAP = re.compile(r"(?<=\d)[ \t]+(?=[点号月日时块元:周平])|(?<=[月周第]) +(?=\d)")
_PAUSE = re.compile(r"[\s,、;。!~…!?？·•\"'“”‘’()\[\]{}<>《》【】]+")
_TILDE = re.compile(r"(?<=[\d点分号日块元]) ?[~—–―]{1,2} ?(?=[\d一二两三四五六七八九十])")
_ONE = re.compile(r"(?<=[A-Za-z\d零一二三四五六七八九幺])幺|幺(?=[零一二三四五六七八九幺\d])")
# 一百二一次 is 120 a time, 四十一小时 is 40 an hour, and 二十一天 are 21 days.
_RATE = re.compile(r"((?<=[百千万])[二三四五六七八九]?|(?<=[二三四五六七八九]十)(?=一个?(?:小时|次|节|趟)))(?=一个?(?:小时|天|次|晚|月|平|节|趟|宿|夜|年|堂|台|扇))")
_LONG_NUMBER = re.compile(r"(\d{20})\d+")  # no amount, no telephone: only work for every pattern
_RUN = re.compile(r"(.)\1{3,}")


def plain(text: str) -> str:
    """The signs of one script: NFKC and simplified, with no invisible ones and no long runs of the same."""
    text = unicodedata.normalize("NFKC", text).translate(TO_SIMPLIFIED)
    text = "".join(c for c in text if c.isprintable() or c.isspace())
    return _LONG_NUMBER.sub(r"\1", _RUN.sub(r"\1\1\1", text))


def normalise(text: str) -> str:
    """What is meant, in one spelling; every pause is one comma, a question mark stays as 吗 at its end."""
    text = plain(text)
    text = _TILDE.sub("到", _GAP.sub("", text))
    text = _ONE.sub("一", text)
    text = re.sub(r"(?<![吗么呢])[?](?=\s*$)", "吗", text)
    text = _HOURS.sub(lambda m: (m.group(1) or "个") + "小时", text)
    text = _SLIP.sub(lambda m: SLIPS[m.group()], text)
    return _RATE.sub(r"\1,", _PAUSE.sub(",", text)).strip(",")


def shorten(text: str) -> str:
    """Head and tail of a message too long to be a request: what counts stands at its ends."""
    return text if len(text) <= LONGEST else text[: LONGEST - 300] + "," + text[-300:]
