"""Settings: config.yaml, then LINLI__SECTION__KEY from the environment, then what a test or the demo passes.

An unknown key stops the start, in words that name it and the nearest known one: a typing error must not leave a
community with a default that it thinks it has changed.
"""

import base64
import binascii
import difflib
import ipaddress
import os
import string
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ValidationError

from handlers.sections import Miniprogram, Security, Settings, Wechat
from handlers.setting_kinds import Section
from models.data import read_yaml

__all__ = ["Settings", "SettingsError", "check_settings", "is_data_key", "known_keys", "load_settings"]

CONFIG = Path(__file__).resolve().parent.parent / "config.yaml"
PREFIX = "LINLI__"
# Keys below these are names that a community chooses itself.
OPEN_KEYS = ("wechat.templates", "wechat.subscribe_templates", "miniprogram.subscribe_templates", "widening.services")
MAY_BE_EMPTY = ("redis.url", "clock.follow_url", "speech.base_url", "model.base_url")
SECTIONS = (*Settings.model_fields, "matching.weights")


class SettingsError(Exception):
    """The settings can't be used; the words say which key, and what to do."""


def load_settings(path: str | Path | None = None, **overrides: Mapping[str, Any]) -> Settings:
    """The settings of `path` (default: config.yaml beside app.py, or $LINLI_CONFIG), the environment over it, `overrides` over both.

    `overrides` are sections: load_settings(wechat={"api_base_url": ...}). SettingsError for anything unknown or of a wrong kind.
    """
    file = Path(path or os.environ.get("LINLI_CONFIG") or CONFIG)
    values = _read_yaml(file)
    _refuse_unknown(values, str(file))
    _merge(values, _from_environment(os.environ))
    _merge(values, overrides)
    _refuse_unknown(values, "the given settings")
    try:
        return Settings.model_validate(values)
    except ValidationError as wrong:
        raise SettingsError("\n".join(_say(error) for error in wrong.errors())) from None


def known_keys(model: type[BaseModel] = Settings, before: str = "") -> Iterator[str]:
    """Every key of the settings as section.key, in their order."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield from known_keys(kind, f"{before}{name}.")
        else:
            yield before + name


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        values = read_yaml(file.read_text(encoding="utf-8")) or {}
    except OSError as wrong:
        raise SettingsError(f"{file} can't be read: {wrong.strerror}.") from None
    except yaml.YAMLError as wrong:
        raise SettingsError(f"{file} is not YAML: {wrong}") from None
    if not isinstance(values, dict):
        raise SettingsError(f"{file} must hold sections with keys, not a {type(values).__name__}.")
    return {section: keys if keys is not None else {} for section, keys in values.items()}


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in sorted(environ):
        if name.startswith(PREFIX):
            path = name.removeprefix(PREFIX).lower().split("__")
            _refuse_key(".".join(path), f"the environment ({name})")
            if ".".join(path) in SECTIONS:
                raise SettingsError(f"{name} names a whole section: add the key, such as {name}__KEY.")
            _put(values, path, _value(name, path, environ[name]))
    return values


def _value(name: str, path: list[str], text: str) -> Any:
    """Lists and maps are written as YAML, all else as it stands."""
    if text[:1] not in ("[", "{") or ".".join(path) in _plain_texts():
        return text
    try:
        return read_yaml(text)
    except yaml.YAMLError:
        raise SettingsError(f"{name} is not a list or map in YAML: {text!r}") from None


def _plain_texts() -> set[str]:
    """Keys whose value is text, so that a secret may begin with a bracket."""
    return {key for key in known_keys() if _kind_of(key) is str}


def _kind_of(key: str) -> Any:
    model: Any = Settings
    for part in key.split("."):
        model = model.model_fields[part].annotation
    return model


def _put(values: dict[str, Any], path: list[str], value: Any) -> None:
    for part in path[:-1]:
        values = values.setdefault(part, {})
    values[path[-1]] = value


def _merge(into: dict[str, Any], over: Mapping[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _refuse_unknown(values: Mapping[str, Any], where: str, before: str = "") -> None:
    for name, value in values.items():
        key = f"{before}{name}"
        _refuse_key(key, where)
        if isinstance(value, Mapping):
            _refuse_unknown(value, where, f"{key}.")


def _refuse_key(key: str, where: str) -> None:
    parts = _known_parts()
    if key in parts or key.startswith(tuple(f"{k}." for k in OPEN_KEYS)):
        return
    same_depth = [k for k in sorted(parts) if k.count(".") == key.count(".")]
    near = difflib.get_close_matches(key, same_depth, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else " config.yaml lists what there is."
    raise SettingsError(f"There is no setting '{key}' ({where}).{hint}")


@cache
def _known_parts() -> frozenset[str]:
    """Every section and every key."""
    return frozenset(".".join(k.split(".")[:n]) for k in known_keys() for n in range(1, k.count(".") + 2))


def _say(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    reason = error["msg"].removeprefix("Value error, ")
    secret = any(word in key for word in ("secret", "key", "token"))
    return f"'{key}' can't be used: {reason}." + ("" if secret else f" It is {error['input']!r}.")


def check_settings(settings: Settings) -> list[str]:
    """What is wrong or unsafe, in words, for `python app.py check`; empty when all is well."""
    checks = (_check_urls, _check_keys, _check_hours, _check_ladders, _check_services)
    problems = [problem for check in checks for problem in check(settings)]
    return problems if settings.demo.enabled else [*problems, *_check_placeholders(settings)]


def _check_urls(settings: Settings) -> Iterator[str]:
    rules = [
        ("database.url", settings.database.url, ("sqlite", "postgresql")),
        ("redis.url", settings.redis.url, ("redis", "rediss", "unix")),
        ("web.base_url", settings.web.base_url, ("http", "https")),
        ("wechat.api_base_url", settings.wechat.api_base_url, ("http", "https")),
        ("clock.follow_url", settings.clock.follow_url, ("http", "https")),
        ("simulator.push_url", settings.simulator.push_url, ("http", "https")),
        ("speech.base_url", settings.speech.base_url, ("http", "https")),
        ("model.base_url", settings.model.base_url, ("http", "https")),
    ]
    for key, url, schemes in rules:
        if urlsplit(url).scheme not in schemes and (url or key not in MAY_BE_EMPTY):
            wanted = " or ".join(f"{scheme}://" for scheme in schemes)
            yield f"{key} must begin with {wanted}: it is {url!r}."
    if settings.clock.follow_url and not settings.demo.enabled:
        yield "clock.follow_url is for the demo and tests only: leave it empty, so that the system's time is used."


def _check_keys(settings: Settings) -> Iterator[str]:
    good = set(string.ascii_letters + string.digits)
    for section, account in (("wechat", settings.wechat), ("miniprogram", settings.miniprogram)):
        key = account.encoding_aes_key
        if len(key) != 43 or not good.issuperset(key):
            yield f"{section}.encoding_aes_key must be 43 letters and digits, as the platform shows it: it has {len(key)} characters."
    if not is_data_key(settings.security.data_key):
        yield "security.data_key must be 32 random bytes in base64; make one with: openssl rand -base64 32"
    if len(settings.security.secret_key) < 32:
        yield "security.secret_key must have at least 32 characters; make one with: openssl rand -hex 32"


def is_data_key(key: str) -> bool:
    """Whether it is 32 bytes in base64."""
    try:
        return len(base64.b64decode(key, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _check_hours(settings: Settings) -> Iterator[str]:
    community, messages = settings.community, settings.messages
    try:
        if community.opens_at >= community.closes_at:
            yield f"community.open must open before it closes: it is {community.open!r}."
    except ValueError:
        yield f"community.open must be two hours such as 08:00-18:00: it is {community.open!r}."
    if messages.quiet_from == messages.quiet_to:
        yield "messages.quiet_from and messages.quiet_to are the same hour: no message would ever be quiet, or none ever sent."
    evening = settings.visits.remind_evening_at
    if evening >= messages.quiet_from > messages.quiet_to or evening < messages.quiet_to < messages.quiet_from:
        yield "visits.remind_evening_at falls into the quiet hours: the evening's reminder would come the next morning."


def _check_ladders(settings: Settings) -> Iterator[str]:
    visits, ladder = settings.visits, settings.messages.retry_ladder_s
    if list(ladder) != sorted(ladder):
        yield "messages.retry_ladder_s must rise: each wait at least as long as the one before."
    if visits.no_show_after_min <= visits.late_after_min:
        yield "visits.no_show_after_min must be later than visits.late_after_min."
    if settings.messages.lease_s <= settings.wechat.connect_timeout_s + settings.wechat.read_timeout_s:
        yield "messages.lease_s must be longer than both time limits of wechat together: another process would send the same again."
    if not any(settings.matching.weights.model_dump().values()):
        yield "matching.weights are all 0: the ranking would be chance."


def _check_services(settings: Settings) -> Iterator[str]:
    """What people say goes there: it must be said where, and travel encrypted unless it stays on this machine or its network."""
    for section, on, service in (
        ("speech", settings.speech.listen, settings.speech),
        ("model", settings.model.read, settings.model),
    ):
        if on and not (service.base_url and service.model):
            yield f"{section}.base_url and {section}.model must be set, or {section} switched off."
        if on and service.base_url.startswith("http://") and not _is_near(urlsplit(service.base_url).hostname or ""):
            yield f"{section}.base_url must begin with https://: what people say would travel in the clear."


def _is_near(host: str) -> bool:
    """This machine, or one of a private network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host
    return address.is_loopback or address.is_private


def _check_placeholders(settings: Settings) -> Iterator[str]:
    secret = [
        ("wechat", Wechat(), settings.wechat, ("app_id", "app_secret", "token", "encoding_aes_key", "original_id")),
        ("miniprogram", Miniprogram(), settings.miniprogram, ("app_id", "app_secret", "token", "encoding_aes_key")),
        ("security", Security(), settings.security, ("secret_key", "data_key")),
    ]
    for section, demo, real, names in secret:
        for name in names:
            if getattr(real, name) in ("", getattr(demo, name)):
                yield f"{section}.{name} is the demo's: set {PREFIX}{section.upper()}__{name.upper()} in the environment."
