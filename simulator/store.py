"""What the simulator remembers: named shelves of JSON documents in memory, written through to one SQLite file."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

Doc = dict[str, Any]


class Shelf:
    """Documents by id, oldest first, the oldest dropped beyond `limit`."""

    def __init__(self, store: "Store", name: str, limit: int | None) -> None:
        self._store, self._name, self._limit = store, name, limit
        self._docs: dict[str, Doc] = store.load(name)

    def get(self, doc_id: str) -> Doc | None:
        """The document itself; put it back after a change."""
        return self._docs.get(doc_id)

    def put(self, doc_id: str, doc: Doc) -> Doc:
        """Keep a document, new or changed."""
        self._docs[doc_id] = doc
        self._store.write(self._name, doc_id, doc)
        if self._limit and len(self._docs) > self._limit:
            self.remove(next(iter(self._docs)))
        return doc

    def remove(self, doc_id: str) -> None:
        """Forget one, if it is there."""
        if self._docs.pop(doc_id, None) is not None:
            self._store.forget(self._name, doc_id)

    def values(self) -> list[Doc]:
        """All, oldest first."""
        return list(self._docs.values())

    def last(self, count: int) -> list[Doc]:
        """The newest, newest first."""
        return list(islice(reversed(self._docs.values()), count))

    def clear(self) -> None:
        """Forget all."""
        self._docs.clear()
        self._store.forget(self._name, None)

    def __len__(self) -> int:
        return len(self._docs)


class Store:
    """One lock for everything, and one transaction for each change.

    The file survives a killed process: each change is committed before its answer leaves. It need not survive a power cut.
    """

    def __init__(self, folder: Path | str | None) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        path = ":memory:"
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
            path = str(Path(folder) / "simulator.sqlite3")
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None) if folder is not None else None
        if self._db:
            self._db.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
                "CREATE TABLE IF NOT EXISTS doc(shelf TEXT, id TEXT, body TEXT, PRIMARY KEY(shelf, id));"
            )

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything inside happens alone and is written as one."""
        with self._lock:
            self._depth += 1
            if self._depth == 1 and self._db:
                self._db.execute("BEGIN")
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._db:
                    self._db.execute("COMMIT")

    def shelf(self, name: str, limit: int | None = None) -> Shelf:
        """A shelf with what it held when the simulator stopped."""
        return Shelf(self, name, limit)

    def load(self, name: str) -> dict[str, Doc]:
        """All documents of a shelf, oldest first."""
        if not self._db:
            return {}
        rows = self._db.execute("SELECT id, body FROM doc WHERE shelf=? ORDER BY rowid", (name,))
        return {doc_id: json.loads(body) for doc_id, body in rows}

    def write(self, name: str, doc_id: str, doc: Doc) -> None:
        """Write one document through; an old one keeps its place."""
        if self._db:
            self._db.execute(
                "INSERT INTO doc VALUES(?,?,?) ON CONFLICT(shelf, id) DO UPDATE SET body=excluded.body",
                (name, doc_id, json.dumps(doc, ensure_ascii=False)),
            )

    def forget(self, name: str, doc_id: str | None) -> None:
        """Take out one document, or with None the whole shelf."""
        if self._db:
            self._db.execute("DELETE FROM doc WHERE shelf=? AND (id=? OR ? IS NULL)", (name, doc_id, doc_id))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._db:
                self._db.close()
                self._db = None
