"""The words in which the steps of a push are told: what came, and what was understood (the demo's drawer)."""

from handlers.words import N_, _

KINDS = {
    "text": N_("some words"),
    "voice": N_("a voice message"),
    "image": N_("a picture"),
    "location": N_("a place"),
    "subscribe": N_("begins to follow"),
    "unsubscribe": N_("follows no more"),
    "CLICK": N_("presses the menu"),
    "SCAN": N_("scans a code"),
}
INTENTS = {
    "accept_job": N_("takes the job"),
    "arrived": N_("has arrived"),
    "ask_catalog": N_("asks what there is"),
    "ask_price": N_("asks for the price"),
    "cancel": N_("wants to cancel"),
    "complain": N_("wants to complain"),
    "confirm_completion": N_("confirms the work"),
    "counter_offer": N_("wants other conditions"),
    "decline_job": N_("declines the job"),
    "dispute_fee": N_("doubts the fee"),
    "emergency": N_("speaks of danger"),
    "faq": N_("a common question"),
    "finished": N_("has finished"),
    "greeting": N_("a greeting"),
    "help": N_("wants to know how this works"),
    "human_agent": N_("wants a person"),
    "my_income": N_("asks for their income"),
    "my_schedule": N_("asks for their jobs"),
    "no": N_("says no"),
    "on_the_way": N_("sets out"),
    "order_status": N_("asks how far it is"),
    "other": N_("no wish of its own, perhaps an answer"),
    "rate": N_("gives stars"),
    "request_service": N_("wants a service"),
    "reschedule": N_("wants another time"),
    "set_availability": N_("says when they are free"),
    "unsubscribe_reminders": N_("wants no reminders"),
    "yes": N_("says yes"),
}


def kind_words(kind: str) -> str:
    """What a push brings, in words."""
    return _(KINDS[kind]) if kind in KINDS else kind


def intent_words(intent: str) -> str:
    """What was understood, in words."""
    return _(INTENTS[intent]) if intent in INTENTS else intent
