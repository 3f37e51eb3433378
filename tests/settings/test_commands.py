"""The command line in wrong hands: a sentence and an exit status, never a trace (Q4, DESIGN section 3)."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

import app
from handlers.clock import ManualClock
from handlers.context import Context, Refused, public_actor
from handlers.settings import Settings
from handlers.staff import sign_in, who_is
from models.base import open_database
from models.connection import database as proxy
from tests.ports import free_port
from tests.stores import close

NOBODY = "postgresql://linli:secret-word@127.0.0.1:1/linli"


class Shell:
    """Types commands of app.py into this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def types(self, *words: str, **environment: str) -> tuple[int, str]:
        """The exit status, and all that was said."""
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setattr(sys, "argv", ["app.py", *words])
        try:
            status: Any = app.main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
            sys.stderr.write("" if isinstance(end.code, int) else f"{end.code}\n")
        shown = self.capsys.readouterr()
        return status, shown.out + shown.err


@pytest.fixture
def shell(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], logging_kept: None
) -> Iterator[Shell]:
    """On the database of this test."""
    monkeypatch.setenv("LINLI__DATABASE__URL", settings.database.url)
    yield Shell(monkeypatch, capsys)
    close(proxy.obj)


@pytest.mark.parametrize(
    ("words", "environment", "status", "said"),
    [
        (["migrate"], {"LINLI__DATABASE__URL": "mysql://x"}, 2, "must begin with sqlite:// or postgresql://"),
        (["migrate"], {"LINLI__SECURITY__DATA_KEY": "abc"}, 2, "openssl rand -base64 32"),
        (["serve"], {"LINLI__WEB__PRT": "1"}, 2, "Did you mean 'web.port'?"),
        (["migrate"], {"LINLI__DATABASE__URL": "sqlite:////proc/none/linli.db"}, 1, "/proc/none: No such file"),
        (["counts"], {"LINLI__DATABASE__URL": NOBODY}, 3, "Connection refused. Look at database.url"),
        (["backup", "FOLDER/copy"], {"LINLI__DATABASE__URL": NOBODY}, 3, "Connection refused. Look at database.url"),
        (["backup", "FOLDER/none/copy"], {}, 1, "none/copy: No such file or directory. No copy was made."),
        (["backup", "FOLDER"], {}, 1, "exists already"),
        (["restore", "FOLDER/none"], {}, 1, "does not exist"),
        (["restore", "/etc/hostname"], {}, 1, "is not a whole copy"),
        (["staff", "add", "x", "--called", "X", "--role", "cook"], {}, 2, "cook"),
        (["menu", "push"], {"LINLI__WECHAT__API_BASE_URL": "http://127.0.0.1:1"}, 3, "The platform did not answer"),
        (["match", "/etc/hostname"], {}, 2, "This can't be matched"),
    ],
)  # fmt: skip
def test_what_cant_be_done_is_said(
    shell: Shell, tmp_path: Path, words: list[str], environment: dict[str, str], status: int, said: str
) -> None:
    """DESIGN section 3: clear errors, exit status not 0; the database's password is not among the words (A5)."""
    given = [word.replace("FOLDER", str(tmp_path)) for word in words]
    ended, shown = shell.types(*given, **environment)
    assert (ended, said in shown) == (status, True), shown
    assert "secret-word" not in shown and "Traceback" not in shown


def test_a_demo_does_not_take_another_for_itself(shell: Shell) -> None:
    """Q4: where somebody answers at its port already, it says so at once instead of printing an address that is not its own."""
    with socket.socket() as taken:
        port = free_port()
        taken.bind(("127.0.0.1", port))
        taken.listen()
        ended, shown = shell.types("demo", "--port", str(port))
    assert ended == 2 and f"Something else answers at port {port}" in shown


@pytest.mark.parametrize("words", [["counts"], ["staff", "add", "x", "--called", "X", "--role", "admin"], ["backup", "FOLDER/copy"]])
def test_an_empty_database_is_no_linli(shell: Shell, tmp_path: Path, words: list[str]) -> None:
    """C4: above all a wrong database.url does not give a copy of nothing that looks like one."""
    empty = f"sqlite:///{tmp_path / 'typing-error.db'}"
    ended, shown = shell.types(*(word.replace("FOLDER", str(tmp_path)) for word in words), LINLI__DATABASE__URL=empty)
    assert ended == 1 and ("python app.py migrate" in shown or "No copy was made" in shown)
    assert not (tmp_path / "copy").exists() and not (tmp_path / "copy.part").exists()


def test_who_has_lost_their_phone_gets_in_again(shell: Shell, settings: Settings, community: Any, clock: ManualClock) -> None:
    """A5: accounts are kept from the command line: made, listed, given a new key, closed and opened; sessions end with it."""
    close(community)
    ctx = Context(public_actor(0), clock.now(), settings)
    ended, shown = shell.types("staff", "add", "xiaowang", "--called", "小王", "--role", "consultant")
    first = dict(line.split(" ", 1) for line in shown.splitlines())
    assert ended == 0 and first["login"] == "xiaowang"
    assert shell.types("staff", "add", "xiaowang", "--called", "小王", "--role", "consultant")[0] == 2

    def gets_in(keys: dict[str, str]) -> str:
        code = pyotp.parse_uri(keys["authenticator"]).at(ctx.now)  # type: ignore[attr-defined]
        return sign_in(ctx, login="xiaowang", password=keys["password"], code=code)

    token = gets_in(first)
    second = dict(line.split(" ", 1) for line in shell.types("staff", "reset", "xiaowang")[1].splitlines())
    assert who_is(ctx, token) is None and who_is(ctx, gets_in(second)) is not None
    with pytest.raises(Refused):
        gets_in(first)
    assert shell.types("staff", "close", "xiaowang") == (0, "xiaowang is signed out, and gets in no more.\n")
    with pytest.raises(Refused):
        gets_in(second)
    assert "xiaowang             closed   consultant  小王" in shell.types("staff", "list")[1]
    assert shell.types("staff", "open", "xiaowang")[0] == 0 and shell.types("staff", "close", "nobody")[0] == 2


def test_sample_people_do_not_come_among_real_ones(shell: Shell, community: Any) -> None:
    """A5: their passwords stand in the repository."""
    close(community)
    assert shell.types("seed") == (0, "Nothing to do: there are people already.\n")


def test_a_copy_and_the_way_back_are_told(shell: Shell, community: Any, tmp_path: Path) -> None:
    """C4: the copy is nobody else's to read; what was closed is counted; a key that does not fit is told at once."""
    copy, other = tmp_path / "copy", f"sqlite:///{tmp_path / 'other.db'}"
    close(community)
    assert shell.types("backup", str(copy)) == (0, f"Kept in {copy}.\n")
    assert copy.stat().st_mode & 0o777 == 0o600 and [file.name for file in tmp_path.glob("copy*")] == ["copy"]
    ended, shown = shell.types("restore", str(copy), LINLI__DATABASE__URL=other)
    assert ended == 0 and "Restored; " in shown and "deadlines whose time has passed were closed" in shown
    ended, shown = shell.types("restore", str(copy), LINLI__SECURITY__DATA_KEY="MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    assert ended == 1 and "security.data_key does not open it" in shown
    open_database(other)
