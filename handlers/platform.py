"""The way out to the platform, as a port: what delivery asks of it, and what it hears back. bot/wechat has the real one."""

from dataclasses import dataclass
from typing import Protocol

from handlers.cards import Card


@dataclass(frozen=True)
class Sent:
    """What the platform said to one call, as what is to be done next.

    decision: ok; retry (it did not work, try again later); slow (too fast: next minute); quota (the day's number is used up);
    channel (not by this way); never (not to this person); ambiguous (the answer was lost, it may have arrived); ours (a mistake
    of our own). `words` are the platform's, `reason` is ours, for staff.
    """

    decision: str
    code: str = "0"
    words: str = ""
    msgid: str | None = None
    reason: str = ""

    @property
    def failed(self) -> bool:
        """The call itself did not work: so many in a row, and it rests."""
        return self.decision in ("retry", "ambiguous")

    def told(self) -> str:
        """For the log and the desk."""
        return f"{self.code} {self.reason or self.words}"[:300]


class Platform(Protocol):
    """The calls that send; `app_id` says from which account, and an openid belongs to one account only."""

    def send_custom(self, app_id: str, openid: str, card: Card, reference: str) -> Sent:
        """One customer-service message; a repeat carries the same reference."""

    def send_template(
        self, app_id: str, openid: str, template_id: str, fields: dict[str, str], client_msg_id: str
    ) -> Sent:
        """One template message; the same client_msg_id again within 10 minutes is sent once."""

    def send_subscribe(self, app_id: str, openid: str, template_id: str, fields: dict[str, str]) -> Sent:
        """One subscribe message, which uses up one consent."""

    def union_of(self, openid: str) -> str | None:
        """The unionid of a follower of the official account: "" if there is none, None if it can't be asked for now."""

    def show_typing(self, app_id: str, openid: str) -> Sent:
        """对方正在输入: an answer is on its way."""
