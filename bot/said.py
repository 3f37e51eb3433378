"""The words in which the steps of a push are told: what came, and what was understood (the demo's drawer)."""

from handlers.words import _


def kind_words(kind: str) -> str:
    """What a push brings, in words."""
    said = {
        "text": _("some words"),
        "voice": _("a voice message"),
        "image": _("a picture"),
        "location": _("a place"),
        "subscribe": _("begins to follow"),
        "unsubscribe": _("follows no more"),
        "CLICK": _("presses the menu"),
        "SCAN": _("scans a code"),
    }
    return said.get(kind, kind)


def intent_words(intent: str) -> str:
    """What was understood, in words."""
    said = {
        "accept_job": _("takes the job"),
        "arrived": _("has arrived"),
        "ask_catalog": _("asks what there is"),
        "ask_price": _("asks for the price"),
        "cancel": _("wants to cancel"),
        "complain": _("wants to complain"),
        "confirm_completion": _("confirms the work"),
        "counter_offer": _("wants other conditions"),
        "decline_job": _("declines the job"),
        "dispute_fee": _("doubts the fee"),
        "emergency": _("speaks of danger"),
        "faq": _("a common question"),
        "finished": _("has finished"),
        "greeting": _("a greeting"),
        "help": _("wants to know how this works"),
        "human_agent": _("wants a person"),
        "my_income": _("asks for their income"),
        "my_schedule": _("asks for their jobs"),
        "no": _("says no"),
        "on_the_way": _("sets out"),
        "order_status": _("asks how far it is"),
        "other": _("no wish of its own, perhaps an answer"),
        "rate": _("gives stars"),
        "request_service": _("wants a service"),
        "reschedule": _("wants another time"),
        "set_availability": _("says when they are free"),
        "unsubscribe_reminders": _("wants no reminders"),
        "yes": _("says yes"),
    }
    return said.get(intent, intent)
