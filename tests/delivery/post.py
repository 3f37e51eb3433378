"""A post office for tests: the sample community, a clock that stands still, and a platform that remembers what it was told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from handlers.cards import Card, card
from handlers.clock import ManualClock
from handlers.context import Context, in_one_go, person_actor, system_actor
from handlers.delivery import NOTHING, Platform, call, record, take_next
from handlers.notices import NOTICES, Notice, Template, register
from handlers.outbox import tell
from handlers.platform import Sent
from handlers.settings import Settings
from handlers.windows import note_action
from models.messages import Outbox
from models.people import Identity, Person

UNCLE = "刘大爷"
FIELDS = {"thing1": "日常保洁", "time2": "2026年11月25日 09:00", "name3": "李师傅", "thing4": "请您留人在家"}
REMINDER = Template("visit_reminder", lambda told: FIELDS)


def words(told: Any) -> Card:
    return card(told["words"], *(told.get("choices") or ()))


def step(ctx: Context, platform: Platform) -> bool:
    """Takes the next notice that is due one step on; False when nothing was due."""
    came, claimed = in_one_go(lambda: take_next(ctx))
    if claimed is not None:
        outcome = call(platform, claimed)
        in_one_go(lambda: record(ctx, outcome))
    return came != NOTHING


if "post_calm" not in NOTICES:
    register(
        Notice("post_low", words, urgency="low"),
        Notice("post_calm", words, urgency="normal"),
        Notice("post_high", words, urgency="high"),
        Notice("post_sos", words, urgency="emergency"),
        Notice("post_once", words, urgency="high", harmless_twice=False),
        Notice("post_template", words, REMINDER, urgency="high"),
        Notice("post_both", words, REMINDER, REMINDER, urgency="high"),
        Notice("post_subscribe", words, None, REMINDER, urgency="high"),
        Notice("post_reminder", words, REMINDER, urgency="high", opt_out=True),
    )


@dataclass
class Told:
    """One call of the platform."""

    way: str
    app_id: str
    openid: str
    words: str
    reference: str = ""
    template_id: str = ""
    card: Card | None = None


@dataclass
class FakePlatform:
    """Takes everything, unless `answers` says otherwise for a way; remembers all."""

    calls: list[Told] = field(default_factory=list)
    answers: dict[str, Callable[[Told], Sent]] = field(default_factory=dict)
    count: int = 0

    def _answer(self, told: Told) -> Sent:
        self.calls.append(told)
        self.count += 1
        answer = self.answers.get(told.way)
        return answer(told) if answer else Sent("ok", msgid=str(9000 + self.count))

    def send_custom(self, app_id: str, openid: str, card: Card, reference: str) -> Sent:
        return self._answer(Told("custom", app_id, openid, card.text, reference, card=card))

    def send_template(self, app_id: str, openid: str, template_id: str, fields: dict[str, str], client_msg_id: str) -> Sent:
        return self._answer(Told("template", app_id, openid, str(fields), client_msg_id, template_id))

    def send_subscribe(self, app_id: str, openid: str, template_id: str, fields: dict[str, str]) -> Sent:
        return self._answer(Told("subscribe", app_id, openid, str(fields), "", template_id))

    def show_typing(self, app_id: str, openid: str) -> Sent:
        return self._answer(Told("typing", app_id, openid, ""))


def says(decision: str, code: str = "0") -> Callable[[Told], Sent]:
    """An answer that is always the same."""
    return lambda told: Sent(decision, code, "as the test wants it", None)


class Post:
    """Promises notices, lets people act, and sends."""

    def __init__(self, settings: Settings, clock: ManualClock) -> None:
        self.settings, self.clock, self.platform = settings, clock, FakePlatform()
        Outbox.delete().execute()
        self.uncle = Person.get(Person.called == UNCLE)
        self.number = 0
        mine = (Identity.person_id == self.uncle.id) & (Identity.app_id == settings.wechat.app_id)
        self.account = Identity.get(mine)

    def ctx(self, person: Person | None = None) -> Context:
        """The system, or a person, at this moment."""
        actor = person_actor(person) if person else system_actor(self.uncle.community_id)
        return Context(actor, self.clock.now(), self.settings)

    def mini(self) -> Identity:
        """刘大爷's account of the mini-program."""
        fields = {"app_id": self.settings.miniprogram.app_id, "openid": "o" + "m" * 27, "person_id": self.uncle.id}
        return Identity.create(community_id=self.uncle.community_id, **fields)

    def acts(self, action: str, account: Identity | None = None, **past: float) -> None:
        """He does something, now or some time ago."""
        who = account or self.account
        at = self.clock.now() - timedelta(**past)
        note_action(self.ctx(), app_id=who.app_id, openid=who.openid, action=action, at=at)

    def promise(self, text: str, notice: str = "post_calm", **more: Any) -> Outbox:
        """One promised notice for him."""
        self.number += 1
        tell(self.ctx(), self.uncle.id, notice, key=f"post:{self.number}", words=text, **more)
        return Outbox.select().order_by(Outbox.id.desc()).get()

    def send(self, steps: int = 100) -> int:
        """Steps until nothing is due."""
        ctx = self.ctx()
        for done in range(steps):
            if not step(ctx, self.platform):
                return done
        return steps

    def sent(self, way: str = "") -> list[Told]:
        """What the platform was told."""
        return [told for told in self.platform.calls if way in ("", told.way)]


def again(row: Outbox) -> Outbox:
    """The row as it stands now."""
    found: Outbox = Outbox.get(Outbox.id == row.id)
    return found
