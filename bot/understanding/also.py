"""What else a message asks for, after its first intent: only what can hardly be part of the first."""

from bot.understanding.decide import Decision
from bot.understanding.rules import Rule, rules

FOLLOWING: dict[str, tuple[Rule, ...]] = {
    "complain": rules("""
rate              #stars -refuses_stars
cancel            cancels_too
decline_job       worker hold_back
human_agent       >human
"""),
    "dispute_fee": rules("""
cancel            cancels_too
human_agent       >human
"""),
    "cancel": rules("""
request_service   asks_another
ask_price         >price
faq               >faq
human_agent       >human
"""),
    "reschedule": rules("""
request_service   asks_another
ask_price         >price
"""),
    "rate": rules("request_service   asks_another"),
    "ask_price": rules("""
request_service   asks_to_come
faq               >faq
"""),
    "request_service": rules("""
ask_price         price
faq               faq
cancel            cancels_too
"""),
    "ask_catalog": rules("ask_price         >price"),
    "faq": rules("""
ask_price         >price
"""),
    "confirm_completion": rules("""
rate              #stars
request_service   asks_another
faq               >faq
"""),
    "arrived": rules("""
reschedule        moves_too
cancel            cancels_too
decline_job       hold_back
"""),
    "finished": rules("""
my_schedule       >schedule
my_income         >income
set_availability  >free
"""),
    "on_the_way": rules("reschedule        moves_too"),
    "order_status": rules("""
cancel            cancels_too
reschedule        moves_too
human_agent       >human
"""),
    "accept_job": rules("decline_job       splits"),
    "decline_job": rules("accept_job        splits"),
}


def also(decision: Decision, primary: str) -> list[str]:
    """The secondary intents, in a fixed order."""
    return [rule.intent for rule in FOLLOWING.get(primary, ()) if decision.holds(rule)]
