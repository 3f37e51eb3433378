"""Which way a notice goes: windows by what a person did, consents, opt-outs, quiet hours, one message instead of many (Q1)."""

from datetime import datetime, timedelta

import pytest

from handlers.clock import SHANGHAI
from handlers.consents import left_of, note_answer, report_answers, wanted_templates
from handlers.platform import Sent
from handlers.windows import ALLOWANCES
from models.messages import CallTask, Outbox, SubscribeConsent
from models.people import Identity
from models.sending import ClosedWay
from tests.delivery.post import Post, Told, again, says

pytestmark = pytest.mark.both
REMINDER_ID = "mHSiU14oZPnoUjJGXwQQRw9dlUW1cXYngpNpfeXKmZz"


@pytest.mark.parametrize(
    ("action", "messages", "minutes"),
    [("text", 5, 48 * 60), ("menu", 3, 1), ("follow", 3, 1), ("scan", 3, 1), ("pay", 50, 48 * 60)],
)
def test_what_a_person_did_says_how_much_may_be_sent(post: Post, action: str, messages: int, minutes: int) -> None:
    """Q1: so many messages for so long, then a person phones; a payment opens two days without a count."""
    post.acts(action)
    rows = [post.promise(f"第{n}句", "post_high") for n in range(messages + 1)]
    post.send()
    told = len(rows) if action == "pay" else messages
    assert len(post.sent("custom")) == told and CallTask.select().count() == len(rows) - told
    post.clock.advance(minutes=minutes)
    late = post.promise("太晚", "post_high")
    post.send()
    assert again(late).state == "called"


def test_a_window_counts_from_the_act_not_from_when_we_worked_it(post: Post) -> None:
    """Q1: a message that waited in the inbox opens what is left of its window, or nothing; an older act replaces no newer one."""
    post.acts("menu", minutes=2)
    assert post.promise("一句", "post_high") and post.send() and not post.sent()
    post.acts("text", hours=47)
    post.acts("text", hours=48)
    post.promise("两句", "post_high")
    post.send()
    assert [told.words for told in post.sent("custom")] == ["两句"]


def test_a_mini_programs_openid_never_goes_to_the_official_account(post: Post) -> None:
    """Q1, A5: each openid with its own account; in the mini-program's chat 5 for two days after a text, 2 for a minute after entering."""
    mini = post.mini()
    post.account.change(follows=False)
    post.acts("mini_enter", mini)
    for n in range(3):
        post.promise(f"第{n}句", "post_both")
    post.send()
    assert {(t.app_id, t.openid) for t in post.sent()} == {(mini.app_id, mini.openid)}
    assert len(post.sent("custom")) == 2 and CallTask.select().count() == 1
    assert ALLOWANCES["mini_text"].messages == 5 and not Identity.get(Identity.id == mini.id).follows


def test_a_consent_is_one_message(post: Post) -> None:
    """Q1: allowed twice, sent twice, then a person phones; what the platform says of it is believed."""
    mini = post.mini()
    post.account.change(follows=False)
    for source in ("page", "event", "event"):  # one tap told twice, and one told by the event alone
        note_answer(
            post.ctx(), app_id=mini.app_id, openid=mini.openid, template_id=REMINDER_ID, accepted=True, source=source
        )
    assert left_of(mini, REMINDER_ID) == 2
    rows = [post.promise(f"第{n}句", "post_both") for n in range(3)]
    post.send()
    assert [again(r).state for r in rows] == ["sent", "sent", "called"]
    assert [t.template_id for t in post.sent()] == [REMINDER_ID] * 2
    SubscribeConsent.update(left=3).execute()
    post.platform.answers["subscribe"] = says("channel", "43101")
    post.promise("第四句", "post_subscribe")
    post.send()
    assert left_of(mini, REMINDER_ID) == 0


def test_the_official_accounts_own_subscribe_messages(post: Post) -> None:
    """Q1: a consent given to the official account is used with the official account."""
    note_answer(
        post.ctx(),
        app_id=post.account.app_id,
        openid=post.account.openid,
        template_id=REMINDER_ID,
        accepted=True,
        source="event",
    )
    row = post.promise("一句", "post_subscribe")
    post.send()
    assert again(row).state == "sent" and post.sent("subscribe")[0].app_id == post.settings.wechat.app_id


def test_which_templates_to_ask_for_now(post: Post) -> None:
    """Q1, Q2: the mini-program hears what to ask for at the next tap, and reports what was said; a refusal asks for nothing."""
    mini = post.mini()
    ctx = post.ctx(post.uncle)
    wanted = wanted_templates(ctx)
    assert REMINDER_ID in wanted and len(wanted) <= 3
    told = report_answers(ctx, answers={REMINDER_ID: "accept", "x" * 43: "accept", wanted[-1]: "reject"})
    assert told[REMINDER_ID] == 1 and "x" * 43 not in told and left_of(mini, wanted[-1]) == 0
    report_answers(ctx, answers={REMINDER_ID: "accept"})
    assert REMINDER_ID not in wanted_templates(ctx)  # both reminders of the visit are allowed


def test_reminders_that_are_not_wanted(post: Post) -> None:
    """Q1: who turned reminders off gets none; all else is told."""
    post.acts("text")
    post.uncle.change(reminders_off=True)
    row, other = post.promise("提醒", "post_reminder"), post.promise("别的", "post_high")
    post.send()
    assert (again(row).state, again(other).state) == ("skipped", "sent")


def test_the_quiet_hours(post: Post) -> None:
    """Q1: at night only emergencies go, and what somebody awake or a near hour makes urgent; the rest waits for seven."""
    post.clock.set(datetime(2026, 11, 24, 23, 0, tzinfo=SHANGHAI))
    post.acts("text", hours=3)
    post.account.change(seen_at=post.clock.now() - timedelta(hours=3))
    near = (post.clock.now() + timedelta(minutes=10)).isoformat()
    rows = {
        "calm": post.promise("平常", "post_calm"),
        "high": post.promise("要紧", "post_high"),
        "near": post.promise("就快到了", "post_high", until=near),
        "sos": post.promise("老人摔倒了", "post_sos"),
    }
    post.send()
    assert {name: again(row).state for name, row in rows.items()} == {
        "calm": "pending", "high": "pending", "near": "sent", "sos": "sent",
    }  # fmt: skip
    post.acts("menu")
    awake = post.promise("还醒着", "post_high")
    post.send()
    assert again(awake).state == "sent"
    post.clock.set(datetime(2026, 11, 25, 7, 0, 1, tzinfo=SHANGHAI))
    post.send()
    assert again(rows["calm"]).state == again(rows["high"]).state == "sent"


def test_one_message_instead_of_many(post: Post) -> None:
    """Q1: what waited over the night goes as one, in its order; only the last may ask something; none is told twice."""
    post.clock.set(datetime(2026, 11, 24, 23, 0, tzinfo=SHANGHAI))
    post.acts("text")
    rows = [post.promise("一", "post_low"), post.promise("二"), post.promise("三", choices=[["a:1:b", "好"]]), post.promise("四")]
    post.send()
    assert not post.sent()
    post.clock.set(datetime(2026, 11, 25, 7, 0, 1, tzinfo=SHANGHAI))
    post.send()
    assert [t.words for t in post.sent()] == ["一\n\n二\n\n三", "四"]
    assert post.sent()[0].card.choices and {again(r).state for r in rows} == {"sent"}


def test_each_persons_order_is_kept(post: Post) -> None:
    """Q1: a message that is tried again holds back the later ones of the same person; an emergency passes all."""
    post.acts("text")
    post.platform.answers["custom"] = says("retry", "-1")
    first = post.promise("先", "post_high")
    post.send()
    post.platform.answers.clear()
    then = post.promise("后", "post_calm")
    post.send()
    assert again(then).state == "pending" and len(post.sent()) == 1
    sos = post.promise("急", "post_sos")
    post.send()
    post.clock.advance(seconds=10)
    post.send()
    assert [t.words for t in post.sent()[1:]] == ["急", "先", "后"] and again(sos).state == again(first).state == "sent"


def test_what_is_urgent_goes_first(post: Post) -> None:
    """Q1: of what is due to many people at once the emergency leaves first, whoever waited longer."""
    post.acts("text")
    neighbours = [i for i in Identity.select().where(Identity.app_id == post.settings.wechat.app_id) if i.id != post.account.id]
    post.promise("平常")
    Outbox.update(person_id=neighbours[0].person_id).execute()
    post.promise("急", "post_sos")
    post.send(steps=1)
    assert [t.words for t in post.sent()] == ["急"]


def test_a_lost_answer(post: Post) -> None:
    """Q1: a template goes again with the same id; others once more, with the same reference; then a person phones."""
    post.platform.answers["template"] = says("ambiguous", "network")
    template = post.promise("模板", "post_template")
    for _try in range(3):
        post.send()
        post.clock.advance(minutes=2)
    assert len({t.reference for t in post.sent("template")}) == 1 and len(post.sent("template")) == 3
    post.platform.answers.clear()
    post.send()
    assert again(template).state == "sent"

    post.acts("text")
    post.platform.answers["custom"] = says("ambiguous", "network")
    rows = [post.promise("可以重复", "post_high"), post.promise("只能一次", "post_once")]
    for _try in range(4):
        post.send()
        post.clock.advance(minutes=2)
    told = post.sent("custom")
    assert [t.words for t in told if "可以" in t.words] == ["可以重复", "怕您没收到，再说一遍：\n可以重复"]
    assert len({t.reference for t in told if "可以" in t.words}) == 1
    assert len([t for t in told if "只能" in t.words]) == 1 and [again(r).state for r in rows] == ["called", "called"]


def test_an_emergency_takes_every_way_at_once(post: Post) -> None:
    """Q1, C5: where a call does not work an emergency does not wait for it: the next way, and then a person phones, at once."""
    post.acts("text")
    post.platform.answers["custom"] = says("retry", "-1")
    row = post.promise("老人摔倒了", "post_sos")
    post.send()
    assert again(row).state == "called" and CallTask.get().words == "老人摔倒了"


def test_what_would_come_too_late_is_phoned(post: Post) -> None:
    """Q1: a next try after its use becomes a call now; what nobody could send in its time is kept as dead, not forgotten."""
    post.acts("text")
    post.platform.answers["custom"] = says("retry", "-1")
    soon = post.promise("一句", "post_high", expires_at=post.clock.now() + timedelta(seconds=1))
    post.send()
    assert again(soon).state == "called"
    row = post.promise("两句", "post_calm", expires_at=post.clock.now() + timedelta(minutes=10))
    post.send()
    post.clock.advance(hours=1)
    post.send()
    assert again(row).state == "dead"


def test_a_way_that_is_closed_to_somebody(post: Post) -> None:
    """Q1: who takes no messages of the account is not tried again and again."""
    post.acts("text")
    post.platform.answers["custom"] = says("channel", "48002")
    post.promise("一句", "post_high")
    post.send()
    assert ClosedWay.get().channel == "custom"
    post.acts("text")
    post.promise("两句", "post_template")
    post.send()
    assert [t.way for t in post.sent()] == ["custom", "template"]


def test_a_mistake_of_ours_stops_nobody_else(post: Post) -> None:
    """Q1: a message that can't be made is tried again, and is not taken for the platform's failure."""
    post.acts("text")

    def explode(told: Told) -> Sent:
        raise RuntimeError("poison")

    post.platform.answers["custom"] = explode
    row = post.promise("一句", "post_high")
    post.send()
    assert again(row).state == "pending" and "RuntimeError" in again(row).error
