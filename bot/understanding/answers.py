"""Yes and no, and the short forms that only mean something beside what was last shown."""

import re

STARS = re.compile(r"(?:.*,)?(?:给|打|就)?个?[一二三四五1-5](?:分|颗)?(?:吧|,.*)?|[\d.]+")
NUMBERS = re.compile(r"\d{1,2}(?:[和跟,、]\d{1,2})*|[一二三四五六七八九]号")
OF_THE_LIST = re.compile(r"[号单个我就都也的]*(?:接|要|去|做|不|别|推|拒|算了)")
CHOICE = re.compile(r"(?:要|选|就|那就)?[\d一二两三四五六七八九十]{1,2}(?:号|个)?(?:那个|那位|师傅|阿姨)?(?:吧|的)?")
_SOFT = r"[,吧啊呀哦呐哈嘛呢了的么哟喽嘞啦哒咧噢]*"
_YES_WORD = r"(?:对(?:头|的)?|是(?:的|这样)?|好(?:的|嘞|滴)?|好好|行(?:的)?|可以(?:的)?|嗯+|恩|ok|OK|Ok|okay|yes|YES|Yes|中|成|得|妥|没错|没(?:有)?(?:问题|毛病|意见)|确[认定]|就(?:这样|这么|这个?|是这|按这|它)(?:办|定|吧|样|来|个|做)?|同意|要(?:的)?|都对|是我|当然|必须|没事|来吧|安排(?:上)?|定(?:了|下)?|照办|知道|了解|明白|晓得|收到|愿意|需要|想|听你的|准|OJBK|y|Y|1|√|👌|👍|谢谢|麻烦你?|辛苦|能|会|有|去|没关系|我同意|我确认|那就(?:这样|这么办|行|好|定)?|正确|对得上|挺好|不错|下单|提交|付)"
YES = re.compile(rf"^(?:{_YES_WORD}{_SOFT})+$")
_NO_WORD = r"(?:不(?:对|是|行|要|用|同意|了|可以|好|确[认定]|需要|愿意|想|去|能|成|中|得|合适|方便|接受|必|弄|约|订)?|没(?:有)?|错|别|no|NO|No|n|N|算了|算|先不|先别|先等|等等|等一?[等下会]|再(?:说|想想|看看|考虑|等等|商量)|考虑(?:一?下|考虑)|我(?:再)?(?:想想|看看|考虑|商量)(?:一?下)?|想想|改主意|暂时|暂不|下次|拒绝|否|不必|弄错|搞错|我|先|还是|谢谢|那|都|这|要|麻烦|打扰|好像|是|也|改天|2|×)"
NO = re.compile(rf"^(?=[^,]*(?:不|没|错|别|算了|等|再|想想|no|NO|No|^n$|^N$|拒|否|改|暂|下次))(?:{_NO_WORD}{_SOFT})+$")
_NO_HEAD = re.compile(r"^(?:不(?:对|是|行|要|用|了|可以|好|同意|确认)?(?!不)|没有|错了?|别|先别|等等|等一下|no)(?:[,啊呀吧的了哦]|$)")


def is_yes(text: str) -> bool:
    """Nothing but agreement."""
    return len(text) <= 24 and bool(YES.match(text)) and not text.endswith(("吗", "么"))


def is_no(text: str) -> bool:
    """Nothing but refusal or delay."""
    return len(text) <= 24 and bool(NO.match(text))


def begins_with_no(text: str) -> bool:
    """不对,是后天 and the like: a refusal with a correction."""
    return bool(_NO_HEAD.match(text))
