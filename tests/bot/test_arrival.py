"""What a push brings over HTTP: its query and its body, whole or refused (Q1)."""

import io
from typing import Any

import pytest
from gunicorn.http.errors import InvalidChunkSize, NoMoreData

from bot.arrival import body_of, query_of
from bot.envelope import Forged

MOST = 10


class Broken(io.RawIOBase):
    """A line that breaks while it is read."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    def read(self, size: int = -1) -> bytes:
        raise self.failure


def test_a_body_is_whole() -> None:
    """Q1: by its length, or in pieces of which the server knows the end."""
    assert body_of({"CONTENT_LENGTH": "3", "wsgi.input": io.BytesIO(b"abcdef")}, MOST) == b"abc"
    assert body_of({"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(b"a" * MOST)}, MOST) == b"a" * MOST


@pytest.mark.parametrize(
    ("arrives", "status"),
    [
        ({"CONTENT_LENGTH": "11", "wsgi.input": io.BytesIO(b"a" * 11)}, 413),
        ({"wsgi.input_terminated": True, "wsgi.input": io.BytesIO(b"a" * 11)}, 413),
        ({"CONTENT_LENGTH": "4", "wsgi.input": io.BytesIO(b"abc")}, 400),
        ({"wsgi.input": io.BytesIO(b"abc")}, 400),
        ({"CONTENT_LENGTH": "-3", "wsgi.input": io.BytesIO(b"abc")}, 400),
        ({"CONTENT_LENGTH": "٣", "wsgi.input": io.BytesIO(b"abc")}, 400),
        ({"wsgi.input_terminated": True, "wsgi.input": Broken(InvalidChunkSize(b"zz"))}, 400),
        ({"wsgi.input_terminated": True, "wsgi.input": Broken(NoMoreData())}, 400),
        ({"CONTENT_LENGTH": "4", "wsgi.input": Broken(ConnectionResetError())}, 400),
    ],
)
def test_a_body_that_is_not_whole_is_refused(arrives: dict[str, Any], status: int) -> None:
    """Q1: too long, cut off, without a length, in broken pieces: the sender's fault, and no failure of ours."""
    with pytest.raises(Forged) as refused:
        body_of(arrives, MOST)
    assert refused.value.status == status


def test_a_query_is_read_as_it_was_meant() -> None:
    """Q1: signs are signs again; what has no value is empty."""
    assert query_of({"QUERY_STRING": "echostr=a%2Bb+c&nonce=&x"}) == {"echostr": "a+b c", "nonce": "", "x": ""}
    assert "signature" not in query_of({})
