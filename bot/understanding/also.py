"""What else a message asks for, after its first intent: only what can hardly be part of the first."""

import re

from bot.understanding.decide import TIMED, Decision
from bot.understanding.lexicon import find_service
from bot.understanding.tokens import of

_AGAIN = re.compile(r"(?:另外|再(?:约|来|订|找|要|帮|给)|顺便|还(?:要|想|需要|得)|同时|然后|其他|下次|重新)")
# After the first: the intents that may follow it.
FOLLOWING: dict[str, tuple[str, ...]] = {
    "complain": ("rate", "cancel", "decline_job", "dispute_fee", "human_agent"),
    "dispute_fee": ("cancel", "human_agent"),
    "cancel": ("request_service", "ask_price", "faq", "human_agent"),
    "reschedule": ("request_service", "ask_price"),
    "rate": ("request_service",),
    "ask_price": ("request_service", "faq"),
    "request_service": ("ask_price", "faq", "cancel"),
    "ask_catalog": ("ask_price",),
    "faq": ("ask_price", "request_service"),
    "confirm_completion": ("rate", "request_service", "faq"),
    "arrived": ("reschedule", "cancel", "decline_job"),
    "finished": ("my_schedule", "my_income", "set_availability"),
    "on_the_way": ("reschedule",),
    "order_status": ("cancel", "reschedule", "human_agent"),
    "accept_job": ("my_income",),
    "decline_job": (),
}


def also(decision: Decision, primary: str) -> list[str]:
    """The secondary intents, in a fixed order."""
    return [name for name in FOLLOWING.get(primary, ()) if _follows(decision, primary, name)]


def _follows(decision: Decision, primary: str, name: str) -> bool:
    words = decision.words
    if name == "request_service":
        return _requests(decision, primary)
    if name == "rate":
        return bool(of(decision.tokens, "stars")) and not re.search(r"都不想给", words)
    if name == "decline_job":
        return decision.role == "worker" and bool(re.search(r"不(?:敢去|去|想去|接|干|做)了?", words))
    if name == "reschedule":
        return bool(re.search(r"改(?:到|成|期|时间|天|明天|后天|下周|周|约)|推迟|换(?:个)?(?:时间|天)", words))
    if name == "cancel":
        return bool(re.search(r"(?<!不)取消(?!费)|退(?:单|掉)|不要了|不用(?:他|她|来)了|别(?:再)?来了", words))
    if name == "dispute_fee":
        return bool(re.search(r"多收|乱收|重复扣", words)) and bool(re.search(r"另外|还", words)) and primary != "complain"
    return name in decision.names and _apart(decision, primary, name)


def _apart(decision: Decision, primary: str, name: str) -> bool:
    place = next(f.start for f in decision.found if f.code == name)
    return "," in decision.words[:place] or primary in ("request_service",)


def _requests(decision: Decision, primary: str) -> bool:
    clauses = decision.words.split(",")
    rest = ",".join(clauses[1:])
    if not rest:
        return False
    if primary == "ask_price":
        return bool(re.search(r"能来|可以来|来(?:个|一|吗|不)|要(?:个|一)|预约|约", rest)) and bool(of(decision.tokens, *TIMED))
    if primary in ("cancel", "reschedule", "rate", "confirm_completion"):
        return bool(_AGAIN.search(rest)) and (find_service(rest) is not None or (bool(re.search(r"约|来|订", rest)) and bool(of(decision.tokens, *TIMED))))
    return False
