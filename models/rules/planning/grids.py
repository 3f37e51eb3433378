"""Rows and tables of numbers for the inner loops: numpy's where they are compiled, Python's own lists where they are not."""

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar, cast

from models.rules.planning.compiled import IS_COMPILED

if IS_COMPILED:
    import numpy

N = TypeVar("N", int, float)


class Ints(Protocol):
    """A row of whole numbers."""

    def __getitem__(self, at: int, /) -> int: ...
    def __setitem__(self, at: int, value: int, /) -> None: ...
    def __len__(self) -> int: ...


class Reals(Protocol):
    """A row of numbers."""

    def __getitem__(self, at: int, /) -> float: ...
    def __setitem__(self, at: int, value: float, /) -> None: ...
    def __len__(self) -> int: ...


class Table(Protocol):
    """Rows and columns of whole numbers."""

    def __getitem__(self, at: tuple[int, int], /) -> int: ...
    def __setitem__(self, at: tuple[int, int], value: int, /) -> None: ...
    def __len__(self) -> int: ...


class RealTable(Protocol):
    """Rows and columns of numbers."""

    def __getitem__(self, at: tuple[int, int], /) -> float: ...
    def __setitem__(self, at: tuple[int, int], value: float, /) -> None: ...
    def __len__(self) -> int: ...


class Cube(Protocol):
    """Tables in layers."""

    def __getitem__(self, at: tuple[int, int, int], /) -> int: ...
    def __setitem__(self, at: tuple[int, int, int], value: int, /) -> None: ...


class Listed(Generic[N]):
    """A table without numpy."""

    def __init__(self, rows: int, columns: int, fill: N) -> None:
        self.rows, self.columns = rows, columns
        self.values: list[N] = [fill] * (rows * columns)

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, at: tuple[int, int]) -> N:
        return self.values[at[0] * self.columns + at[1]]

    def __setitem__(self, at: tuple[int, int], value: N) -> None:
        self.values[at[0] * self.columns + at[1]] = value


class Layered:
    """Tables in layers without numpy."""

    def __init__(self, layers: int, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.values = [0] * (layers * rows * columns)

    def __getitem__(self, at: tuple[int, int, int]) -> int:
        return self.values[(at[0] * self.rows + at[1]) * self.columns + at[2]]

    def __setitem__(self, at: tuple[int, int, int], value: int) -> None:
        self.values[(at[0] * self.rows + at[1]) * self.columns + at[2]] = value


def ints(count: int, fill: int = 0) -> Ints:
    """So many whole numbers."""
    return cast(Ints, numpy.full(count, fill, dtype=numpy.int64)) if IS_COMPILED else [fill] * count


def reals(count: int, fill: float = 0.0) -> Reals:
    """So many numbers."""
    return cast(Reals, numpy.full(count, fill, dtype=numpy.float64)) if IS_COMPILED else [fill] * count


def table(rows: int, columns: int) -> Table:
    """So many rows and columns of whole numbers."""
    return cast(Table, numpy.zeros((rows, columns), dtype=numpy.int64)) if IS_COMPILED else Listed(rows, columns, 0)


def small_table(rows: int, columns: int) -> Table:
    """The same in half the room, for numbers below two thousand million."""
    return cast(Table, numpy.zeros((rows, columns), dtype=numpy.int32)) if IS_COMPILED else Listed(rows, columns, 0)


def real_table(rows: int, columns: int) -> RealTable:
    """So many rows and columns of numbers."""
    return cast(RealTable, numpy.zeros((rows, columns))) if IS_COMPILED else Listed(rows, columns, 0.0)


def cube(layers: int, rows: int, columns: int) -> Cube:
    """So many tables of whole numbers."""
    return (
        cast(Cube, numpy.zeros((layers, rows, columns), dtype=numpy.int64))
        if IS_COMPILED
        else Layered(layers, rows, columns)
    )


def ints_of(values: Iterable[int]) -> Ints:
    """These whole numbers."""
    kept = list(values)
    return cast(Ints, numpy.array(kept, dtype=numpy.int64)) if IS_COMPILED else kept


def reals_of(values: Iterable[float]) -> Reals:
    """These numbers."""
    kept = list(values)
    return cast(Reals, numpy.array(kept, dtype=numpy.float64)) if IS_COMPILED else kept


def table_of(rows: list[list[int]]) -> Table:
    """These rows, all of one length."""
    made = table(len(rows), len(rows[0]) if rows else 0)
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            made[at, column] = value
    return made
