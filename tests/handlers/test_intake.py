"""What stands before the inbox: floods, too much at once, a database that refuses (Q1)."""

from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st

from handlers import intake
from handlers.intake import MOST_IN_HAND, PAUSE_S, Floods, InHand, Refusing, too_much_waits, watch_queue
from handlers.settings import load_settings

SETTINGS = load_settings()


class Watch:
    """A stopwatch that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_flood_is_told_once_and_then_passed_over() -> None:
    """Q1: two hundred a second for ten seconds: the allowance passes, one word, then silence."""
    watch = Watch()
    floods, heard = Floods(SETTINGS, watch), []
    for _ in range(2000):
        heard.append(floods.judge("oFlood"))
        watch.seconds += 0.005
    assert heard.count("tell") == 1 and heard.count("pass") <= SETTINGS.web.pushes_at_once + 2
    assert heard[-1] == "silent" and floods.judge("oOther") == "pass"


def test_after_a_pause_the_person_is_heard_again() -> None:
    """Q1: who waits as asked is served as before."""
    watch = Watch()
    floods = Floods(SETTINGS, watch)
    while floods.judge("oFlood") != "silent":
        pass
    watch.seconds += 60
    assert floods.judge("oFlood") == "pass"


@given(gaps=st.lists(st.floats(0.5, 30), max_size=200))
def test_somebody_who_only_writes_much_is_never_held_up(gaps: list[float]) -> None:
    """Q1: two messages a second, for as long as one likes, all pass."""
    watch = Watch()
    floods = Floods(SETTINGS, watch)
    for gap in gaps:
        watch.seconds += gap
        assert floods.judge("oWang") == "pass"


def test_many_senders_are_not_remembered_for_ever(monkeypatch: object) -> None:
    """Q1: a memory of fixed size, whoever writes."""
    watch = Watch()
    floods = Floods(SETTINGS, watch)
    for number in range(intake.MOST_SENDERS + 10):
        floods.judge(f"o{number}")
        watch.seconds += 0.01
    assert len(floods.buckets) <= intake.MOST_SENDERS


def test_after_a_refusal_one_asks_for_all() -> None:
    """Q1: nobody asks for a moment, then one; if that is taken, everybody."""
    watch = Watch()
    refusing = Refusing(watch)
    assert refusing.may_ask() and refusing.may_ask()
    refusing.refused()
    assert not refusing.may_ask()
    watch.seconds += PAUSE_S
    assert refusing.may_ask() and not refusing.may_ask()
    refusing.refused()
    watch.seconds += PAUSE_S
    assert refusing.may_ask()
    refusing.took()
    assert refusing.may_ask() and refusing.may_ask()


def test_the_servers_queue_decides_what_is_too_much() -> None:
    """Q1: the figure is the server's own; without one nothing is too much."""
    assert not too_much_waits(SETTINGS)
    watch_queue(lambda: SETTINGS.web.most_waiting)
    try:
        assert too_much_waits(SETTINGS)
    finally:
        watch_queue(lambda: 0)


def test_one_sender_does_not_take_every_thread() -> None:
    """Q1: more than a few pushes of one person at once are only stored; what is through makes room, others are not concerned."""
    in_hand = InHand()
    with ExitStack() as line:
        stand = [line.enter_context(in_hand.one_more("oFlood", f"m:{number}")) for number in range(MOST_IN_HAND + 3)]
        assert stand == [True] * MOST_IN_HAND + [False] * 3
        for sender, key in (("oOther", "m:99"), ("oFlood", "m:0")):  # somebody else, and the platform's repeat of what is in hand
            with in_hand.one_more(sender, key) as few:
                assert few
    with in_hand.one_more("oFlood", "m:9") as few:
        assert few
    assert not in_hand.keys
