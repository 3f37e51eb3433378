"""Which language is spoken just now, and its catalogue: every locale/<language>/LC_MESSAGES/*.po in one.

Each area keeps its words in its own file, so that people who work side by side don't meet in one. Merged they are kept
as linli.mo beside them (made, not stored in git), which is made again when a .po file has changed.
"""

import contextlib
import functools
import gettext
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"
DEFAULT = "zh_CN"
# The msgids themselves: plain English, no catalogue.
SOURCE = "en"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def current_language() -> str:
    """zh_CN or en."""
    return _language.get()


@contextmanager
def use_language(language: str) -> Iterator[None]:
    """Within it all words are of `language`; one that we don't speak becomes the default (Q4)."""
    known = language if language in languages() else DEFAULT
    before = _language.set(known)
    try:
        yield
    finally:
        _language.reset(before)


@functools.cache
def languages() -> tuple[str, ...]:
    """The languages that can be spoken."""
    return (SOURCE, DEFAULT, *(p.name for p in sorted(LOCALE.glob("*")) if p.is_dir() and p.name != DEFAULT))


@functools.cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, read once per process; the source language has none."""
    files = po_files(language)
    if not files:
        return gettext.NullTranslations()
    compiled = LOCALE / language / "LC_MESSAGES" / "linli.mo"
    mark = _fingerprint(files)
    with contextlib.suppress(OSError, ValueError, KeyError):
        kept = gettext.GNUTranslations(io.BytesIO(compiled.read_bytes()))
        if kept.info()["project-id-version"] == f"linli {mark}":
            return kept
    return _compile(files, language, compiled, mark)


def po_files(language: str) -> list[Path]:
    """The files that make up a language, by name."""
    return sorted((LOCALE / language / "LC_MESSAGES").glob("*.po"))


def _fingerprint(files: list[Path]) -> str:
    """By what they say: times of files change with every copy of an installation, and an image's are cut to seconds."""
    marks = hashlib.sha256()
    for file in files:
        marks.update(f"{file.name}\0".encode() + file.read_bytes())
    return marks.hexdigest()[:16]


def _compile(files: list[Path], language: str, compiled: Path, mark: str) -> gettext.GNUTranslations:
    whole = Catalog(locale=language, project="linli", version=mark, charset="utf-8")
    for file in files:
        with file.open("rb") as lines:
            for message in read_po(lines, locale=language):
                if message.id and message.string and not message.fuzzy:
                    whole.add(message.id, message.string)
    packed = io.BytesIO()
    write_mo(packed, whole)
    # A read-only installation reads the .po files at each start instead.
    with contextlib.suppress(OSError):
        _replace(compiled, packed.getvalue())
    return gettext.GNUTranslations(io.BytesIO(packed.getvalue()))


def _replace(file: Path, content: bytes) -> None:
    """Writes beside and renames: another process never reads half a file."""
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    os.replace(name, file)
