"""Rows about people who attack: forged pushes, broken bodies, secrets that must not show. The flood (A11) stands in inward."""

import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import requests

from models.messages import Inbox
from models.talk import ChatLine
from simulator.envelope import Envelope, write_xml
from tests.chaos.house import House
from tests.chaos.load import Load, Message
from tests.chaos.report import Row

HEAD = {"Content-Type": "text/xml"}
Answer = tuple[int, float]
ENTITIES = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">'
BOMB = f"<!DOCTYPE x [{ENTITIES}]><xml><Content>&c;</Content></xml>"
OUTSIDE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:{port}/linli.dtd"><xml><Content>1</Content></xml>'
BODIES: dict[str, bytes] = {
    "entity bomb": BOMB.encode(), "200,000 deep": b"<a>" * 200_000, "30,000 siblings": b"<xml>" + b"<a/>" * 12_000 + b"</xml>",
    "bad UTF-8": b"<xml><Content>\xff\xfe\xfa</Content></xml>", "NUL": b"<xml>\x00<Content>\x00</Content></xml>", "empty": b"",
    "no root": b"<xml>", "deep JSON": b"[" * 60_000, "a JSON list": b"[1]", "a number": b"7", "10 MB": b"<xml>" + b"x" * 10_000_000,
}  # fmt: skip


class Attacker:
    """Sends what the platform would never send."""

    def __init__(self, house: House, load: Load) -> None:
        self.house, self.load, self.url = house, load, f"{house.web}/wechat"
        self.line = requests.Session()

    def push(self, query: dict[str, str], body: bytes, *, chunked: bool = False) -> Answer:
        """Status and seconds; 0 where the line was cut."""
        began = time.perf_counter()
        data = iter([body[n : n + 65536] for n in range(0, len(body), 65536)]) if chunked else body
        try:
            status = self.line.post(f"{self.url}?{urlencode(query)}", data=data, headers=HEAD, timeout=10).status_code
        except requests.ConnectionError:
            status = 0
        return status, time.perf_counter() - began

    def now(self) -> int:
        """The platform's second."""
        return int(time.time() + self.load.offset_s)

    def sealed(self, message: Message, envelope: Envelope, at: int, mode: str = "safe") -> tuple[dict[str, str], bytes]:
        """A push by this envelope."""
        xml = write_xml({
            "ToUserName": self.load.account, "FromUserName": message.openid, "CreateTime": at, "MsgType": "text",
            "Content": message.words, "MsgId": message.msg_id,
        })  # fmt: skip
        query = envelope.query(at, message.openid)
        return query, envelope.wrap(xml, query, mode, self.load.account).encode()


def forged(attacker: Attacker, message: Message) -> Iterator[tuple[str, dict[str, str], bytes]]:
    """One message in every shape that is not the platform's."""
    right, now = attacker.load.envelope, attacker.now()
    query, body = attacker.sealed(message, right, now)
    yield "no signature", {k: v for k, v in query.items() if k != "msg_signature"}, body
    yield "another signature", query | {"msg_signature": "0" * 40}, body
    yield "another nonce", query | {"nonce": "1"}, body
    place = body.index(b"<Encrypt>") + 100  # the envelope around it is not signed, and nothing in it counts
    yield "flipped byte", query, body[:place] + (b"A" if body[place : place + 1] != b"A" else b"B") + body[place + 1 :]
    for name, at in (("old", now - 301), ("of the future", now + 301)):
        yield name, *attacker.sealed(message, right, at)
    yield "plain", *attacker.sealed(message, right, now, "plain")
    yield "another app", *attacker.sealed(message, Envelope(right.token, right.key, "wx00000000000000ff"), now)
    yield "another token", *attacker.sealed(message, Envelope("guessed", right.key, right.app_id), now)
    yield "another key", *attacker.sealed(message, Envelope(right.token, "A" * 43, right.app_id), now)


def effects() -> tuple[int, int]:
    """What pushes leave behind."""
    return Inbox.select().count(), ChatLine.select().count()


def a3_forged(house: House, load: Load, scale: float) -> Row:
    attacker, message = Attacker(house, load), load.message(1)
    before, answers = effects(), [(name, attacker.push(query, body)) for name, query, body in forged(attacker, message)]
    bad = [f"{name}: {status}" for name, (status, _took) in answers if not 400 <= status < 500]
    slowest = max(took for _name, (_status, took) in answers)
    nothing = effects() == before
    query, body = attacker.sealed(message, load.envelope, attacker.now())
    attacker.push(query, body)
    once = effects()
    replayed = Counter(attacker.push(query, body)[0] for _ in range(1000))
    house.wait_for(lambda: not house.waiting(), 20)
    said = (
        f"{len(answers)} kinds: not refused {bad or 'none'}, slowest {slowest * 1000:.0f} ms, effects {'none' if nothing else 'SOME'}; "
        f"a true one 1,000 times more: {dict(replayed)}, new effects {effects()[0] - once[0] + effects()[1] - once[1]}"
    )
    good = not bad and nothing and slowest < 0.1 and effects() == once and once != before
    return Row("A3", "forged pushes, and a true one again and again", said, good)


def a4_broken_bodies(house: House, load: Load, scale: float) -> Row:
    """In the envelope and, signed and sealed as only the platform can, inside of it."""
    attacker, dice = Attacker(house, load), random.Random(house.seed)
    memory, answers, slowest = house.memory_mb(), Counter[int](), ("", 0.0)
    for name, body in broken(dice):
        for how in ("outer", "chunked", "inner"):
            query = load.envelope.query(attacker.now(), "oBroken")
            if how == "inner":
                sent = load.envelope.wrap(body.decode("utf-8", "replace"), query, "safe", load.account).encode()
            else:
                query, sent = query | {"encrypt_type": "aes", "msg_signature": "0"}, body
            before = house.cpu_s()
            status, _took = attacker.push(query, sent, chunked=how == "chunked")
            spent = house.cpu_s() - before
            answers[status] += 1
            slowest = max(slowest, (f"{name}, {how}", spent), key=lambda found: found[1])
    grown = house.memory_mb() - memory
    said = f"answers {dict(sorted(answers.items()))}, most processor time {slowest[1] * 1000:.0f} ms ({slowest[0]}), memory {grown:+.0f} MB"
    good = not any(status >= 500 for status in answers) and slowest[1] < 0.2 and grown < 20
    return Row("A4", "bodies that break parsers", said, good)


def broken(dice: random.Random) -> Iterator[tuple[str, bytes]]:
    """Known bombs, then 1,000 bodies with bytes changed, cut or doubled."""
    yield from BODIES.items()
    yield "a DTD from outside", OUTSIDE.format(port=9).encode()
    fields = {"ToUserName": "gh_1", "FromUserName": "oBroken", "CreateTime": 1, "MsgType": "text", "Content": "你好", "MsgId": 7}
    whole = write_xml(fields).encode()
    for number in range(330):
        body = bytearray(whole)
        for _change in range(dice.randrange(1, 8)):
            place = dice.randrange(len(body))
            body[place : place + dice.randrange(3)] = bytes(dice.randrange(256) for _ in range(dice.randrange(4)))
        yield f"changed {number}", bytes(body)


def a13_secrets(house: House, load: Load, scale: float) -> Row:
    """Canaries: secrets of the settings, phones and openids; looked for in logs, answers, and a copy of the database."""
    dice = random.Random(house.seed)
    phones = [f"13{dice.randrange(10**8, 10**9)}" for _ in range(50)]
    for number, phone in enumerate(phones):
        message = load.message(number)
        message.words = f"我的电话是{phone}，幸福里3号楼2单元501"
        load.attempt(message)
    house.wait_for(lambda: not house.waiting(), 20)
    copy = house.folder / f"canary-{time.monotonic_ns()}.copy"
    house.command("backup", str(copy))
    places = {"logs": house.logs(), "answers": answers_of(house), "the copy": copy.read_bytes()}
    names = {**house.secrets, **{f"phone {n}": phone for n, phone in enumerate(phones)}}
    hits = [f"{name} in {place}" for place, found in places.items() for name, value in names.items() if value.encode() in found]
    hits += [f"openids in {place}" for place in ("logs", "answers") if load.message(0).openid.encode() in places[place]]
    took = rotate(house, load)
    size = sum(map(len, places.values())) // 1024
    said = f"{len(names)} canaries in {size} KB: {hits or 'no hit'}; another token taken up after {took:.1f} s"
    return Row("A13", "secrets that must not show, and one exchanged", said, not hits and took < 60)


def answers_of(house: House) -> bytes:
    """Pages and errors as anybody gets them."""
    paths = (
        "/", "/readyz", "/metrics", "/healthz", "/console/", "/api/v1/openapi.json", "/nothing", "/api/v1/nothing",
        "/wechat", "/wechat?signature=1",
    )  # fmt: skip
    return b"".join(requests.get(house.web + path, timeout=10).content for path in paths)


def rotate(house: House, load: Load) -> float:
    """The pushes' token is exchanged: by then the new one is taken and the old one refused; then everything is as before."""
    began, attacker = time.monotonic(), Attacker(house, load)
    old, new = load.envelope, Envelope(secrets.token_hex(8), load.envelope.key, load.envelope.app_id)
    try:
        _restart_with(house, new.token)
        takes = [attacker.push(*attacker.sealed(load.message(), envelope, attacker.now()))[0] for envelope in (new, old)]
        return time.monotonic() - began if takes == [200, 403] else 1e6
    finally:
        _restart_with(house, old.token)


def _restart_with(house: House, token: str) -> None:
    house.env["LINLI__WECHAT__TOKEN"] = token
    house.kill("serve")
    house.start("serve")


ROWS: dict[str, Callable[[House, Load, float], Row]] = {"a3": a3_forged, "a4": a4_broken_bodies, "a13": a13_secrets}
