"""/sandbox: what a test looks at and turns."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify
from flask import request as http

from simulator.api_mini import make_code
from simulator.clock import read_moment
from simulator.page import Wrong, body, change_clock
from simulator.people import mini_openid
from simulator.push import Pusher
from simulator.raw_push import push_by_hand
from simulator.store import Doc
from simulator.wire import window_of
from simulator.world import World


def blueprint(world: World, pusher: Pusher) -> Blueprint:
    """All of /sandbox."""
    control = Blueprint("control", __name__, url_prefix="/sandbox")
    _add_records(control, world)
    _add_switches(control, world, pusher)
    _add_pushes(control, world, pusher)
    _add_people(control, world)
    return control


def _add_records(control: Blueprint, world: World) -> None:
    @control.get("/outbox")
    def outbox() -> Response:
        with world.change():
            return jsonify(world.outbox.since(http.args.get("since", 0, int)))

    @control.get("/calls")
    def calls() -> Response:
        with world.change():
            return jsonify(world.calls.since(http.args.get("since", 0, int), http.args.get("path", "")))

    @control.get("/clock")
    def clock() -> Response:
        return jsonify(world.clock.as_json())


def _add_switches(control: Blueprint, world: World, pusher: Pusher) -> None:
    @control.post("/clock")
    def move_clock() -> Response:
        return jsonify(change_clock(world, body()))

    @control.get("/faults")
    def show_faults() -> Response:
        return jsonify(world.faults.as_json())

    @control.post("/faults")
    def set_faults() -> Response:
        given = body()
        try:
            world.faults.set_named(given["name"]) if "name" in given else world.faults.set(**given)
        except (TypeError, ValueError) as error:
            raise Wrong(400, str(error)) from error
        return jsonify(world.faults.as_json())

    @control.post("/reset")
    def reset() -> Response:
        given, before = body(), world.clock.offset
        try:
            moment = read_moment(str(given["now"])) if "now" in given else None
        except ValueError as error:
            raise Wrong(400, f"now needs its offset: {error}") from error
        pusher.forget()
        world.reset(moment)
        if world.clock.offset != before:
            time.sleep(world.config.clock_settle)
        return jsonify({"ok": True})

    @control.route("/quota", methods=["GET", "POST"])
    def quota() -> Response:
        if http.method == "POST":
            given = body()
            world.quotas.limit(str(given.get("path")), given.get("day"), given.get("minute"))
        return jsonify(world.quotas.as_json())

    @control.post("/tokens/kill")
    def kill_tokens() -> Response:
        with world.change():
            world.tokens.kill()
        return jsonify({"ok": True})


def _add_pushes(control: Blueprint, world: World, pusher: Pusher) -> None:
    @control.post("/push")
    def push() -> Response:
        try:
            return jsonify(push_by_hand(world, pusher, body()))
        except (KeyError, ValueError, TypeError) as error:
            raise Wrong(400, f"wrong or missing: {error}") from error

    @control.post("/handshake")
    def handshake() -> Response:
        given = body()
        echo = str(given.get("echostr", "4711"))
        sent = pusher.handshake(echo, bool(given.get("bad_signature")))
        return jsonify(
            {"status": sent.status, "body": sent.body, "ms": sent.ms, "ok": sent.status == 200 and sent.body == echo}
        )


def _add_people(control: Blueprint, world: World) -> None:
    @control.post("/miniprogram/code")
    def code() -> Response:
        given = body()
        person = _who(world, given)
        phone = str(given.get("phone") or person["phone"])
        with world.change():
            codes = {
                "code": make_code(world, person, "login", phone),
                "phone_code": make_code(world, person, "phone", phone),
            }
        return jsonify(codes | {"openid": mini_openid(person["openid"]), "phone": phone})

    @control.post("/consents")
    def consents() -> Response:
        given = body()
        person, template_id = _who(world, given), str(given.get("template_id"))
        if template_id not in world.templates:
            raise Wrong(404, "no such template")
        app_id = world.config.app_id if given.get("channel") == "bizsend" else world.config.miniprogram_app_id
        key = f"{world.openid(person, app_id)} {template_id}"
        with world.change():
            left = int(given["left"]) if "left" in given else _left(world, key) + int(given.get("count", 1))
            world.consents.put(key, {"left": left})
        return jsonify({"left": left, "openid": world.openid(person, app_id)})

    @control.get("/people")
    def people() -> Response:
        with world.change():
            return jsonify([_shown(world, person) for person in world.people.all()])

    @control.post("/people/<who>")
    def change_person(who: str) -> Response:
        person, given = _who(world, {"person": who}), body()
        if given.keys() - {"followed", "blocks_templates", "phone"}:
            raise Wrong(400, "followed, blocks_templates and phone can be changed")
        with world.change():
            person.update(given)
            world.people.keep(person)
            if not person["followed"]:
                world.windows.shut(person["openid"])
        return jsonify(_shown(world, person))


def _left(world: World, key: str) -> int:
    return int((world.consents.get(key) or {"left": 0})["left"])


def _who(world: World, given: dict[str, Any]) -> Doc:
    person = world.people.find(str(given.get("person") or given.get("openid") or ""))
    if person is None:
        raise Wrong(404, "no such person")
    return person


def _shown(world: World, person: Doc) -> Doc:
    scenes = world.windows.as_json(world.config.app_id, person["openid"])
    mini = {"mini_openid": mini_openid(person["openid"])}
    return person | mini | {"window": window_of(world, person["openid"]), "scenes": scenes}
