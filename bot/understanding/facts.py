"""What a rule may ask of a message: the words of a row, its tokens and reasons, and readings of several of these together."""

from functools import cached_property, lru_cache

from bot.understanding import answers
from bot.understanding.lexicon import find_service
from bot.understanding.signs import signed
from bot.understanding.tokens import Token, of
from bot.understanding.wording import Found, Said
from bot.understanding.words.reasons import REASONS
from bot.understanding.words.replies import LATER, REPLIES
from bot.understanding.words.topics import TOPICS
from bot.understanding.words.wishes import ANY, DENIED, RESIDENT, WORKER

TIMED = ("day", "monthday", "number_day", "weekspan", "window", "recur", "clock", "clocks", "part", "after", "asap")
HARM = frozenset("damage theft abuse harassment unpaid".split())
REDRESS = frozenset("attitude quality no_show left_early late unsafe overcharge double_charge".split())
_WORDS = {"resident": ANY + REPLIES + RESIDENT, "worker": ANY + REPLIES + WORKER}
_ROWS = frozenset(row.code for table in (*_WORDS.values(), RESIDENT) for row in table.rows)
_DECLINE = WORKER["decline"]
_LATER = {row.code: row for row in LATER.rows}


class Stated:
    """What stands in the words, whatever was asked before."""

    def __init__(self, text: str, tokens: tuple[Token, ...], role: str) -> None:
        self.text, self.role = text, role
        self.signed = signed(text, list(tokens))
        self.words = self.signed
        for row in DENIED:
            self.words = row.without(self.words, "∅")

    @cached_property
    def found(self) -> dict[str, int]:
        """The rows of the role's words that stand in the text, and where."""
        return _WORDS[self.role].starts(self.words)

    @cached_property
    def reasons(self) -> frozenset[str]:
        """What is given as a reason, or reported."""
        return frozenset(REASONS.starts(self.words))

    @cached_property
    def topics(self) -> list[Found]:
        """What a general question may be about."""
        return TOPICS.find_all(self.words)

    @cached_property
    def service(self) -> str | None:
        """The service that is named."""
        return find_service(self.text)


# The same words are read again as the answer to what was asked: what stands in them need not be found anew.
stated = lru_cache(maxsize=8)(Stated)


class Facts:
    """One message, and all that can be asked of it."""

    def __init__(self, text: str, tokens: list[Token], role: str, context: str | None) -> None:
        self.text, self.tokens, self.role = text, tokens, "worker" if role == "worker" else "resident"
        self.context = (context or "").partition(":")[0]
        self._stated = stated(text, tuple(tokens), self.role)
        self.signed, self.words = self._stated.signed, self._stated.words
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

    @property
    def found(self) -> dict[str, int]:
        """The rows of the role's words that stand in the text, and where."""
        return self._stated.found

    def start(self, name: str) -> int:
        """Where the words of a row stand; past the end if they don't."""
        if name == "faq":
            return self.topics[0].start if self.topics else len(self.words)
        return self.found.get(name, len(self.words))

    @property
    def reasons(self) -> frozenset[str]:
        """What is given as a reason, or reported."""
        return self._stated.reasons

    @cached_property
    def topics(self) -> list[Found]:
        """What a general question is about."""
        return [f for f in self._stated.topics if f.code != "hours" or self._asks_hours()]

    @property
    def service(self) -> str | None:
        """The service that is named."""
        return self._stated.service

    def _asks_hours(self) -> bool:
        return self.has("asks_hours") or "24" in self.text

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
        return "∅" in self.words[:4] and not self.words[0].isdigit()

    def is_bare_stars(self) -> bool:
        return bool(answers.STARS.fullmatch(self.text))

    def is_bare_numbers(self) -> bool:
        return self.context == "offers" and bool(answers.NUMBERS.fullmatch(self.text))

    def is_bare_choice(self) -> bool:
        return bool(answers.CHOICE.fullmatch(self.text))

    # complaints

    def is_complains(self) -> bool:
        if self.has("redress"):
            return not self.has("how_to_complain") and not self._only_policy()
        if self._only_policy() or (self.has("asking") and not (self.has("actor") or self.has("happened") or self.has("anger"))):
            return False
        return self._reports_harm() or self._angry_about_a_visit()

    def _only_policy(self) -> bool:
        return self.has("policy") and not self.has("claims") and (self.has("supposing") or not self.has("happened"))

    def _reports_harm(self) -> bool:
        harm = self.reasons & HARM
        if not harm:
            return False
        about_visit = self.context in ("completion_card", "fee_card", "rating_card", "order") or self.has("done_to")
        if self.role == "resident" and harm <= {"damage"} and self.service == "repair" and not self.has("actor") and not about_visit:
            return False  # 插座烧坏了: what is broken is to be repaired
        return self.role == "worker" or about_visit or self.has("actor") or (self.has("policy") and self.has("happened")) or bool(harm & {"harassment", "theft", "abuse"})

    def _angry_about_a_visit(self) -> bool:
        if self.role != "resident" or self.context == "rating_card":
            return False
        if self.has("actor") and self.has("misconduct"):
            return True
        return bool(self.reasons & REDRESS or self.has("misconduct")) and self.has("anger")

    def is_asks_refund(self) -> bool:
        return any(f.code == "refund" for f in self.topics[:1])

    def is_reports(self) -> bool:
        """态度恶劣, 早走, 喝酒: what a worker did wrong, without a claim."""
        return self.context in ("", "order") and self.has("actor") and (bool(self.reasons & REDRESS - {"no_show"}) or self.has("misconduct"))

    # offers and jobs

    def is_alternative(self) -> bool:
        return self.has("timed") and self.has("agreeable")

    def is_priced(self) -> bool:
        return bool(of(self.tokens, "delta", "money")) or self.has("sums") or (self.has("has_number") and self.has("counter"))

    def is_other_question(self) -> bool:
        return not self.has("asks_whether") and (self.has("price") or self.has("schedule") or self.has("income") or self.has("faq"))

    def is_unwilling(self) -> bool:
        return bool(self.reasons) and not self.has("accept") and not self.has("asking")

    def is_blocks_days(self) -> bool:
        return self.context != "offer" and self.has("free") and self.has("blocked")

    def is_finished_first(self) -> bool:
        return self.start("finished") <= min(self.start("arrived"), self.start("on_the_way"))

    def is_way_first(self) -> bool:
        return self.has("finished") or self.has("arrived") or self.has("on_the_way")

    def is_own_money(self) -> bool:
        return self.has("income") and self.has("of_mine")

    def is_of_a_job(self) -> bool:
        return self.has("job_named") or not (self.has("timed") or self.has("#vague") or self.has("blocked"))

    # fees, cancelling, moving

    def is_fears_fee(self) -> bool:
        if self.has("fears"):
            return True
        return self.has("price") and not self.has("too_dear") and not self.has("firm_fee")

    def is_not_cancel(self) -> bool:
        if (self.has("move") and self.has("keeps")) or self._asks_cancel_policy():
            return True
        return not self.has("firmly") and (self.has("wants") or self.has("any_answer")) and self.service is not None and not self.has("#order")

    def is_keeps(self) -> bool:
        return "不是取消" in self.text or "不取消" in self.text

    def _asks_cancel_policy(self) -> bool:
        if self.has("asks_terms") and any(f.code == "cancel_policy" for f in self.topics):
            return True
        return self.has("asks_to_cancel") and not (self.has("this_order") or self.has("#order") or self.has("timed"))

    def is_policy_of_change(self) -> bool:
        return self.has("faq") and self.has("costs_extra")

    def is_corrects(self) -> bool:
        """明天下午两点擦玻璃,改成三点: a wish that is corrected, not an order that is moved."""
        if self.context not in ("", "asked_time") or self.service is None:
            return False
        return self.start("orders_one") < self.start("moves") and not self.has("of_an_order")

    # requests

    def is_requests(self) -> bool:
        if self.has("just_somebody") or self._asks_whether_one_comes() or self._broken():
            return True
        if self.has("small_talk") and self.service is None:
            return False
        asks_for_news = self.has("status") and (self.has("news") or not self.has("wants"))
        return not asks_for_news and self._wants()

    def _asks_whether_one_comes(self) -> bool:
        return self.has("timed") and self.has("comes") and not self.has("price") and (self.has("again_same") or not self.has("of_mine_already"))

    def _broken(self) -> bool:
        return self.service == "repair" and self.has("broken") and self.has("helped") and not self.has("price")

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

    def is_names_work(self) -> bool:
        return "除了" not in self.text and (not self.has("asks_thing") or self.has("timed"))

    # what comes second

    def is_worker(self) -> bool:
        return self.role == "worker"

    def is_asks_another(self) -> bool:
        """另外再来个修灯的: after the first clause, another wish with a service or a time."""
        rest = self.text.partition(",")[2]
        if not rest or not _LATER["again"].seen(Said(rest)):
            return False
        timed = any(t.start > self.text.find(",") for t in of(self.tokens, *TIMED))
        return find_service(rest) is not None or (timed and _LATER["come"].seen(Said(rest)))

    def is_asks_to_come(self) -> bool:
        return self.has("timed") and _LATER["may_come"].seen(Said(self.text.partition(",")[2]))

    def is_splits(self) -> bool:
        """1号接,3号不接: some taken, some not."""
        return self.context == "offers" and len(self.sides) == 2

    def is_accepts_first(self) -> bool:
        return next(iter(self.sides), "") == "accept"

    def _numbered(self, token: Token) -> bool:
        """2接,3不接: the number of a list, or when it is."""
        if token.kind in ("day", "part", "clock"):
            return self.text.startswith(("的", "那"), token.end)  # 上午的我接,下午的不行
        return token.kind == "number" and bool(answers.OF_THE_LIST.match(self.text, token.end))

    @cached_property
    def sides(self) -> dict[str, list[tuple[int, int]]]:
        """The clauses that name an order, by what is said of them: taken or not."""
        found: dict[str, list[tuple[int, int]]] = {}
        at = 0
        for clause in self.words.split(","):
            here = [t for t in self.tokens if at <= t.start < at + len(clause) and (t.kind in ("order", "number_day", "choice") or self._numbered(t))]
            if here:
                side = "decline" if _DECLINE.seen(Said(clause)) else "accept"
                found.setdefault(side, []).append((at, at + len(clause)))
            at += len(clause) + 1
        return found
