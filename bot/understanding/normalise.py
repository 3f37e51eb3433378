"""One form for what people type and speak: full-width, traditional characters, common slips."""

import re
import unicodedata

TRADITIONAL = str.maketrans(
    "點鐘單業師傅們個這裡嗎時間錢買賣電話問題請來對說約訂換後還沒開關門窗樓號養護媽媽產婦嬰兒燈線維修兩週禮拜應該隨幾無聽見現麼樣讓誰為過從東車隻條張萬億醫陪練習鋼畫書數學語輔導園藝準遲壞謝",
    "点钟单业师傅们个这里吗时间钱买卖电话问题请来对说约订换后还没开关门窗楼号养护妈妈产妇婴儿灯线维修两周礼拜应该随几无听见现么样让谁为过从东车只条张万亿医陪练习钢画书数学语辅导园艺准迟坏谢",
)
SLIPS = {
    "保结": "保洁", "保姐": "保洁", "宝洁": "保洁", "月搜": "月嫂", "阿疑": "阿姨", "鐘頭": "钟头", "投述": "投诉", "投拆": "投诉", "今儿个": "今天", "今儿": "今天",
    "明儿个": "明天", "明儿": "明天", "后儿": "后天", "今日": "今天", "明日": "明天", "后日": "后天", "明早": "明天早上", "明晚": "明天晚上",
    "早八点": "早上八点", "早九点": "早上九点", "晚六点": "晚上六点", "今早": "今天早上", "今晚": "今天晚上", "后天一早": "后天早上", "礼拜天": "周日", "礼拜日": "周日", "星期天": "周日", "星期日": "周日",
    "周天": "周日", "礼拜": "周", "星期": "周", "钟头": "小时", "个小时": "小时", "晌午": "中午", "啥": "什么", "咋": "怎么", "俺": "我",
    "号儿": "号", "点儿": "点", "一点钟": "一点", "点钟": "点", "块钱": "块", "元钱": "元",
}  # fmt: skip


def normalise(text: str) -> str:
    """NFKC, simplified characters, one word for one thing; blanks become a single comma-like pause."""
    text = unicodedata.normalize("NFKC", text[:1000]).translate(TRADITIONAL)
    for slip, right in SLIPS.items():
        text = text.replace(slip, right)
    return re.sub(r"[\s、;。!~…]+", ",", text).strip(",")
