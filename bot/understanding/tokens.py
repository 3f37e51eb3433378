"""The lexer: every day, hour, length, amount and number of a message, each read once and in its longest form."""

import re
from itertools import zip_longest
from typing import NamedTuple

from bot.understanding.notation import pattern
from bot.understanding.numbers import NUM_SET, SMALL_SET

_WEEKDAY = "[一二三四五六日天末]"
_FEAST = (
    r"(清明|五一(?!点)|劳动节|端午|中秋|国庆|十一(?=期间|假期|长假|黄金周|那|当天|放假|之后|以后|前|后|节)|元旦|除夕|大年三十|年三十|春节|(大年|正月)初[一二三四五六七八]|初一|初[二三四五六七八](?=早上|上午|中午|下午|晚上|那天)|过年|大年夜|年夜(?!饭)|"
    r"元宵|正月十五|七夕|重阳|冬至|三八节|妇女节|儿童节|六一节?(?!点)|教师节|圣诞|平安夜|情人节)"
)
_PART = (
    r"(凌晨|(?<!了一)(?<!整个)(?<!一整)(大?早上|上午|下午|大?晚上)|早间|早(?!一点(?![钟半\d到整]))(?=[\d一二两三四五六七八九十]{1,2}(点|:|$|,|到|晚))|中午|傍晚|"
    r"晚(?!一点(?![钟半\d到整]))(?=[\d一二两三四五六七八九十]{1,2}(点|:|$|,))|晚(?=饭点)|半夜|深夜|夜里|夜间|通宵|整夜|大半夜|午夜)"
)
_CLASSES = {
    "d": "[一二三四五六日天]", "n": NUM_SET, "s": SMALL_SET, "w": _WEEKDAY, "feast": _FEAST, "part": _PART, "month": f"((明年|今年)?{SMALL_SET}月|下下?个?月(?![嫂子])|这个?月(?![嫂子])|本月|当月)", "span": "(初|底|末|中旬?|上旬|下旬|份)",
    "minutes": "([0-5]\\d|[零一二三四五]?十?[一二三四五六七八九十])", "unit": "(小时|分钟|刻钟|刻(?!度))",
}  # fmt: skip
# Tried in this order at every place of the text; what is indented belongs to the line above.
_KINDS = r"""
order (?<![A-Za-z\d])[A-Za-z]\d{2,5}(?![\d分]) (?<!\d)\d{4}-\d{2,3}(?!\d|-)(?=号|单|,|$|的|那) (?<![A-Za-z])[A-Za-z][零一二三四五六七八九]{2,4} (单号|订单号?|编号)(是|为)?\d{1,6} 第?<s>号的?(订?单|活) (?<!\d)\d{1,6}号?(订?单)(?!元)
place <n>号?(楼(?!道)|栋|幢|单元|号院|号门|号线|号口|弄|室(?!<s>厅)|房间?(?!<s>厅)) <n>号院?(?=电梯|门口) \d+(路|街)
grade (初|高|大)[一二三四](?=数学|语文|英语|物理|化学|的?孩子|的?学生|补|辅|作业|家教|功课|女儿|儿子|生|上(?!午)|下(?!午)|,|$) [一二三四五六七八九\d]年级 小学 十一中 <s>中(?=学)
age 半岁 <n>(多|来)?周?岁(半|零?<n>个?月)? <n>个多?月(?=大(?!概|约)|的?(宝|孩|娃|婴)|了) (宝宝|宝贝|孩子|娃|儿子|女儿|孙子|孙女|小家伙|小孩|婴儿|女婴|男婴)(才|现在|刚|快|已经|有|是|,)*<n>个多?半?月 满月
    (爸|妈|爷|奶|爷子|太太|老人|父亲|母亲|婆|公|头子|爹|娘|伴)(今年|都|已经|快|,|他|她)*<n>(多|来)?了(?!,?[次遍回]) (老人家?|爸|妈|爷|奶|爷子|太太|父亲|母亲|婆|公|他|她|人)(今年|都|已经|快|,)*([5-9]\d|[五六七八九]十[一二三四五六七八九]?)(多|来)?了?(?=,|$)
rooms <s>(室|房)<s>厅 <s>居室? <s>室(?=<s>卫)
after (半个?|<n>个?半?)(小时|分钟|刻钟|刻)(以|之|过)?后(?!面|天) 过(半个?|<n>个?)(小时|分钟)
recur 周(?=<d>{3})<d>++(?![点小个半百十号月]|[^,]?(都|任|随|选|哪)) (?<![周到至和跟、一二三四五六])(一三五|二四六|一三五日|二四)(?=早上|上午|下午|晚上|有|都|没|不|能|可以|来|做) 每个?月的?<s>[号日]?((和|跟|、|,|以及)?<s>[号日])* [每逢]隔?(<s>个?|个)?周[的都]?(<w>(?!次|回|趟|共|点|时|刻)[和跟,、到至]*周?)* (<s>个?|每|隔)周(来|做|要|打扫|搞|上门|请|帮忙|过来|洗|给|上)*[一二两三四五六七\d](次|回|趟|节)(?!性) 隔<s>?周<w>? 每隔?<s>?天(?!花) 隔<s>?天 天天 日日
    <s>天来?一(次|回|趟) 每个?月(?![嫂子]) (一个月|个把月)(来|做|要|打扫|搞|上门|请|帮忙|过来|洗)*[一二两三四\d](次|回|趟) 每个?工作日 工作日 每(天|日) 每到?<w>(?=,|晚上|上午|下午) 每个?(?=早上|上午|下午|晚上)
weekspan (下下个?|下个?|这个?|本)?周[一二三四五六](到|至|-|~)(下?周)?<w>
monthday (20\d\d|二零二[五六七八九])[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]? (农历|阴历)?<month>的?<n>[号日](?!楼|单|院) <s>月<s>(?![\d月个份万千百块点])(?![到至](?!<s>[号日月]))(?!<span>) (?<![\d.])\d{1,2}[/.]\d{1,2}([日号]|(?=(那天|,)?<part>)) (?<![\d/])1?\d/[123]?\d(?![\d/小时月天])
window (下下?个?|这个?|本)?周末 (下下?个?|这个?|本)周(?!<w>) <month><span> 月<span> 月头 (下下?个?|这个?|本)月(?!<s>[号日])(?![嫂子]) <feast>节?(期间|假期|长假|黄金周|几天|这几天|那几天|放假(?!吗|不|么)) <s>月(?=[,的]|$)
past 昨天 前天 大前天 上个?周<w>? 上个?月 去年 上半年 前几天 前两天 前阵子 那天 当天(?!来) 刚才 刚刚 (<n>|几)个?(天|周|月|年)前
day <feast>节?后的?第?[一二两三\d]天 大后天 后天 明天 今天 <n>(天|个?周|个月)(以|之|过)?后(?!面|天) 半个月(以|之)?后 (下下个?|下个?|这个?|本|就?这)?周<d>((和|跟|、|,|及)?周?<d>(?![点小个月十号百千万次天]))* <feast>节?(的?前(一|两|1|2)天|的?前一晚|的?(第二天|后一天|次日))?
number_day (?<![第\d])<s>[号](?!楼|单|线|院|门|订单|口|电梯|桌|球|店|技师|师傅|阿姨|那个|的?活) (?<![第\d])<s>日(?!子|常|三餐|游) (?<![\d第月])<s>(?=[到至-]<s>[号日](?!楼|单|院|门))
stars [一二三四](点|\.)[五5](颗|个)?(星(?!期)|分(?!钟)) ([-\d.一二两三四五六七八九十半零]+)(颗|个)?半?星(?!期) 满分 (?<![十少差])(\d+(\.\d)?|[一二三四五六七八九])分(?!钟|之|开|手|别|配|店|不|期|半|没|钱|都|也)
clocks (十一二点|(一二|二三|两三|三四|四五|五六|六七|七八|八九)点|<s>[,、-]<s>点(?=左右|钟|多|来|都|吧|,|$))(半|多)?
clock (?<=上午|下午|中午|晚上|早上|凌晨)一点(?!都|也|儿|不|没|半|过|钟|整|[一二三]刻|\d|[零二三四五十到至]|左|前|以|之|后) 差(一刻|<s>分)钟?<s>点 <s>点差(一刻|<s>分) (?<![早晚快慢好多少大小贵宜净有差高低轻重细紧完了])一点(?=,|$|来|过来|吧|可以|行|要|做|能|有|的|去|见|开始|打扫|保洁|上门) (?!一点)<s>点过?(半(?!天|日|个?小时)|[一二三]刻|<minutes>(分(?!钟)|(?![\d个小天点号人百千万十块元平台次室位名岁斤周月楼年节层遍家份口扇]|分钟))|整)?钟?
    一点过?(半(?!天|日|个?小时)|[一二三]刻|[0-5]\d分?|<minutes>分|[二三四五]?十[一二三四五六七八九]?|整|钟|(?=[到至前]|以后|之后|后|左右))钟? \d{1,2}:\d{2} <s>时(<s>分|半|整|(?=[,到至来左前后]|$))
part <part>
asap 马上 立刻 立即 立马 现在(?=就|来|要|需要|能|找|派|急|过来|可以|叫|请|,|$) 越快越好 越早越好 赶紧 赶快 尽快 尽早 急用 急需 (很|好|挺|特别|有点|比较)急(?=,|$|的|需|用|啊) (?<![^,])急+(?=,|$) 这就 速来 火速 快点来 快来 快点(?=派|叫|找) 加急 即刻 急着
vague (过|隔)(两|几|三|些)(天|日) 改天 改日 最近 近期 近来 这几天 这两天 一会(?!议) 等会 待会 哪天 有空(?=的?时候|来|过来|再) 回头 下次 晚点 晚些 晚一点(?!到) 早点(?!铺) 早一点 早些 抽空 过(阵子|一阵|段时间|些日子|些时候) 年前 年后(?!天) 饭后(?!天) 饭点 下班后(?!天) 下班以后 空了 得空
range_clock (?<![\d.])<s>(?=(到|至|-|~)<s>点)
vague_money (好几|十几|几十|几百|几千|百十|百来|千把|百把|上百|上千|万把|小几百|小几千|几)(来|多)?(块|元|百|千|万)(块|元)(?!板) (好几|十几|几十|百十|百来|千把|百把|上百|上千|万把)(块|元) (几百|几千|百来块|千把)(?=,|$|左右|以内)
area <n>(多|来|几)?个?平(?!时|安|常|均|板)
delta (再|(?<!最)(?<!至)多|(?<!最)(?<!至)少|另外|额外|加收|加|涨|补|贵|便宜|添|凑)(我|你|加|给|了|收|要|个|补|算|扣|付|让|他|她|们|点|的)*<n>(多|来)?(块|元|毛)?(?!个|小时|分|天|点|刻|次|号|平|人|台|扇|遍|半|星|楼|位|名|间|室|年|月|周|岁|步|趟|户|家|单|件|会|下|些|样|起|道|双|套|桌|顿)
money [¥¥]\d+ <n>(多|来)?(块(?!地|玻|布|砖|抹|表|板|窗|草)|元(?!旦|宵)|人民币|rmb|RMB|大洋)
length (?<!第)(半个?|<n>个?(多|来)?半?)(小时(零?<n>分钟?(?!钟))?|<unit>半?) 半天 (个把|一两个?|两三个?)(小时) (?<!第)(?<!最后)(半|<n>)个?多?(天|周(?!<w>)|个月|年|晚|夜|宿)(?!前)半? 一?整天 (半|<n>)个月
diners <n>(个|位|口)?(老?人|口人|口|大人|小孩|老人|客人|大人)(一起)?(吃|的(饭|量|晚饭|午饭|菜)|用餐|就餐) <n>口(之家|人|(?=,|$|吃)) 一家<n>口 <n>位?客人 ([俩仨]|<n>个)(老人|大人)(?=做|烧|弄|煮)
people (?<=阿姨|师傅|护工|月嫂|保洁)<n>(个|位|名)(?!小时|半?月|钟|半|多|人|来) <n>(个|位|名)(人|师傅|阿姨|保洁员?|工人|护工|月嫂|钟点工|小时工|大姐|女工|男工|小伙子|帮手|护理员|育儿嫂|保姆|老师)(?!吃) [俩仨](人|师傅|阿姨) <n>人(?!工|吃|家|民|份|桌|餐)
choice 第<s>(个|位|名|张|条|项|家|款|种|号|单)?(?!次|天|周|层|楼|年|期|遍|回) (选|要|就|挑|定)(择|了)?<s>号?(那个|的)?(?=吧|,|$|了|就)
quantity <n>(台|扇|个(?=窗|空调|灯|马桶|水龙头|龙头|房间|卫生间|插座|油烟机|床垫|沙发)|面(?=窗|玻璃|墙)|把(?=锁|椅)|盏|樘|组|块(?=玻璃|窗|地毯)|张(?=沙发|床)|套(?=沙发|窗帘))
times <n>(次|回|趟|遍|节|堂)(?!性|日)
number <n>
"""


def _alternation() -> str:
    kinds = []
    for row in _KINDS.strip().replace("\n    ", " ").splitlines():
        kind, _, wordings = row.partition(" ")
        kinds.append(f"(?P<{kind}>{pattern(wordings, _CLASSES)})")
    return "|".join(kinds)


_RATE_WORDS = re.compile(r"(?:给|最多|不超过|预算|出|大概|要|就|是|工资|,|收|也就|差不多)*")
_CHOSEN_DAY = re.compile(rf"(?:选|要|就|挑|定)(?:择|了)?({SMALL_SET}号)")
_LATE_IN_MONTH = re.compile(r"(?:1[3-9]|[23]\d|[一二三]?十[三四五六七八九]|二十[一二]?|三十一?)号")
_NEAR = 24
_SOURCE = _alternation()
# A set with Chinese signs costs `re` a table of all signs; so these are Latin signs, in the pattern and in the text.
_LATIN = {ord(sign): chr(0x80 + n) for n, sign in enumerate(sorted({s for s in "".join(re.findall(r"\[([^]]*)\]", _SOURCE)) if s > "\u2fff"}))}
_SCAN = re.compile(_SOURCE.translate(_LATIN))


class Token(NamedTuple):
    """A stretch of the text that names one thing."""

    kind: str
    text: str
    start: int
    end: int


def scan(text: str, *, listed: bool = True) -> list[Token]:
    """The tokens of a normalised text, from left to right. `listed`: a list was shown, 要3号 may be one of it."""
    tokens = [Token(m.lastgroup or "", text[m.start() : m.end()], m.start(), m.end()) for m in _SCAN.finditer(text.translate(_LATIN))]
    tokens = tokens if listed and not _LATE_IN_MONTH.search(text) else [_day_of_month(t) for t in tokens]
    return [_rate(text, token, after) for token, after in zip_longest(tokens, tokens[1:])] if "每" in text else tokens


def _day_of_month(token: Token) -> Token:
    """要15号: a day, where no list of so many was shown."""
    found = _CHOSEN_DAY.fullmatch(token.text) if token.kind == "choice" else None
    return Token("number_day", found[1], token.start + found.start(1), token.start + found.end(1)) if found else token


def _rate(text: str, token: Token, after: Token | None) -> Token:
    """每天三百: a price, and nothing that comes every day."""
    if token.kind != "recur" or after is None or after.kind not in ("money", "number", "vague_money") or len(token.text) > 3:
        return token
    between, number = text[token.end : after.start], after.text
    priced = after.kind != "number" or len(number) > 1
    return token._replace(kind="rate") if priced and _RATE_WORDS.fullmatch(between) else token


def lead(text: str, at: int) -> str:
    """The few signs before a place; a mark stands for what is cut off."""
    return text[:at] if at <= _NEAR else "." + text[at - _NEAR : at]


def of(tokens: list[Token], *kinds: str) -> list[Token]:
    """The tokens of these kinds."""
    return [t for t in tokens if t.kind in kinds]
