"""What an error code of the platform means for what we do next (wechat.md sections 2 to 4).

Only the number is looked at: the words end in a request id and change.
"""

TOKEN_ERRORS = frozenset({40001, 40014, 42001})

DECISIONS: dict[int, str] = {
    0: "ok",
    -1: "retry",  # busy
    45011: "retry",  # minute quota
    45009: "quota",  # day quota
    40001: "retry",  # still refused after one refresh
    40014: "retry",
    42001: "retry",
    45015: "channel",  # window closed
    45047: "channel",  # count used up
    48002: "channel",  # does not want messages
    40200: "channel",  # this kind of account has no menus
    43004: "channel",  # does not follow
    43101: "channel",  # no consent left
    43019: "never",  # blocked
    40003: "never",  # not a person of this account
    40036: "never",
    40037: "channel",  # template unknown: say it another way, and an alert tells staff
    47003: "channel",  # a field does not fit: our mistake, the person must be told all the same
    45002: "never",
    48001: "never",
}


def decide(errcode: int) -> str:
    """The decision for a code; an unknown one is tried again later."""
    return DECISIONS.get(errcode, "retry")
