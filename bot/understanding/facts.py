"""What a rule may ask of a message: the words of a row, its tokens and reasons, and readings of several of these together."""

import re
from functools import cached_property

from bot.understanding import answers
from bot.understanding.lexicon import find_service
from bot.understanding.signs import signed
from bot.understanding.tokens import Token, of
from bot.understanding.wording import Found, Said
from bot.understanding.words.reasons import REASONS
from bot.understanding.words.replies import REPLIES
from bot.understanding.words.topics import TOPICS
from bot.understanding.words.wishes import ANY, DENIED, RESIDENT, WORKER

TIMED = ("day", "monthday", "number_day", "weekspan", "window", "recur", "clock", "clocks", "part", "after", "asap")
HARM = frozenset("damage theft abuse harassment unpaid".split())
REDRESS = frozenset("attitude quality no_show left_early late unsafe overcharge double_charge".split())
_WORDS = {"resident": ANY + REPLIES + RESIDENT, "worker": ANY + REPLIES + WORKER}
_ROWS = frozenset(row.code for table in (*_WORDS.values(), RESIDENT) for row in table.rows)
_DECLINE = WORKER["decline"]


class Facts:
    """One message, and all that can be asked of it."""

    def __init__(self, text: str, tokens: list[Token], role: str, context: str | None) -> None:
        self.text, self.tokens, self.role = text, tokens, "worker" if role == "worker" else "resident"
        self.context = (context or "").partition(":")[0]
        self.signed = signed(text, tokens)
        self.words = self.signed
        for row in DENIED.rows:
            self.words = row.without(self.words, "∅")
        self._known: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        """Whether a condition of a rule holds."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._ask(name)
        return known

    def _ask(self, name: str) -> bool:
        if name[0] == "#":
            return bool(of(self.tokens, name[1:]))
        if name[0] == "@":
            return name[1:] in self.reasons
        if name[0] == ">":
            return "," in self.words[: self.start(name[1:])] and self.has(name[1:])
        return name in self.found if name in _ROWS else bool(getattr(self, f"is_{name}")())

    @cached_property
    def found(self) -> dict[str, int]:
        """The rows of the role's words that stand in the text, and where."""
        return _WORDS[self.role].starts(self.words)

    def start(self, name: str) -> int:
        """Where the words of a row stand; past the end if they don't."""
        if name == "faq":
            return self.topics[0].start if self.topics else len(self.words)
        return self.found.get(name, len(self.words))

    @cached_property
    def reasons(self) -> frozenset[str]:
        """What is given as a reason, or reported."""
        return frozenset(REASONS.starts(self.words))

    @cached_property
    def topics(self) -> list[Found]:
        """What a general question is about."""
        return [f for f in TOPICS.find_all(self.words) if f.code != "hours" or self._asks_hours()]

    @cached_property
    def service(self) -> str | None:
        """The service that is named."""
        return find_service(self.text)

    def _asks_hours(self) -> bool:
        return bool(re.search(r"吗|么|几点|什么时候|营业|时间|24|二十四|不$|没$|几号", self.text))

    # plain facts

    def is_resident(self) -> bool:
        return self.role == "resident"

    def is_token(self) -> bool:
        return bool(self.tokens)

    def is_timed(self) -> bool:
        return bool(of(self.tokens, *TIMED))

    def is_service(self) -> bool:
        return self.service is not None

    def is_reason(self) -> bool:
        return bool(self.reasons)

    def is_yes(self) -> bool:
        return answers.is_yes(self.text)

    def is_says_no(self) -> bool:
        return answers.is_no(self.text) or answers.begins_with_no(self.text)

    def is_short(self) -> bool:
        return len(self.text) <= 6

    def is_faq(self) -> bool:
        return bool(self.topics)

    def is_starts_denied(self) -> bool:
        return self.words.startswith("∅")

    def is_notices(self) -> bool:
        return bool(re.search(r"提醒|推送|通知|短信", self.text))

    def is_bare_stars(self) -> bool:
        return bool(re.fullmatch(r"[一二三四五12345](?:分|颗)?(?:吧|,.*)?|[\d.]+", self.text))

    def is_bare_numbers(self) -> bool:
        return self.context == "offers" and bool(re.fullmatch(r"\d{1,2}(?:[和跟,、]\d{1,2})*|[一二三四五六七八九]号", self.text))

    def is_bare_choice(self) -> bool:
        return bool(re.fullmatch(r"(?:要|选|就|那就)?[\d一二两三四五六七八九十]{1,2}(?:号|个)?(?:那个|师傅|阿姨)?(?:吧|的)?", self.text))

    def is_ends_in_stars(self) -> bool:
        return bool(re.fullmatch(r".*[一二三四五12345](?:颗|个)?星", self.text))

    # complaints

    def is_complains(self) -> bool:
        if self.has("redress"):
            return not self._asks_how_to_complain() and not self._only_policy()
        if self._only_policy() or (self.has("asking") and not (self.has("actor") or self.has("happened") or self.has("anger"))):
            return False
        return self._reports_harm() or self._angry_about_a_visit()

    def _asks_how_to_complain(self) -> bool:
        return bool(re.search(r"投诉[^,]{0,3}(?:电话|渠道|怎么|在哪|流程|找谁)", self.words)) or ("redress" in self._known and bool(re.search(r"(?:会|管|能)赔", self.words)))

    def _only_policy(self) -> bool:
        if not self.has("policy") or re.search(r"投诉|举报", self.words):
            return False
        return not (self.has("happened") and not re.search(r"要是|如果|万一|假如|会不会|的话", self.words))

    def _reports_harm(self) -> bool:
        harm = self.reasons & HARM
        if not harm:
            return False
        about_visit = self.context in ("completion_card", "fee_card", "rating_card", "order") or "被" in self.words
        if self.role == "resident" and harm <= {"damage"} and self.service == "repair" and not self.has("actor") and not about_visit:
            return False  # 插座烧坏了: what is broken is to be repaired
        return self.role == "worker" or about_visit or self.has("actor") or bool(harm & {"harassment", "theft", "abuse"})

    def _angry_about_a_visit(self) -> bool:
        if self.role != "resident" or self.context == "rating_card":
            return False
        if self.has("actor") and self.has("misconduct"):
            return True
        return bool(self.reasons & REDRESS or self.has("misconduct")) and self.has("anger")

    def is_reports(self) -> bool:
        """态度恶劣, 早走, 喝酒: what a worker did wrong, without a claim."""
        return self.context in ("", "order") and self.has("actor") and (bool(self.reasons & REDRESS - {"no_show"}) or self.has("misconduct"))

    # offers and jobs

    def is_alternative(self) -> bool:
        return self.has("timed") and self.has("agreeable")

    def is_priced(self) -> bool:
        return bool(of(self.tokens, "delta", "money")) or self.has("sums") or bool(re.search(r"[\ue009]", self.words) and self.has("counter"))

    def is_other_question(self) -> bool:
        if re.search(r"能不能|可不可以", self.words):
            return False
        return self.has("price") or self.has("schedule") or self.has("income") or self.has("faq")

    def is_unwilling(self) -> bool:
        return bool(self.reasons) and not self.has("accept") and not self.has("asking")

    def is_blocks_days(self) -> bool:
        return self.context != "offer" and self.has("free") and self.has("blocked")

    def is_finished_first(self) -> bool:
        return self.start("finished") <= min(self.start("arrived"), self.start("on_the_way"))

    def is_way_first(self) -> bool:
        return self.has("finished") or self.has("arrived") or self.has("on_the_way")

    def is_own_money(self) -> bool:
        return self.has("income") and bool(re.search(r"这个?月|上个?月|今天|上周|这周|昨天|我的|了没|了吗|还没", self.text))

    def is_of_a_job(self) -> bool:
        return self.has("job_named") or not (self.has("timed") or self.has("#vague") or self.has("blocked"))

    def is_has_time(self) -> bool:
        return self.has("can_work")

    def is_asks_yes_no(self) -> bool:
        return bool(re.search(r"(?:吗|么)$", self.words))

    # fees, cancelling, moving

    def is_fears_fee(self) -> bool:
        if self.has("fears"):
            return True
        return self.has("price") and not self.has("too_dear") and not self.has("firm_fee")

    def is_not_cancel(self) -> bool:
        if self.has("move") and re.search(r"不是取消|不取消", self.text):
            return True
        if self._asks_cancel_policy():
            return True
        softly = not re.search(r"取消|退|撤|停|作废|删|不(?:来|约|订|预约|预定|上|用来|做|要|用)了|不用(?:来|做|再)|别来|别再来", self.words)
        return softly and self.has("wants") and self.service is not None and not self.has("#order")

    def _asks_cancel_policy(self) -> bool:
        codes = {f.code for f in self.topics}
        named = bool(re.search(r"这单|订单|那单", self.text)) or self.has("#order") or self.has("timed")
        if "cancel_policy" in codes and re.search(r"(?:钱|费|违约金)[^,]{0,4}(?:吗|么|不|多少)|要不要|扣|怎么取消|(?:能|可以)[^,]{0,5}取消吗|多久|最晚|规定", self.words):
            return True
        asks = re.search(r"(?:能|可以|怎么|如何|多久)[^,]{0,8}取消[^,]{0,6}(?:吗|么|呢)?$", self.words)
        return bool(asks) and not named

    def is_policy_of_change(self) -> bool:
        return self.has("faq") and bool(re.search(r"(?:要|会)[^,]{0,4}(?:钱|费)[^,]{0,4}(?:吗|么|不)", self.words))

    def is_corrects(self) -> bool:
        """明天下午两点擦玻璃,改成三点: a wish that is corrected, not an order that is moved."""
        if self.context not in ("", "asked_time") or self.service is None:
            return False
        head = re.split(r"[改换]", self.text)[0]
        wanting = re.search(r"(?:要|找|请|约|订|来)(?:一?个|位|人|预约)|预约", head)
        return bool(wanting) and not re.search(r"的[^,]{0,6}(?:改|换|推|挪)|订单|那单|约了|约的|之前|原来", self.text)

    # requests

    def is_requests(self) -> bool:
        if re.fullmatch(r"(?:家政|阿姨|师傅|找人|请人|叫人|家政服务|上门服务|要人|约阿姨|找阿姨|请阿姨|钟点|服务)(?:吧|呢)?", self.text):
            return True
        if self._asks_whether_one_comes() or self._broken():
            return True
        if re.search(r"天气|吃了吗|新年|节日快乐", self.text) and self.service is None:
            return False
        return not self._asks_for_news() and self._wants()

    def _asks_whether_one_comes(self) -> bool:
        return self.has("timed") and self.has("comes") and not self.has("price") and not re.search(r"还能|我的|我约|约的|订单|到底|怎么", self.text)

    def _broken(self) -> bool:
        broken = self.service == "repair" and re.search(r"坏|堵|漏|不亮|跳闸|不(?:制|热|冷|转|出|通)|断|爆|关不|打不|没电|没水|失灵", self.text)
        helped = broken and re.search(r"来(?:一?个|人|师傅|修|看|一下|得)|能修|修(?:一?下|吗|理)?|怎么办|找|帮|处理", self.text)
        return bool(helped) and not re.search(r"多少|什么价|收费", self.text)

    def _asks_for_news(self) -> bool:
        return self.has("status") and (not self.has("wants") or bool(re.search(r"怎么还|还没|几点到|到哪|谁来|进度|人接|半天", self.text)))

    def _wants(self) -> bool:
        wants, asking = self.has("wants"), self.has("price") or self.has("faq") or self.has("catalog") or self.has("status")
        when = bool(of(self.tokens, *(k for k in TIMED if k != "part")))
        if self.service is not None and (when or (wants and (not asking or self.has("timed") or self.has("#vague")))):
            return not (self.has("verdict") and not wants and not when)
        if wants and not asking and self.has("named"):
            return True
        comes = wants or self.has("named") or self.has("visits")
        return (self.has("#recur") or when) and comes and not asking and not self.has("verdict") and self.context in ("", "asked_service")

    def is_price_second(self) -> bool:
        """The price is asked after a wish with its time."""
        before = [t for t in of(self.tokens, *TIMED) if t.start < self.start("price")]
        return (bool(before) and self.start("wants") < self.start("price")) or len(before) > 1

    def is_asks_faq_first(self) -> bool:
        return bool(self.topics) and not self.has("timed") and self.topics[0].start <= min(self.start("wants"), self.start("price"))

    def is_reviews(self) -> bool:
        return "评" in self.words

    def is_about_us(self) -> bool:
        return bool(re.search(r"服务|项目|业务|什么|哪些|能|会|你们|做", self.words))

    def is_names_work(self) -> bool:
        return "除了" not in self.text and (not self.has("asks_thing") or self.has("timed"))

    # what comes second

    def is_worker(self) -> bool:
        return self.role == "worker"

    def is_refuses_stars(self) -> bool:
        return bool(re.search(r"不(?:想|愿意?|配|值)给", self.words))

    def is_cancels_too(self) -> bool:
        return bool(re.search(r"(?<!不)取消(?!费|\S{0,4}(?:钱|扣))|退(?:单|掉)|不要了|不用(?:他|她|来)了|别(?:再)?来了", self.words))

    def is_moves_too(self) -> bool:
        return bool(re.search(r"改(?:到|成|期|时间|天|约|[\ue001-\ue004])|推迟|换(?:个)?(?:时间|天|[\ue001-\ue004])", self.words))

    def is_asks_another(self) -> bool:
        """另外再来个修灯的: after the first clause, another wish with a service or a time."""
        rest = self._rest_of_clauses()
        again = re.search(r"另外|再(?:约|来|订|找|要|帮|给|派)|还(?:要|想|需要|得)|同时|然后|其他|下次|重新|顺便(?:约|订|找|帮|再)", rest)
        if not again:
            return False
        timed = [t for t in of(self.tokens, *TIMED) if t.start > self.text.find(",")]
        return find_service(rest) is not None or (bool(re.search(r"约|来|订", rest)) and bool(timed))

    def is_asks_to_come(self) -> bool:
        comes = re.search(r"能来|可以来|来(?:个|一|吗|不)|要(?:个|一)|预约|约", self._rest_of_clauses())
        return bool(comes) and self.has("timed")

    def _rest_of_clauses(self) -> str:
        return self.text.partition(",")[2]

    def is_splits(self) -> bool:
        """1号接,3号不接: some taken, some not."""
        return self.context == "offers" and len(self.sides) == 2

    def is_accepts_first(self) -> bool:
        return next(iter(self.sides), "") == "accept"

    @cached_property
    def sides(self) -> dict[str, list[tuple[int, int]]]:
        """The clauses that name an order, by what is said of them: taken or not."""
        found: dict[str, list[tuple[int, int]]] = {}
        at = 0
        for clause in self.words.split(","):
            here = [t for t in self.tokens if at <= t.start < at + len(clause) and t.kind in ("order", "number_day", "choice")]
            if here:
                side = "accept" if _DECLINE.start(Said(clause)) is None else "decline"
                found.setdefault(side, []).append((at, at + len(clause)))
            at += len(clause) + 1
        return found
