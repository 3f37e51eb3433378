"""Which intent: for what was last shown, and for each role, rules from the first to the last.

A line is an intent and its conditions: `a b` both, `a|b` one of them, `-a` not a. A condition is a row of `words/wishes.py`, a fact
(`facts.py`), `#kind` a token, `@reason` a reason. `-` for the intent leaves the message to the rules of the role.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """An intent, and all that must hold for it."""

    intent: str
    conditions: tuple[tuple[tuple[bool, str], ...], ...]


def rules(source: str) -> tuple[Rule, ...]:
    """Rules from their lines."""
    lines = [line.split() for line in source.strip().splitlines()]
    return tuple(Rule(first, tuple(_condition(c) for c in rest)) for first, *rest in lines)


def _condition(source: str) -> tuple[tuple[bool, str], ...]:
    return tuple((name[0] != "-", name.lstrip("-")) for name in source.split("|"))


_BOOKING = rules("""
-                complains|fee_wrong|human|unsubscribe
-                drops
-                faq|help|price
-                status|catalog|greeting -token -service
request_service  token|service|any_answer
""")
CONTEXTS: dict[str, tuple[Rule, ...]] = {
    "rating_card": rules("""
complain               complains
human_agent            human
dispute_fee            fee_wrong -#stars -bare_stars
cancel                 drops -#stars
unsubscribe_reminders  unsubscribe
help                   help
other                  courtesy
rate                   #stars|bare_stars|verdict|reason|done
rate                   opinion -asking
"""),
    "completion_card": rules("""
complain               complains
dispute_fee            fee_wrong|dear
human_agent            human
no                     not_done -flawless
no                     @left_early|@no_show
-                      asking
rate                   #stars -done -yes
confirm_completion     done|yes
no                     says_no
confirm_completion     starts_denied opinion
"""),
    "fee_card": rules("""
complain               complains
dispute_fee            fee_wrong|dear
human_agent            human
dispute_fee            wrong_sum -done
no                     not_done -flawless
-                      asking
confirm_completion     done|yes|confirmed_sum
no                     says_no
confirm_completion     starts_denied opinion
"""),
    "offer": rules("""
-                      complains|human
accept_job             splits accepts_first
decline_job            splits
accept_job             yes_head -conditional -negative -if -counter -priced
counter_offer          counter conditional|alternative -other_question
accept_job             except accept|agreeable
counter_offer          counter #people -decline
counter_offer          priced counter|accept|asking -other_question
counter_offer          priced counter decline -other_question
other                  if -counter
-                      decline|unwilling blocks_days
decline_job            decline|unwilling
decline_job            free unavailable -counter
counter_offer          asking counter
-                      asking
accept_job             accept|yes|#choice|bare_numbers -if
other                  accept|yes
counter_offer          counter
decline_job            says_no
"""),
    "job": rules("""
-                      complains|human
on_the_way             not_left on_the_way
other                  not_left
other                  not_finished -under_way
on_the_way             on_the_way soon|-arrived -finished
on_the_way             on_the_way -arrived -finished
finished               finished finished_first
arrived                arrived
finished               finished
other                  client_refuses -finished -arrived
other                  free|counter -timed -decline
"""),
    "confirm": rules("""
-                      complains|human|unsubscribe
no                     wrong_end|wrong_thing
no                     yes_head conditional timed|#length
no                     starts_denied -move -requests -cancel
yes                    #choice
yes                    yes -if
no                     says_no|delays
no                     amends -price
-                      cancel|move|price|faq|status|fee_wrong
-                      asking
yes                    yes_head -conditional -if -against
no                     against|not_this
no                     timed meant
"""),
    "choose_worker": rules("""
-                      complains|human|cancel
other                  #choice asking
yes                    #choice|bare_choice
no                     another
yes                    named_worker|any_worker -asks_thing
other                  verdict|counter
"""),
    "order": rules("""
no                     starts_denied -move -complains -cancel -status
reschedule             sooner -complains -cancel
cancel                 gives_up -complains -fee_wrong
"""),
}  # fmt: skip
CONTEXTS["offers"] = CONTEXTS["offer"]
for _name in ("service", "time", "duration", "budget", "people", "area"):
    CONTEXTS[f"asked_{_name}"] = _BOOKING

# The words alone. First what outranks the rest, then what was wanted first.
RANKED = rules("""
complain               complains
dispute_fee            fee_wrong resident -fears_fee
dispute_fee            dear resident -cancel -move -price -requests -redress
cancel                 cancel resident -not_cancel -unsubscribe -declines
reschedule             move resident -corrects -policy_of_change
""")
FIRM = rules("""
no                     declines
no                     starts_denied -notices -move -cancel -complains -fee_wrong -requests -human -status
unsubscribe_reminders  unsubscribe
human_agent            human
help                   help
greeting               greeting
""")
WORKER = rules("""
counter_offer          asks_whether counter job_named
faq                    faq -way_first -own_money -decline
other                  not_finished
on_the_way             on_the_way soon|-arrived
finished               finished finished_first
arrived                arrived
finished               finished
set_availability       opens -#order -#choice
set_availability       decline timed unable -of_a_job -#order -counter
set_availability       free decline|accept|counter -of_a_job
decline_job            free decline of_a_job
accept_job             free accept of_a_job -can_work
set_availability       free decline|accept|counter
my_income              income
my_schedule            schedule -free|asking
set_availability       free
counter_offer          counter
decline_job            decline -asks_yes_no
accept_job             accept -asking -if
ask_price              price
complain               wronged
no                     says_no short
""")
RESIDENT = rules("""
reschedule             swaps -service
complain               reports -asking -requests -#stars -reviews -verdict_only
rate                   #stars -wants -#day -#clock -status -price
request_service        requests -price -asks_faq_first
ask_price              requests price -price_second
faq                    requests asks_faq_first -price
request_service        requests
rate                   verdict -status -asks_thing -faq #stars|-timed|reviews
faq                    asks_refund
order_status           status
order_status           my_schedule
faq                    faq
ask_price              price
ask_catalog            catalog service|about_us
confirm_completion     confirms done -asking
rate                   verdict
request_service        service names_work
rate                   ends_in_stars
no                     says_no short
""")
