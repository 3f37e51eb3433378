"""Words without the persons in them: for what leaves the house (a model) and for what is kept to learn from (A6, C3).

Phones, identity numbers, door numbers, addresses and names are replaced by what they are; amounts, days and hours stay, since
they are what the words are about. In doubt a number is covered.
"""

import re
from collections.abc import Iterable

HAN = "一-鿿"
PHONE, IDENTITY, NUMBER, PLACE, PERSON, CONTACT = (
    "〔电话〕",
    "〔证件号〕",
    "〔号码〕",
    "〔地址〕",
    "〔姓名〕",
    "〔联系方式〕",
)
TITLES = (
    "阿姨|大爷|大妈|大娘|大伯|大叔|奶奶|爷爷|叔叔|伯伯|婆婆|先生|女士|小姐|老师|师傅|大姐|大哥|太太"
    "|姐|哥|嫂|经理|主任|医生|护士|护工|月嫂|同学|老板"
)
SURNAMES = (
    "王李张刘陈杨高马赵黄周吴徐孙胡朱林何郭罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱侯邹熊孟秦白江阎薛闫段雷黎史"
    "龙陶贺顾毛郝龚邵万钱严武洪欧阳方孔康汤尹易常乔赖庞樊殷施翟安颜倪牛温芦季俞章鲁葛伍申尤毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
_WIDE = str.maketrans(
    {
        0xFF01 + n: 0x21 + n
        for n in range(94)
        if chr(0xFF01 + n).isascii() or chr(0x21 + n).isalnum() or chr(0x21 + n) in "-+@."
    }
)

_CN = "零〇○一二三四五六七八九十百幺两〡壹贰叁肆伍陆柒捌玖拾"
_DATES = re.compile(r"(?<!\d)\d{4}-\d{3}(?![\d-])|20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]?\d{1,2}:\d\d)?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+")
_CHAT = re.compile(r"((?:微信|vx|wx|v信|qq|扣扣)(?:号码?|id)?(?:是|:|：)?\s*)[a-z0-9][\w-]{4,}", re.IGNORECASE)
_ID = re.compile(r"(?<![\dA-Za-z])(?:\d[ -]?){17}[\dXx](?![\dA-Za-z])|(?<!\d)\d{15}(?!\d)")
_PHONES = re.compile(
    r"(?<!\d)(?:\+?86[ -]?)?1[3-9](?:[ -.]?\d){9}(?!\d)|(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)|(?<!\d)[48]00[ -]?\d{3}[ -]?\d{4}(?!\d)"
)
_LONG = re.compile(
    rf"(?<![\d.])\d(?: ?\d){{6,}}(?!\d)|(?<=[话机打码])\s*\d{{3,4}}-\d{{4}}(?!\d)|[{_CN[:11]}幺两]{{6,}}"
)

_N = rf"[\dA-Za-z{_CN}]{{1,5}}"
_HOUSE = (
    rf"(?:{_N}\s*(?:号楼|号院|号门|栋|幢|座|弄|单元|室(?!\s*[{_CN}\d]\s*厅)|房(?![子间产屋租东])|户(?!外)|门洞"
    rf"|号(?=\s*(?:{_N})?\s*(?:楼|单元|室)))\s*)"
)
_DASHED = (
    r"(?<![\d-])\d{1,3}-\d{1,3}-\d{2,4}(?![\d-])|(?<![\d-])\d{1,3}-\d{3,4}(?![\d-])(?!\s*(?:元|块|平|个|号?[到至]))"
)
_ESTATE = rf"[{HAN}]{{2,8}}?(?:小区|花园|家园|新村|公寓|大厦|花苑|雅苑|佳苑|嘉园|名苑|公馆|山庄|大院|社区)"
_STREET = rf"[{HAN}]{{1,6}}(?:大道|大街|[路街巷弄]|胡同)\s*{_N}\s*(?:号院?|弄|巷)"
_AREA = rf"[{HAN}]{{2,4}}(?:里|苑|园|城|湾|坊|庭)(?=\s*(?:{_N}\s*(?:号|栋|幢|座|单元|室)|〔))"
_TAIL = rf"(?:\s*(?:{_N}\s*(?:楼|层)\s*)?(?:\d{{2,4}}|[{_CN}]{{3,4}})(?![\d:：点块元年月日分小平米㎡]))?"
_PLACES = re.compile(rf"(?:{_ESTATE}|{_STREET}|{_AREA})(?:{_HOUSE})*{_TAIL}|(?:{_HOUSE})+{_TAIL}|{_DASHED}")
_LIVES = re.compile(
    rf"((?:(?<![吃居包留站记坐入])住在?|门牌号?(?:是|为)?|房号(?:是|为)?|家在|地址(?:是|在)?)[:：]?\s*)(?!〔)([\dA-Za-z{_CN}-]{{2,12}}(?:楼|层)?(?:[\d{_CN}]{{2,4}})?)(?![\d块元个天月年])"
)
_DOUBLE = re.compile(
    rf"{re.escape(PLACE)}(?:[\s,，的]*{re.escape(PLACE)})+|{re.escape(PLACE)}\s*\d{{2,4}}(?![\d:：点块元年月日分小平米㎡])"
)

# A number of three digits and more stays only where it is plainly an amount, a length, an order or an hour.
_DIGITS = re.compile(r"\d{3,6}(?!\d)")
_UNIT_AFTER = re.compile(
    r"\s*(?:块|元|￥|rmb|平|㎡|m2|米|分钟|分|小时|个|天|人|斤|公里|千米|次|万|千|百|度|℃|左右|以内|以下|以上|[到至~-]\s*\d+\s*(?:块|元|平|分)|一(?:次|天|个?小时|晚|平|个月)|:|：|%|年)",
    re.IGNORECASE,
)
_AMOUNT_BEFORE = re.compile(
    r"(?:预算|月薪|工资|工钱|说好|就是|应该是?|不是说?|收了?[我您你]|对的|价格?|价钱|一共|总共|[给付收加减少多出要花按退]了?|最多|最少|不超过|不超|[￥¥$]|大概|差不多|[单号]|订单|\d\s*[到至~-]|[A-Za-z]|第|:|：|-|/|\.)\s*$"
)

# Given names don't hold these: 妈妈马上来 names nobody.
_GIVEN = rf"(?![某的了在是来去给请找叫让和跟与要想说有能会今明后不也都就还人上下个位时天么吗呢吧])[{HAN}]"
_TITLED_SHORT = re.compile(rf"[{SURNAMES}](?=(?:{TITLES}))")
_TITLED = re.compile(
    rf"[{SURNAMES}](?:{_GIVEN}){{1,2}}(?=(?:阿姨|师傅|大姐|先生|女士|老师|大爷|奶奶|爷爷|大妈|护工|月嫂|经理|主任|医生|嫂))"
)
_RELATED = re.compile(
    rf"((?:婆婆|公公|妈妈?|爸爸?|奶奶|爷爷|老伴|老公|老婆|爱人|丈夫|妻子|儿子|女儿|孙子|孙女|母亲|父亲|外婆|外公|姥姥|姥爷|老人|邻居))([{SURNAMES}](?:{_GIVEN}){{2}})"
)
_NICK = re.compile(
    r"(?<![一-鿿])?([小老阿])[王李张刘陈杨赵黄周吴徐孙朱林何郭罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘董袁叶蒋杜苏魏吕丁沈姚卢傅钟姜崔谭廖范汪陆戴贾韦邱侯邹熊孟秦阎薛闫黎史陶贺顾郝龚邵](?![一-鿿]?[里面家区院])"
)
_INTRODUCED = re.compile(
    rf"((?:我叫|叫我|我的?名字(?:是|叫)?|姓名(?:是|叫)?[:：]?|名字(?:是|叫)|他叫|她叫|联系人(?:是|叫)?[:：]?|收件人(?:是)?[:：]?|本人|老公叫|老婆叫|妈妈?叫|爸爸?叫|户主(?:是|叫)?)\s*)([{SURNAMES}][{HAN}]{{1,3}}?)(?=[,，。;；、!！\s\d〔的]|电话|手机|住|$)"
)
_I_AM = re.compile(rf"(我是)([{SURNAMES}][{HAN}]{{1,2}})(?=[,，。;；、!！\s\d〔]|$)")
_NO_NAME = r"(?!周[一二三四五六日天末几]|马[上桶]|方便|安[装排静]|金额|白天|万一|高压)"
_WHOLE = rf"{_NO_NAME}(?:欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|慕容|令狐|宇文|司徒|端木|[{SURNAMES}])(?:{_GIVEN}){{1,2}}"
_BESIDE = re.compile(
    rf"(?<![{HAN}]){_WHOLE}(?=[\s,，、:：]*〔(?:电话|证件号|号码)〕)|(?<=〕)([\s,，、:：]*){_WHOLE}(?=[\s,，、。]|$)"
)
_SURNAME = re.compile(rf"((?:我姓|免贵姓|姓))[{SURNAMES}]")


def mask_words(words: str, known: Iterable[str] = ()) -> str:
    """The words with everything that tells who or where somebody is covered. `known`: names and places that we know of."""
    text = words.translate(_WIDE)
    for secret in sorted({k.strip() for k in known if len(k.strip()) >= 2}, key=len, reverse=True):
        text = text.replace(secret, _cover(secret))
    text, dates = _put_aside(text)
    text = _MAIL.sub(CONTACT, text)
    text = _CHAT.sub(rf"\1{CONTACT}", text)
    text = _ID.sub(IDENTITY, text)
    text = _PHONES.sub(PHONE, text)
    text = _LONG.sub(NUMBER, text)
    text = _names(_places(text))
    text = _DIGITS.sub(_number, text)
    return _put_back(text, dates)


def _cover(secret: str) -> str:
    """王阿姨 becomes 某阿姨, 王秀英 〔姓名〕, 幸福里3号楼 〔地址〕, a number 〔号码〕."""
    titled = re.fullmatch(rf"[{HAN}]{{1,3}}?({TITLES})", secret)
    if titled:
        return f"某{titled[1]}"
    if re.fullmatch(r"[\d +-]+", secret):
        return NUMBER
    return PERSON if re.fullmatch(rf"[{SURNAMES}][{HAN}]{{1,3}}", secret) else PLACE


def _put_aside(text: str) -> tuple[str, list[str]]:
    """Whole dates are no numbers of anybody: kept out of the way."""
    found: list[str] = []

    def keep(match: re.Match[str]) -> str:
        found.append(match[0])
        return f"\x00{chr(0xE000 + len(found) - 1)}\x00"

    return _DATES.sub(keep, text.replace("\x00", "")), found


def _put_back(text: str, dates: list[str]) -> str:
    for place, date in enumerate(dates):
        text = text.replace(f"\x00{chr(0xE000 + place)}\x00", date)
    return text


def _places(text: str) -> str:
    text = _PLACES.sub(PLACE, text)
    text = _LIVES.sub(rf"\1{PLACE}", text)
    return _DOUBLE.sub(PLACE, text)


def _names(text: str) -> str:
    text = _INTRODUCED.sub(rf"\1{PERSON}", text)
    text = _I_AM.sub(rf"\1{PERSON}", text)
    text = _SURNAME.sub(r"\1某", text)
    text = _TITLED_SHORT.sub("某", text)
    text = _BESIDE.sub(lambda m: f"{m[1] or ''}{PERSON}", text)
    text = _RELATED.sub(rf"\1{PERSON}", text)
    text = _TITLED.sub("某", text)
    return _NICK.sub(r"\1某", text)


def _number(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    if _UNIT_AFTER.match(text, end) or _AMOUNT_BEFORE.search(text, max(0, start - 8), start):
        return match[0]
    return NUMBER
