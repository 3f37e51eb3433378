"""Which intent: danger first, then what was last shown, then the words; several in one message by rank."""

import re

from bot.understanding import answers
from bot.understanding.lexicon import REASONS, TOPICS, Found, find_all, find_service
from bot.understanding.phrases import ACTOR, ANGER, DAY, HOUR, POLICY, detected, without_denied
from bot.understanding.tokens import Token, of

RANK = ("complain", "dispute_fee", "cancel", "reschedule")
WANTS = re.compile(r"(?:要|找|请|约|来(?!过|得|了)|想|需要|订|预约|派|帮|叫|安排|给我|麻烦|有没有人|急|能不能|可以)")
QUESTION = re.compile(r"(?:吗|么|没|不|呢)$|有没有|能不能|可不可以|会不会|做不做|什么|哪些")
CONDITION = re.compile(rf"但|不过|可是|只是|除非|要是|如果|(?:得|要|至少|先)(?:加|多|再|给|晚|早|改|两|三|\d|{HOUR}|{DAY})|才(?:能|行|去|接|到|干|来)|以后|之后|加[\d一二两三四五六七八九十钱点个]|少了不|只能|晚[一点半]|能不能|可不可以|行不行|行吗|可以吗|不够|干不完|做不完|多给|涨|改到|换到|改成|换成")
TIMED = ("day", "monthday", "number_day", "weekspan", "window", "recur", "clock", "clocks", "part", "after", "asap")
HARM = ("damage", "theft", "abuse", "harassment", "unpaid")
REDRESS = ("attitude", "quality", "no_show", "left_early", "late", "unsafe", "overcharge", "double_charge")


class Decision:
    """The intents of one text: the first, and those that come after it."""

    def __init__(self, text: str, tokens: list[Token], role: str, context: str | None) -> None:
        self.text, self.tokens, self.role = text, tokens, "worker" if role == "worker" else "resident"
        self.context = (context or "").partition(":")[0]
        self.words = without_denied(text)
        self.found = self._found()
        self.names = [f.code for f in self.found]

    def primary(self) -> str:
        """The intent that is acted upon."""
        by_context = self._in_context()
        return by_context or self._by_rank() or self._rest()

    # what stands in the words

    def _found(self) -> list[Found]:
        found = detected(self.words, self.role)
        topic = self._topic()
        if topic:
            found.append(topic)
        if self._complains():
            found.append(Found("complain", 0))
        names = {f.code for f in found}
        if "complain" in names and self._mild_complaint():
            found = [f for f in found if f.code != "complain"]
        if "faq" in names and "reschedule" in names and re.search(r"(?:要|会)[^,]{0,4}(?:钱|费)[^,]{0,4}(?:吗|么|不)", self.words):
            found = [f for f in found if f.code != "reschedule"]
        if "faq" in names and "cancel" in names and re.search(r"(?:钱|费|违约金)[^,]{0,4}(?:吗|么|不|多少)|怎么取消|(?:能|可以)[^,]{0,5}取消吗", self.words):
            found = [f for f in found if f.code != "cancel"]
        return sorted(found, key=lambda f: f.start)

    def _topic(self) -> Found | None:
        found = [f for f in find_all(TOPICS, self.words) if f.code != "hours" or re.search(r"吗|么|几点|什么时候|营业|时间|24|二十四|不$|没$", self.words)]
        return Found("faq", found[0].start) if found else None

    def _mild_complaint(self) -> bool:
        told = re.search(r"(?:被|把|给我)[^,]{0,12}(?:坏|碎|破|花|裂|烂|断|伤|走|丢|湿)了?|了(?:我|我家|我们家)", self.words)
        happened = told and not re.search(r"要是|如果|万一|假如|会不会|的话", self.words)
        return bool(POLICY.search(self.words)) and not happened and not re.search(r"投诉|举报", self.words)

    def _complains(self) -> bool:
        reasons = {f.code for f in find_all(REASONS, self.words)}
        if re.search(r"投诉|举报", self.words) and not re.search(r"投诉[^,]{0,3}(?:电话|渠道|怎么|在哪|流程|找谁)", self.words):
            return True
        about_visit = self.context in ("completion_card", "fee_card", "rating_card", "order") or "被" in self.words
        if not self._mild_complaint() and reasons & {"damage", "theft", "abuse"} and about_visit:
            return True
        if self._mild_complaint() or (answers.ASKING.search(self.words) and not ACTOR.search(self.words)):
            return False
        if reasons & set(HARM) and (self.role == "worker" or ACTOR.search(self.words) or reasons & {"harassment", "theft"}):
            return not (self.role == "resident" and reasons & {"damage"} and find_service(self.words) == "repair" and not re.search(r"阿姨|师傅|你们|派来|上次|保洁|护工", self.words))
        if self.role == "resident" and ACTOR.search(self.words) and re.search(r"不管(?:孩子|老人|宝宝|娃)|收了?钱(?:就)?不|喝(?:了|醉|多)*酒|醉|脏话|(?:在|屋里|家里)抽烟|睡(?:大)?觉", self.words):
            return True
        angry = bool(ANGER.search(self.words)) or bool(re.search(r"大吼|辱骂|骂(?:我|人|老|她|他)", self.words))
        return bool(reasons & set(REDRESS)) and angry and self.context != "rating_card" and self.role == "resident"

    # what was last shown

    def _in_context(self) -> str | None:
        handler = {
            "rating_card": self._rating, "completion_card": self._completion, "fee_card": self._completion, "offer": self._offer, "offers": self._offer, "job": self._job,
            "confirm": self._confirm, "choose_worker": self._choose, "order": self._order,
        }.get(self.context)  # fmt: skip
        if self.context.startswith("asked_"):
            handler = self._asked
        return handler() if handler else self._plain_words()

    def _plain_words(self) -> str | None:
        if self.words.startswith("∅") and not [n for n in self.names if n in ("complain", "reschedule", "cancel", "dispute_fee", "request_service", "human_agent")]:
            return None if re.search(r"提醒|推送|通知", self.text) else "no"
        return None

    def _rating(self) -> str | None:
        if "complain" in self.names:
            return "complain"
        firm = [n for n in self.names if n in ("human_agent", "dispute_fee", "cancel", "unsubscribe_reminders", "help")]
        if firm:
            return firm[0]
        stars = of(self.tokens, "stars") or re.fullmatch(r"[一二三四五12345](?:分|颗)?", self.text)
        judged = "rate" in self.names or find_all(REASONS, self.text) or answers.DONE.search(self.text)
        opinion = re.search(r"好|差|行|满意|不|马虎|凑合|将就|过得去|就那样|可以|棒|赞|烂|快|慢|干净|脏|满分|分", self.text)
        return "rate" if stars or judged or (opinion and not answers.ASKING.search(self.text)) or re.fullmatch(r"[\d.]+", self.text) else None

    def _completion(self) -> str | None:
        if "complain" in self.names:
            return "complain"
        if "dispute_fee" in self.names:
            return "dispute_fee"
        if [n for n in self.names if n in ("human_agent",)]:
            return "human_agent"
        if answers.NOT_DONE.search(self.words) and not re.search(r"没(?:啥|什么|有什么|问题|毛病|意见|错)|不错", self.words):
            return "no"
        if self.context == "fee_card" and re.search(r"(?:应该|不是)[^,]{0,4}[\d一二两三四五六七八九十]|太多|贵", self.words):
            return "dispute_fee"
        if answers.ASKING.search(self.words):
            return None
        if answers.is_yes(self.words) or answers.DONE.search(self.words):
            return "confirm_completion"
        if answers.is_no(self.words) or answers.begins_with_no(self.words):
            return "no"
        return "confirm_completion" if self.words.startswith("∅") and re.search("好|可以|行|满意", self.words) else None

    def _offer(self) -> str | None:
        if "complain" in self.names or "human_agent" in self.names:
            return None
        if self.role != "worker":
            return self._confirm()
        conditional = bool(CONDITION.search(self.words))
        declines, accepts = "decline_job" in self.names, "accept_job" in self.names
        offered = "counter_offer" in self.names
        priced = bool(of(self.tokens, "delta", "money")) or bool(re.search(r"[两三四五\d]个?人[^,]{0,3}(?:就|才)", self.words)) or bool(re.search(r"[\d一二两三四五六七八九十百千]{2,}(?:块|元)?(?:我)?(?:就|才|可以|能|行)", self.words))
        alternative = of(self.tokens, *TIMED) and re.search(r"(?:行|可以|能去|有空|能来|能接|能到)(?=,|$|吗|不)", self.words)
        if (offered and (conditional or alternative)) or (priced and (offered or accepts or answers.ASKING.search(self.words))) or (offered and declines and re.search(r"[\d一二两三四五六七八九十百]+(?:块|元)?(?:我)?(?:就)?接|少", self.words)):
            return None if self._other_question() else "counter_offer"
        if answers.IF.search(self.words) and not offered:
            return "other"
        unwilling = bool(find_all(REASONS, self.words)) and not accepts and not answers.ASKING.search(self.words)
        if declines or unwilling:
            return "decline_job" if not self._blocks_days() else None
        if answers.ASKING.search(self.words):
            return None if not offered else "counter_offer"
        if accepts or answers.is_yes(self.words):
            return "accept_job" if not answers.IF.search(self.words) else "other"
        if of(self.tokens, "choice") or (self.context == "offers" and re.fullmatch(r"\d{1,2}(?:[和跟,、]\d{1,2})*", self.text)):
            return "accept_job"
        return "counter_offer" if offered else None

    def _other_question(self) -> bool:
        return bool(set(self.names) & {"ask_price", "my_schedule", "my_income", "faq"}) and not re.search(r"能不能|可不可以", self.words)

    def _blocks_days(self) -> bool:
        return "set_availability" in self.names and bool(re.search(r"请假|休息|这几天|下周|停接|别派|不上班|不干了", self.words)) and self.context != "offer"

    def _job(self) -> str | None:
        if "complain" in self.names or "human_agent" in self.names:
            return None
        if re.search(r"(?:还)?没(?:有)?(?:做|干|弄|打扫|搞|完|收拾|擦)(?:完|好)|没(?:完|结束)|(?:还)?(?:差|剩)(?:一?点|[^,]{0,4}没)|快(?:做|干|弄|打扫)?(?:完|好)了|还(?:要|得|需要)[^,]{0,8}(?:小时|分钟)(?!.{0,2}到)", self.words) and not re.search(r"路上|出发|堵|赶|到(?!.{0,3}(?:现在|底))", self.words):
            return "other"
        if re.search(r"还没(?:出发|到|出门)|没到|没出发", self.words) and not re.search(r"路上|分钟|快到", self.words):
            return "other"
        progress = [n for n in self.names if n in ("finished", "arrived", "on_the_way")]
        if "on_the_way" in progress and ("arrived" not in progress or re.search(r"快到|马上到|分钟|晚到|迟到|能到", self.words)):
            return "on_the_way"
        if not progress and set(self.names) & {"set_availability", "counter_offer"} and not of(self.tokens, *TIMED) and "decline_job" not in self.names:
            return "other"
        return progress[0] if progress else None

    def _confirm(self) -> str | None:
        if set(self.names) & {"complain", "dispute_fee", "human_agent", "unsubscribe_reminders"}:
            return None
        if re.search(r"(?:不对|错了|有误|搞错了?|弄错了?)$", self.words):
            return "no"
        if self.words.startswith("∅") and not set(self.names) & {"reschedule", "request_service", "cancel"}:
            return "no"
        if of(self.tokens, "choice"):
            return "yes"
        if answers.is_yes(self.words) and not answers.IF.search(self.words):
            return "yes"
        if answers.is_no(self.words) or answers.begins_with_no(self.words):
            return "no"
        if set(self.names) & {"cancel", "reschedule", "ask_price", "faq", "order_status"}:
            return None
        return self._loose_answer()

    def _loose_answer(self) -> str | None:
        if answers.ASKING.search(self.words):
            return None
        if re.match(r"(?:好|可以|行|对|是|嗯|没问题|确认|同意|要|成)(?:的|了|啊|吧|嘞|呀)?,", self.words) and not CONDITION.search(self.words) and not answers.IF.search(self.words):
            return "yes" if not re.search(r"不|别|没(?!问题|事|错)|改|换", self.words) else None
        if re.search(r"^(?:不|别|没)|不(?:行|要|用|想|同意|方便|可以|是)", self.words) or (of(self.tokens, *TIMED) and re.search(r"是|要|应该|改|换", self.words)):
            return "no"
        return None

    def _choose(self) -> str | None:
        if set(self.names) & {"complain", "human_agent", "cancel"}:
            return None
        if of(self.tokens, "choice") or re.fullmatch(r"(?:要|选|就|那就)?[\d一二两三四五六七八九十]{1,2}(?:号|个)?(?:吧|的)?", self.text):
            return "yes"
        if re.search(r"(?:换|别的|其他|都不|不(?:要|行|满意|喜欢|合适))", self.words):
            return "no"
        if re.search(r"(?:就|要|选|那个|这个)?[一-龥]{1,2}(?:师傅|阿姨|姐|大姐|老师|嫂|护工)(?:吧|$)", self.words) and not answers.ASKING.search(self.words):
            return "yes"
        return self._confirm()

    def _order(self) -> str | None:
        if re.search(r"^(?:∅|不是要取消)", self.words) and not set(self.names) & {"reschedule", "complain", "cancel"}:
            return "no"
        if re.search(r"^(?:那|还是|都|我)?(?:算了|不要了|不用了|退了|退掉|不用来了|不需要了|不来了)", self.words) and not set(self.names) & {"complain", "dispute_fee"}:
            return "cancel"
        return None

    def _asked(self) -> str | None:
        firm = set(self.names) & {"complain", "dispute_fee", "human_agent", "unsubscribe_reminders", "faq", "help", "ask_price"}
        if firm or re.search(r"取消|不(?:约|订|预约|找|要|用)了|算了(?!吧?还是|,?(?:就|还是))", self.words):
            return None
        if set(self.names) & {"order_status", "ask_catalog", "greeting"} and not self.tokens and not find_service(self.words):
            return None
        if self.tokens or find_service(self.text) or re.search(r"随便|都行|都可以|看你们|听你们|不知道|不清楚|不限|没要求|无所谓|越快|尽量", self.words):
            return "request_service"
        return None

    # the words alone

    def _by_rank(self) -> str | None:
        found = set(self.names)
        for name in RANK:
            if name in found and self._stands(name):
                return name
        return None

    def _stands(self, name: str) -> bool:
        if name == "complain":
            return self.context != "rating_card" or bool(re.search(r"投诉|举报|赔", self.words)) or self._complains()
        if name == "dispute_fee":
            return not re.search(r"(?:会|怕|要是)[^,]{0,3}多收", self.words) and not ("ask_price" in self.names and re.search(r"太贵了?(?:吗)?$", self.words) is None and not re.search(r"凭|怎么.{0,3}收|多收|说好|不对|算", self.words))
        if name == "cancel":
            return not self._cancel_is_not_meant()
        return not self._reschedule_is_a_correction()

    def _cancel_is_not_meant(self) -> bool:
        if "reschedule" in self.names and re.search(r"不是取消|不取消", self.text):
            return True
        only_soft = not re.search(r"取消|退|撤|停|作废|删|不(?:来|约|订|预约|预定|上|用来|做)了|别来", self.words)
        if self.role == "worker":
            return True
        asks = re.search(r"(?:能|可以|怎么|如何|多久)[^,]{0,8}取消[^,]{0,6}(?:吗|么|呢)?$", self.words) and not re.search(r"明天|今天|这单|订单|那单|[A-Z]\d", self.words)
        return bool(asks) or (only_soft and bool(find_service(self.words)) and bool(re.search(r"要(?!了)|找|请|来个", self.words)) and not of(self.tokens, "order"))

    def _reschedule_is_a_correction(self) -> bool:
        wanting = re.search(r"(?:要|找|请|约|订|来)(?:一?个|位|人|预约)|预约", self.words.split("改")[0])
        return bool(wanting) and self.context in ("", "asked_time") and find_service(self.text) is not None and not re.search(r"的[^,]{0,6}(?:改|换|推|挪)|订单|那单|约了|约的|之前|原来", self.words)

    def _rest(self) -> str:
        return self._firm() or (self._worker() if self.role == "worker" else self._resident()) or "other"

    def _firm(self) -> str | None:
        for name in ("unsubscribe_reminders", "human_agent"):
            if name in self.names:
                return name
        if self.names[:1] == ["greeting"] or (self.names[:1] == ["help"] and len(self.text) < 14):
            return self.names[0]
        return None

    def _worker(self) -> str | None:
        order = ("finished", "on_the_way", "arrived", "my_income", "my_schedule", "set_availability", "counter_offer", "decline_job", "accept_job", "faq", "ask_price")  # fmt: skip
        found = [n for n in order if n in self.names]
        if "faq" in found and (found[0] not in ("finished", "arrived", "on_the_way")) and not ("my_income" in found and re.search(r"这个?月|上个?月|今天|上周|这周|昨天|我的", self.words)) and "decline_job" not in found:
            return "faq"
        if re.search(r"没(?:有)?(?:做|干|弄|打扫|搞)(?:完|好)|还没(?:到|出发)", self.words):
            return "other"
        if "set_availability" in found and ("decline_job" in found or "accept_job" in found or "counter_offer" in found):
            return self._free_or_refused(found)
        if found[:1] == ["on_the_way"] and self.names.index("arrived") < self.names.index("on_the_way") if "arrived" in found and "on_the_way" in found else False:
            return "arrived" if not re.search(r"快到|马上到|分钟|能到", self.words) else "on_the_way"
        if found[:1] == ["decline_job"] and re.search(r"(?:吗|么)$", self.words):
            return None
        if found[:1] == ["accept_job"] and (answers.ASKING.search(self.words) or answers.IF.search(self.words)):
            return None
        return found[0] if found else self._bare_answer()

    def _free_or_refused(self, found: list[str]) -> str:
        named = of(self.tokens, "order", "choice") or re.search(r"这(?:个|单|家)|那(?:个|单|家)|这活|客户|那边", self.words)
        if named or not (of(self.tokens, *TIMED, "vague") or re.search(r"请假|休|派", self.words)):
            return "decline_job" if "decline_job" in found else "accept_job" if "accept_job" in found and not re.search(r"有空|能干", self.words) else "set_availability"
        return "set_availability"

    def _bare_answer(self) -> str | None:
        if len(self.text) <= 6 and answers.is_no(self.text):
            return "no"
        return None

    def _resident(self) -> str | None:
        names = [n for n in self.names if n not in RANK and n not in ("greeting", "help", "cancel")]
        service, timed = find_service(self.words), bool(of(self.tokens, *TIMED))
        request = self._requests(service, timed, names)
        if request:
            first_question = self._question_before(names, service)
            return first_question or "request_service"
        if "rate" in names and "order_status" not in names and not QUESTION.search(self.words) and (of(self.tokens, "stars") or not timed or "评" in self.words):
            return "rate"
        for name in ("order_status", "my_schedule", "faq", "ask_price", "ask_catalog", "rate"):
            if name in names and (name != "ask_catalog" or self._catalog(service)) and self._answers(name):
                return name
        if service and self._wants_or_names(service):
            return "request_service"
        return "rate" if re.fullmatch(r".*[一二三四五12345](?:颗|个)?星", self.text) else self._bare_answer()

    def _answers(self, name: str) -> bool:
        return not (name == "faq" and "order_status" in self.names and re.search(r"我的|订单", self.words))

    def _catalog(self, service: str | None) -> bool:
        return service is not None or bool(re.search(r"服务|项目|业务|什么|哪些|能|会|你们", self.words))

    def _question_before(self, names: list[str], service: str | None) -> str | None:
        if "ask_price" in names and not self._price_second():
            return "ask_price"
        return "faq" if names[:1] == ["faq"] and not of(self.tokens, *TIMED) else None

    def _price_second(self) -> bool:
        price = next(f.start for f in self.found if f.code == "ask_price")
        head = self.words[:price]
        marks = [t for t in of(self.tokens, *TIMED) if t.start < price]
        return (bool(marks) and bool(WANTS.search(head))) or len(marks) > 1

    def _requests(self, service: str | None, timed: bool, names: list[str]) -> bool:
        if re.fullmatch(r"(?:家政|阿姨|师傅|找人|请人|叫人|家政服务|上门服务|要人|约阿姨|找阿姨|请阿姨|钟点|服务)(?:吧|呢)?", self.text):
            return True
        if timed and re.search(r"(?:能|可以|可)(?:不能|不可以)?来(?:一?个人|一趟|一下|人)?(?:吗|不|么)|有(?:没有)?(?:人|阿姨|师傅)(?:能来|有空)?(?:吗|么|没)?$|来得了(?:吗|不)", self.words) and "ask_price" not in names and not re.search(r"还能|我的|我约|约的|订单|到底|怎么", self.words):
            return True
        if service == "repair" and re.search(r"坏|堵|漏|不亮|跳闸|不(?:制|热|冷|转|出|通)|断|爆|关不|打不|没电|没水|失灵", self.words) and re.search(r"来(?:一?个|人|师傅|修|看|一下|得)|能修|修(?:一?下|吗|理)?|怎么办|找|帮|处理", self.words) and not re.search(r"多少|什么价|收费", self.words):
            return True
        if re.search(r"天气|吃了吗|新年|节日快乐", self.words) and not service:
            return False
        wants = bool(re.search(r"(?:要|找|请|约|订|需要|派|叫|雇|聘)(?:一?下|一?个|位|几|两|三|人|师傅|阿姨|\d|保洁|钟点|月嫂|保姆|家政)|来(?:一?个|人|位|两|三|几|\d|做|打扫|擦|修|帮|搞|洗|收拾|清|弄|看|试|通|扫|割|剪|量)|帮(?:我|忙|着|一?下|我妈|我爸|老)|想(?:找|请|要|约|订|学|预约|让|叫)|预约|下(?:个)?单(?!了)|上门(?!服务吗)", self.words))
        asking = "ask_price" in names or "faq" in names or "ask_catalog" in names or "order_status" in names
        when = bool(of(self.tokens, *(k for k in TIMED if k != "part")))
        if "order_status" in names and not timed and re.search(r"怎么还|还没来|几点到|到哪|接单|谁来|进度|人接|派人|什么时候|几点来|安排", self.words):
            return False
        if service and (when or (wants and not asking) or (wants and timed)):
            return not ("rate" in names and not wants and not when)
        if wants and not asking and re.search(r"阿姨|家政|人(?!工)|师傅|预约|下单|服务", self.words):
            return True
        return bool(of(self.tokens, "recur")) and wants

    def _wants_or_names(self, service: str) -> bool:
        if re.search(r"除了", self.text) or QUESTION.search(self.words):
            return False
        return bool(WANTS.search(self.words)) or len(self.text) <= 14 or bool(of(self.tokens, *TIMED, "length", "area", "money")) or service == "repair"
