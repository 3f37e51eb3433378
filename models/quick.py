"""The plain questions that every turn asks a dozen times (one row by equal columns, one new row, some columns of one row),
written down once for each shape instead of being put together anew each time: that was half of a turn's cost.

Whatever is not of such a shape is left to peewee; a test holds both to the same answers.
"""

from collections.abc import Callable
from typing import Any

from peewee import OP, AutoField, BigIntegerField, Expression, Field, IntegerField, Model, Node, TextField

from models.connection import database

Shape = tuple[str, ...]
_as_it_is = (IntegerField, BigIntegerField, TextField, AutoField)
_sql: dict[tuple[Any, ...], str] = {}
_readers: dict[type[Model], tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]] = {}


def equals(model: type[Model], asked: tuple[Any, ...]) -> dict[str, Any] | None:
    """The columns and values of `a == 1, b == 2` or `(a == 1) & (b == 2)`; None for anything else."""
    found: dict[str, Any] = {}
    waiting = list(asked)
    while waiting:
        one = waiting.pop()
        if type(one) is not Expression:
            return None
        if one.op == OP.AND:
            waiting += [one.lhs, one.rhs]
        elif one.op == OP.EQ and _is_own(model, one.lhs) and not isinstance(one.rhs, Node | Model) and one.lhs.name not in found:
            found[one.lhs.name] = one.rhs
        else:
            return None
    return dict(sorted(found.items())) or None


def _is_own(model: type[Model], side: Any) -> bool:
    return isinstance(side, Field) and side.model is model


def pick(model: type[Model], equal: dict[str, Any]) -> Any:
    """The first row with these values, or None."""
    columns, names, readers = _reader(model)
    shape = (model, "pick", *equal)
    statement = _sql.get((_mark(), *shape)) or _keep(
        shape, f'SELECT {columns} FROM "{_table(model)}" WHERE {_all_equal(tuple(equal))} LIMIT 1'
    )
    found = database.execute_sql(statement, _values(model, equal)).fetchall()
    return _row(model, names, readers, found[0]) if found else None


def add(row: Model) -> None:
    """Stores a new row; it gets its id."""
    model, data = type(row), {name: value for name, value in row.__data__.items() if name != "id" or value is not None}
    shape = (model, "add", *data)
    statement = _sql.get((_mark(), *shape)) or _keep(
        shape,
        f'INSERT INTO "{_table(model)}" ({", ".join(_quoted(data))}) VALUES ({", ".join([_mark()] * len(data))}) RETURNING "id"',
    )
    row.__data__["id"] = database.execute_sql(statement, _values(model, data)).fetchall()[0][0]
    row._dirty.clear()


def put(model: type[Model], row_id: int, where: dict[str, Any], fields: dict[str, Any]) -> int:
    """Sets columns of the row with this id, if the others still hold these values; how many rows that were."""
    shape = (model, "put", tuple(where), *fields)
    statement = _sql.get((_mark(), *shape)) or _keep(
        shape,
        f'UPDATE "{_table(model)}" SET {", ".join(f"{name} = {_mark()}" for name in _quoted(fields))} '
        f"WHERE {_all_equal(('id', *where))}",
    )
    values = [*_values(model, fields), row_id, *_values(model, where)]
    return int(database.execute_sql(statement, values).rowcount)


def _keep(shape: tuple[Any, ...], statement: str) -> str:
    _sql[_mark(), *shape] = statement
    return statement


def _mark() -> str:
    return str(database.obj.param)


def _table(model: type[Model]) -> str:
    return str(model._meta.table_name)


def _quoted(names: Any) -> list[str]:
    return [f'"{name}"' for name in names]


def _all_equal(names: Shape) -> str:
    return " AND ".join(f"{name} = {_mark()}" for name in _quoted(names))


def _values(model: type[Model], named: dict[str, Any]) -> list[Any]:
    fields = model._meta.fields
    return [fields[name].db_value(value) for name, value in named.items()]


def _reader(model: type[Model]) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """The columns of a table, and which of them have to be turned into something else."""
    found = _readers.get(model)
    if found is None:
        fields = model._meta.sorted_fields
        turned = [(place, field.python_value) for place, field in enumerate(fields) if type(field) not in _as_it_is]
        found = _readers[model] = (", ".join(_quoted(f.column_name for f in fields)), [f.name for f in fields], turned)
    return found


def _row(model: type[Model], names: list[str], readers: list[tuple[int, Callable[[Any], Any]]], values: Any) -> Model:
    whole = list(values)
    for place, read in readers:
        whole[place] = read(whole[place])
    row = model(__no_default__=1)
    row.__data__ = dict(zip(names, whole, strict=True))
    row._dirty.clear()
    return row
