"""What is said when something that an operator set or asked for can't be: a sentence, and the exit status that goes with it."""

import socket

from handlers.context import Refused
from handlers.logs import log
from handlers.settings import Settings, SettingsError, check_settings, load_settings
from models.connection import DATABASE_FAILS

# What a command may fail by without a mistake of ours; anything else keeps its trace.
SPOKEN: tuple[type[Exception], ...] = (SettingsError, Refused, OSError, *DATABASE_FAILS)
WRONG, FAILED, AWAY = 2, 1, 3
NO_TABLES = ("no such table", "does not exist", "no such column")
# Without these nothing can be opened at all.
NEEDED = ("database.url", "security.data_key")


def refuse_unusable(settings: Settings) -> None:
    """Raises SettingsError for what would stop every command; the rest is `check`'s to say."""
    wrong = [problem for problem in check_settings(settings) if problem.startswith(NEEDED) and " is the demo's" not in problem]
    if wrong:
        raise SettingsError("\n".join(wrong))


def refuse_taken(*ports: int) -> None:
    """Raises SettingsError for a port of this machine on which somebody answers: else what we start would seem to be what answers."""
    for port in ports:
        with socket.socket() as line:
            line.settimeout(1)
            if line.connect_ex(("127.0.0.1", port)) == 0:
                way = f"--port {ports[0] + 10}, or make demo DEMO_PORT={ports[0] + 10}"
                raise SettingsError(f"Something else answers at port {port} of this machine. Choose another one: {way}.")


_good: list[Settings] = []  # the settings that hold


def reread_settings() -> Settings:
    """For a server: the settings as they are now. Where somebody has mistyped them while it runs, it goes on with those from before,
    and logs why; at its start it refuses them (SettingsError)."""
    try:
        settings = load_settings()
        refuse_unusable(settings)
    except SettingsError as wrong:
        if not _good:
            raise
        log.error("settings.wrong", words=str(wrong), holds="what was set before")
        return _good[0]
    _good[:] = [settings]
    return settings


def say_failure(failure: Exception) -> tuple[str, int]:
    """Words and exit status: 2 what was asked or set is wrong, 3 a part that we need is away, 1 anything else."""
    if isinstance(failure, SettingsError):
        return str(failure), WRONG
    if isinstance(failure, Refused):
        return failure.words, WRONG
    if isinstance(failure, DATABASE_FAILS):
        return _of_database(str(failure).strip())
    if isinstance(failure, OSError):
        place = f"{failure.filename}: " if failure.filename else ""
        return f"{place}{failure.strerror or failure}.", FAILED
    return f"The platform did not answer: {failure}", AWAY


def _of_database(said: str) -> tuple[str, int]:
    first = said.splitlines()[0].rstrip(".") if said else "no reason given"
    if "disk is full" in first:
        return "The disk is full.", FAILED
    if any(words in first for words in NO_TABLES) and "database" not in first and "role" not in first:
        return f"The database is not up to date ({first}). Run: python app.py migrate", FAILED
    return f"The database can't be used: {first}. Look at database.url (LINLI__DATABASE__URL), and whether it runs.", AWAY
