"""config.yaml and its types are one thing said twice: nothing in one that is not in the other, and a word on every key."""

import re
from typing import Any

import yaml

from handlers.settings import OPEN_KEYS, Settings, known_keys
from sources import ROOT, sources

CONFIG = (ROOT / "config.yaml").read_text(encoding="utf-8")
_LINE = re.compile(r"^(?P<indent> *)(?P<key>[a-z_0-9]+):(?P<value>[^#]*)(?P<comment>#\s*\S.*)?$")


def flat(values: dict[str, Any], before: str = "") -> dict[str, Any]:
    """section.key -> value; what a community names itself stays in one piece."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and before + name not in OPEN_KEYS:
            found |= flat(value, f"{before}{name}.")
        else:
            found[before + name] = value
    return found


def test_every_typed_setting_stands_in_config_yaml_and_the_other_way_round() -> None:
    assert set(flat(yaml.safe_load(CONFIG))) == set(known_keys())


def test_every_key_has_a_comment() -> None:
    silent = []
    for number, line in enumerate(CONFIG.splitlines(), 1):
        found = _LINE.match(line)
        if found and found["indent"] and not found["comment"]:
            silent.append(f"config.yaml:{number} {found['key']}")
    assert not silent, silent


def test_defaults_are_the_same_in_both() -> None:
    """Whoever deletes a line of config.yaml gets what the line said."""
    written = flat(Settings.model_validate(yaml.safe_load(CONFIG)).model_dump())
    built_in = flat(Settings().model_dump())
    different = {key for key in built_in if key not in OPEN_KEYS and built_in[key] != written[key]}
    assert not different, different


def test_units_stand_in_the_names() -> None:
    """A bare number of something must say of what: seconds, minutes, hours, days, kilometres, percent."""
    units = ("_s", "_ms", "_min", "_minutes", "_hours", "_days", "_km", "_m", "_kb", "_percent")
    words = ("timeout", "after", "within", "before", "expire", "radius", "quiet_for", "lease", "interval")
    wrong = [
        key
        for key, value in flat(yaml.safe_load(CONFIG)).items()
        if isinstance(value, int | float) and not isinstance(value, bool)
        and any(word in key for word in words) and not key.endswith(units)
    ]
    assert not wrong, wrong


def test_code_reads_only_settings_that_exist() -> None:
    known = set(known_keys())
    reads = re.compile(r"settings\.([a-z]+)\.([a-z_]+)")
    wrong = [
        f"{source.shown}: settings.{section}.{key}"
        for source in sources("app.py", "bot", "handlers", "jobs", "web")
        for section, key in reads.findall(source.text)
        if section in Settings.model_fields and f"{section}.{key}" not in known
        and not any(k.startswith(f"{section}.{key}.") for k in known) and key not in ("opens_at", "closes_at")
    ]
    assert not wrong, "\n".join(wrong)
