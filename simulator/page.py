"""The page with the phones, and the JSON that it lives on."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask import request as http

from simulator.api_base import media_response
from simulator.clock import read_duration, read_moment
from simulator.errors import PlatformError
from simulator.faults import NAMED
from simulator.menus import page_menu
from simulator.phones import NotPossible, Phones
from simulator.store import Doc
from simulator.wire import wire_of
from simulator.world import World

_HERE = Path(__file__).parent
_PERSON_KEYS = ("id", "openid", "name", "role", "face", "tint", "followed", "unread")


class Wrong(Exception):
    """An answer in JSON that is not 200: status and words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def body() -> dict[str, Any]:
    """The JSON object that was sent, or an empty one; 400 for anything else."""
    given = http.get_json(force=True, silent=True) if http.get_data() else {}
    if not isinstance(given, dict):
        raise Wrong(400, "a JSON object is needed")
    return given


def blueprint(world: World, phones: Phones) -> Blueprint:
    """/simulator/ and everything below it."""
    page = Blueprint(
        "page",
        __name__,
        url_prefix="/simulator",
        template_folder="templates",
        static_folder=str(_HERE / "static"),
        static_url_path="/static",
    )
    page.add_url_rule(
        "/", "index", lambda: render_template("index.html") if (_HERE / "templates" / "index.html").exists() else ""
    )
    page.add_url_rule("/api/state", "state", lambda: jsonify(state(world, http.args.get("since", 0, int))))
    _add_people(page, world, phones)
    _add_bubbles(page, world, phones)
    _add_settings(page, world)
    return page


def state(world: World, since: int) -> Doc:
    """What the page draws: everything about people, and the bubbles that are new to it."""
    with world.change():
        return world.clock.as_json() | {
            "seq": world.bubbles.latest,
            "epoch": (world.meta.get("epoch") or {"number": 0})["number"],
            "people": [{key: p[key] for key in _PERSON_KEYS} for p in world.people.all() if not p["hidden"]],
            "faults": world.faults.as_json(),
            "menus": {role: page_menu(world, role) for role in ("resident", "worker")},
            "bubbles": [dict(bubble) for bubble in world.bubbles.since(since)],
        }


def _acts(phones: Phones) -> dict[str, Callable[[Doc, dict[str, Any]], Doc]]:
    return {
        "say": lambda person, given: phones.say(person, str(given["text"])),
        "tap": lambda person, given: phones.tap(person, str(given["bubble"]), given["tap"]),
        "menu": lambda person, given: phones.menu(person, str(given["key"])),
        "voice": lambda person, given: phones.voice(person, str(given["text"]), int(given.get("seconds", 5))),
        "image": lambda person, given: phones.image(person, str(given["name"])),
        "location": lambda person, given: phones.location(
            person, float(given["lat"]), float(given["lng"]), str(given["label"])
        ),
        "scan": lambda person, given: phones.scan(person, str(given["scene"])),
        "follow": lambda person, given: phones.follow(person),
        "unfollow": lambda person, given: phones.unfollow(person),
    }


def _add_people(page: Blueprint, world: World, phones: Phones) -> None:
    acts = _acts(phones)

    @page.post("/api/people")
    def add_person() -> Response:
        given = body()
        if given.get("role") not in ("resident", "worker") or not str(given.get("name", "")).strip():
            raise Wrong(400, "name and role (resident or worker) are needed")
        with world.change():
            person = world.people.add(str(given["name"]).strip()[:20], given["role"])
        return jsonify({key: person[key] for key in _PERSON_KEYS})

    @page.post("/api/people/<person_id>/read")
    def read(person_id: str) -> Response:
        with world.change():
            person = _person(world, person_id)
            person["unread"] = 0
            world.people.keep(person)
        return jsonify({"unread": 0})

    @page.post("/api/people/<person_id>/<act>")
    def do(person_id: str, act: str) -> Response:
        if act not in acts:
            raise Wrong(404, "no such act")
        try:
            return jsonify({"bubble": acts[act](_person(world, person_id), body())["id"]})
        except NotPossible as error:
            raise Wrong(409, str(error)) from error
        except (KeyError, ValueError, TypeError) as error:
            raise Wrong(400, f"wrong or missing: {error}") from error


def _person(world: World, person_id: str) -> Doc:
    person = world.people.get(person_id)
    if person is None:
        raise Wrong(404, "no such person")
    return person


def _add_bubbles(page: Blueprint, world: World, phones: Phones) -> None:
    @page.post("/api/bubbles/<bubble_id>/again")
    def again(bubble_id: str) -> Response:
        if not phones.pusher.again(bubble_id):
            raise Wrong(404, "nothing was pushed from this bubble")
        return jsonify({"bubble": bubble_id})

    @page.get("/api/wire/<bubble_id>")
    def wire(bubble_id: str) -> Response:
        with world.change():
            bubble = world.bubbles.get(bubble_id)
            if bubble is None:
                raise Wrong(404, "no such bubble")
            return jsonify(wire_of(world, bubble))

    @page.get("/api/media/<media_id>")
    def media(media_id: str) -> Response:
        try:
            return media_response(world.media.get(media_id))
        except PlatformError as error:
            raise Wrong(404, "no such picture") from error


def _add_settings(page: Blueprint, world: World) -> None:
    @page.post("/api/clock")
    def move_clock() -> Response:
        return jsonify(change_clock(world, body()))

    @page.get("/api/faults")
    def list_faults() -> Response:
        now = world.faults.as_json()
        listed = [{"name": name, "label": label, "on": name == now["name"]} for name, (label, _) in NAMED.items()]
        return jsonify({"faults": listed, "now": now})

    @page.post("/api/faults")
    def set_fault() -> Response:
        try:
            world.faults.set_named(str(body().get("name")))
        except ValueError as error:
            raise Wrong(400, str(error)) from error
        return jsonify(world.faults.as_json())


def change_clock(world: World, given: dict[str, Any]) -> Doc:
    """Move the clock by `advance`, or to `now` or `to`, and answer when every follower has seen it."""
    world.calls.moved()
    try:
        if "advance" in given:
            world.clock.advance(read_duration(str(given["advance"])))
        else:
            world.clock.set(read_moment(str(given["now"] if "now" in given else given["to"])))
    except (KeyError, ValueError, OverflowError) as error:
        raise Wrong(400, f"now or to (with an offset), or advance (ISO 8601 duration): {error}") from error
    time.sleep(world.config.clock_settle)
    return world.clock.as_json()
