"""Meeting people, their consent, names, addresses and phones; what is kept is sealed (A1, A5, A6)."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asking import Desk, again
from handlers.access import access_person, access_request, access_worker
from handlers.context import Context, Refused, person_actor, public_actor
from handlers.people import (
    add_address,
    bind_phone,
    default_address,
    follow,
    forget_profile,
    give_consent,
    has_consent,
    list_addresses,
    meet,
    name_in,
    parse_address,
    set_called,
    set_language,
    turn_reminders,
    unfollow,
    withdraw_consent,
)
from models.base import database as db
from models.messages import Outbox
from models.people import Consent, Identity, Person

APP, WANG = "wx1a2b3c4d5e6f7a8b", "oWang".ljust(28, "x")


def wang(desk: Desk, **more: Any) -> Context:
    """王阿姨, who writes for the first time."""
    person = meet(desk.settings, app_id=APP, openid=WANG, now=desk.clock.now(), **more)
    return Context(person_actor(person), desk.clock.now(), desk.settings)


def test_one_person_one_file(desk: Desk) -> None:
    """A1, A5: the same account is the same person; the mini-program's too, by the unionid; somebody else is not."""
    first = wang(desk, unionid="u1").actor.id
    assert wang(desk).actor.id == first
    now = desk.clock.now()
    assert meet(desk.settings, app_id="wxmini", openid="m1", unionid="u1", now=now).id == first
    assert meet(desk.settings, app_id="wxmini", openid="m2", unionid="u2", now=now).id != first
    assert Person.get(Person.id == first).called == ""


def test_consent_is_asked_kept_and_taken_back(desk: Desk) -> None:
    """A1, A6: with its version and time; withdrawn it is no more."""
    me = wang(desk)
    assert not has_consent(me)
    give_consent(me)
    assert has_consent(me)
    withdraw_consent(me)
    assert not has_consent(me)
    (kept,) = Consent.select().where(Consent.person_id == me.actor.id)
    assert kept.version_of and kept.at == kept.withdrawn_at == desk.clock.now()


def test_following_and_leaving(desk: Desk) -> None:
    """A1, Q1: only who follows can be written to."""
    me = wang(desk)
    for verb, follows in ((follow, True), (unfollow, False), (follow, True)):
        verb(me, app_id=APP, openid=WANG)
        assert Identity.get(Identity.openid == WANG).follows is follows


@pytest.mark.parametrize(
    ("words", "called"),
    [
        ("幸福里3号楼2单元501，王阿姨", "王阿姨"),
        ("我是刘大爷", "刘大爷"),
        ("叫我小周老师", "小周老师"),
        ("我姓何", "何女士/先生"),
        ("明天下午打扫", ""),
        ("阿姨擦玻璃", ""),
        ("找个师傅修灯", ""),
        ("找李师傅", ""),
        ("幸福里3号楼501 王阿姨", "王阿姨"),
        ("幸福里3号楼501王阿姨", "王阿姨"),
        ("我是王阿姨，住3号楼501", "王阿姨"),
        ("叫我欧阳老师就行", "欧阳老师"),
        ("百姓家园3号楼501", ""),
    ],
)
def test_names_as_people_say_them(words: str, called: str) -> None:
    """A1: what somebody calls themselves; an 阿姨 who is looked for is nobody's name."""
    assert name_in(words) == called


def test_a_better_name_stays(desk: Desk) -> None:
    """A1: a surname is completed by a whole name, and a whole name is not lost to other words."""
    me = wang(desk)
    for words, kept in (
        ("我姓王", "王女士/先生"),
        ("我是王阿姨", "王阿姨"),
        ("找李师傅", "王阿姨"),
        ("我姓李", "王阿姨"),
    ):
        set_called(me, called=words)
        assert Person.get(Person.id == me.actor.id).called == kept


@pytest.mark.parametrize(
    ("words", "area", "building", "door"),
    [
        ("幸福里3号楼2单元501", "幸福里", "3号楼", "2单元501"),
        ("幸福里3栋501室", "幸福里", "3号楼", "501"),
        ("和平里小区12号楼1单元1203", "和平里小区", "12号楼", "1单元1203"),
        ("3号楼501", "", "3号楼", "501"),
        ("幸福里五号楼", "幸福里", "五号楼", ""),
        ("幸福里3号楼2单元501，王阿姨", "幸福里", "3号楼", "2单元501"),
        ("我是王阿姨，住幸福里3号楼2单元501", "幸福里", "3号楼", "2单元501"),
        ("幸福里3号楼2单元501王阿姨", "幸福里", "3号楼", "2单元501"),
        ("幸福里 3号楼 2单元 501", "幸福里", "3号楼", "2单元501"),
        ("幸福里3号楼501，门禁坏了打电话", "幸福里", "3号楼", "501"),
        ("地址：和平里2号楼302室", "和平里", "2号楼", "302"),
        ("我家", "", "", ""),
    ],
)
def test_addresses_as_people_say_them(words: str, area: str, building: str, door: str) -> None:
    """A1, C3: area, building and door out of one phrase."""
    found = parse_address(words)
    assert (found["area"], found["building"], found["door"]) == (area, building, door)


@given(words=st.text(alphabet="我是住在幸福里3号楼2单元501室王阿姨，, 。\n找师傅门禁", max_size=40))
def test_whatever_is_said_is_read(words: str) -> None:
    """C3: no answer to the address question breaks anything; what is read is part of what was said."""
    found, name = parse_address(words), name_in(words)
    assert set(found) == {"area", "building", "door", "words"} and len(name) <= 8
    assert all(c in words for c in found["words"])


def test_addresses_are_kept_once(desk: Desk) -> None:
    """A1: several are kept, the last said is used; said again it is the same; what is none is refused with what is needed."""
    me = wang(desk)
    with pytest.raises(Refused) as refused:
        add_address(me, words="我家")
    assert refused.value.code == "address_unclear"
    first = add_address(me, words="幸福里3号楼2单元501")
    second = add_address(me, words="和平里2号楼302")
    assert default_address(me).id == second.id
    assert add_address(me, words="幸福里3号楼2单元501").id == first.id and default_address(me).id == first.id
    assert len(list_addresses(me)) == 2 and add_address(me, words="公园西门", lat="39.9", lng="116.4").lat == "39.9"


def test_a_phone_belongs_to_one(desk: Desk) -> None:
    """A1, A5: bound to one person; found by its blind index; a second one is refused."""
    me, now = wang(desk), desk.clock.now()
    bind_phone(me, phone="13812345678")
    bind_phone(me, phone="13812345678")
    other = meet(desk.settings, app_id=APP, openid="oOther".ljust(28, "x"), now=now)
    with pytest.raises(Refused) as refused:
        bind_phone(Context(person_actor(other), now, desk.settings), phone="13812345678")
    assert refused.value.code == "phone_taken"


def test_what_is_kept_is_sealed(desk: Desk) -> None:
    """A6: neither phone nor address nor what was said stands readable in the database's file."""
    me = wang(desk)
    bind_phone(me, phone="13812345678")
    add_address(me, words="幸福里3号楼2单元501")
    desk.draft(words="老人腿脚不便请轻声")
    dump = "\n".join(str(db.execute_sql(f'SELECT * FROM "{name}"').fetchall()) for name in db.get_tables())
    for secret in ("13812345678", "2单元501", "腿脚不便"):
        assert secret not in dump
    assert "幸福里" in dump


def test_reminders_and_language(desk: Desk) -> None:
    """Q1, Q4: reminders off and on; Chinese or English, nothing else."""
    me = wang(desk)
    turn_reminders(me, off=True)
    set_language(me, language="en")
    kept = Person.get(Person.id == me.actor.id)
    assert (kept.reminders_off, kept.language) == (True, "en")
    with pytest.raises(Refused) as refused:
        set_language(me, language="tlh")
    assert refused.value.code == "bad_language"


def test_the_platform_says_forget(desk: Desk) -> None:
    """A6: an account that was closed loses name, phone, notes and addresses, and is not written to any more."""
    me = wang(desk)
    set_called(me, called="我是王阿姨")
    bind_phone(me, phone="13812345678")
    add_address(me, words="幸福里3号楼2单元501")
    forget_profile(me, app_id=APP, openid=WANG, whole=True)
    kept = Person.get(Person.id == me.actor.id)
    assert (kept.called, kept.phone, kept.phone_index, kept.consent_version) == ("", None, None, None)
    assert list_addresses(me) == [] and not Identity.get(Identity.openid == WANG).follows
    forget_profile(me, app_id=APP, openid="nobody", whole=True)


def test_foreign_looks_like_absent(desk: Desk) -> None:
    """A6: every way to a thing by its id says the same of what is not there and of what is somebody else's."""
    request = desk.request()
    worker_id = desk.ctx("李师傅").actor.worker_id
    public = Context(public_actor(desk.uncle.community_id), desk.clock.now(), desk.settings)
    elsewhere = Context(person_actor(desk.uncle), desk.clock.now(), desk.settings)
    elsewhere.actor = elsewhere.actor.__class__("staff", 999, 1, "别处", frozenset({"admin"}))
    cases = [(access_request, request.id), (access_person, desk.uncle.id), (access_worker, worker_id)]
    for load, row_id in cases:
        seen = set()
        for ctx in (desk.ctx("许女士"), public, elsewhere):
            for wanted in (row_id, 999_999):
                with pytest.raises(Refused) as refused:
                    load(ctx, wanted)
                seen.add((refused.value.code, refused.value.words, refused.value.status))
        assert len(seen) == 1 and seen.pop()[2] == 404
        assert load(desk.ctx("陈姐"), row_id).id == row_id
    assert access_request(desk.ctx("刘大爷"), request.id).id == again(request).id


def test_use_cases_ask_for_the_role(desk: Desk) -> None:
    """A5: without an account nothing is kept, and nothing is promised to anybody."""
    public = Context(public_actor(desk.uncle.community_id), datetime.now(tz=desk.clock.now().tzinfo), desk.settings)
    before = Outbox.select().count()
    for verb in (give_consent, withdraw_consent, list_addresses):
        with pytest.raises(Refused) as refused:
            verb(public)
        assert refused.value.status == 403
    assert Outbox.select().count() == before
