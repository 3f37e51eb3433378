"""The plain questions that every turn asks a dozen times (one row by equal columns, one new row, some columns of one row),
written down once for each shape instead of being put together anew each time: that was half of a turn's cost.

Whatever is not of such a shape is left to peewee; a test holds both to the same answers.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from peewee import OP, AutoField, BigIntegerField, Expression, Field, IntegerField, Model, Node, TextField

from models.connection import database

Shape = tuple[str, ...]
Fields = dict[str, Any]
AND, EQ = OP.AND, OP.EQ
COMPARED = {"": "=", "not": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_as_it_is = frozenset((IntegerField, BigIntegerField, TextField, AutoField))
_plain = frozenset((int, str, type(None)))
_readers: "dict[type[Model], Reader]" = {}


def equals(model: type[Model], asked: tuple[Any, ...]) -> dict[str, Any] | None:
    """The columns and values of `a == 1, b == 2` or `(a == 1) & (b == 2)`; None for anything else."""
    found: dict[str, Any] = {}
    waiting = list(asked)
    while waiting:
        one = waiting.pop()
        if type(one) is not Expression:
            return None
        if one.op == AND:
            waiting += [one.lhs, one.rhs]
        elif one.op == EQ and _is_own(model, one.lhs) and not isinstance(one.rhs, Node | Model) and one.lhs.name not in found:
            found[one.lhs.name] = one.rhs
        else:
            return None
    return dict(sorted(found.items())) or None


def _is_own(model: type[Model], side: Any) -> bool:
    return isinstance(side, Field) and side.model is model


def pick(model: type[Model], equal: dict[str, Any]) -> Any:
    """The first row with these values, or None."""
    reader = _reader(model)
    found = _ask(model, reader.columns, equal, "", 1, reader.turn)
    return reader.row(found[0]) if found else None


def rows(model: type[Model], where: dict[str, Any], order: str = "", limit: int = 0) -> list[Any]:
    """Rows of one table: `where` says `column`, or `column__in`, `__not`, `__gt`, `__ge`, `__lt`, `__le`, and the value (a tuple for
    `in`); `order` a column, with `-` before it for the last first."""
    reader = _reader(model)
    return [reader.row(one) for one in _ask(model, reader.columns, where, order, limit, reader.turn)]


def values(model: type[Model], column: str, where: dict[str, Any], order: str = "", limit: int = 0) -> list[Any]:
    """One column of such rows."""
    read = model._meta.fields[column].python_value
    return [read(one[0]) for one in _ask(model, f'"{column}"', where, order, limit)]


def columns_of(model: type[Model]) -> list[str]:
    """The columns of a table, in the order in which a row of it is known."""
    return _reader(model).names


def know(model: type[Model], where: dict[str, Any], found: Any, *, column: str = "", order: str = "", limit: int = 0) -> None:
    """Somebody has just found what `rows` (or `values`, of one `column`) would find, and the transaction knows it. None: no row."""
    reader = _reader(model)
    said = _question(model, f'"{column}"' if column else reader.columns, where, order, limit)
    answer = [] if found is None else [found]
    turn = None if column else reader.turn
    database.obj.know(said.table, said.words, _compared(said, where), turn, turn(answer) if turn else answer)


class Words(NamedTuple):
    """A statement that is known already, and how its values are turned into the database's."""

    words: str
    table: str
    fields: list[tuple[bool, Callable[[Any], Any]]]  # whether plain values stay as they are, and what turns the others
    lists: bool  # whether a value is several: each number of them is a statement of its own


def _ask(model: type[Model], columns: str, where: dict[str, Any], order: str, limit: int, turn: Any = None) -> list[Any]:
    said = _question(model, columns, where, order, limit)
    found: list[Any] = database.obj.read(said.table, said.words, _compared(said, where), turn)
    return found


def _question(model: type[Model], columns: str, where: dict[str, Any], order: str, limit: int) -> Words:
    words: dict[tuple[Any, ...], Words] = database.obj.words
    known = words.get((model, columns, order, limit, *where))
    if known is None:
        known = words.get(shape := (model, columns, order, limit, *_shape(where))) or _word(shape, model, where)
    return known


def _word(shape: tuple[Any, ...], model: type[Model], where: dict[str, Any]) -> Words:
    _model, columns, order, limit, *_names = shape
    sorted_by = f' ORDER BY "{order.lstrip("-")}"{" DESC" if order.startswith("-") else ""}' if order else ""
    cut = f" LIMIT {limit}" if limit else ""
    return _keep(shape, model, f'SELECT {columns} FROM "{_table(model)}" WHERE {_conditions(where)}{sorted_by}{cut}', where)


def conditions(model: type[Model], where: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The conditions of `rows` in words, and their values as the database wants them; for a question that holds others. Lists are
    of our own names and stand in the words: reading two dozen values anew each time would cost more than the question."""
    shape = (model, "conditions", *[(name, value) if type(value) is tuple else name for name, value in where.items()])
    plain = {name: value for name, value in where.items() if type(value) is not tuple}
    known = _known().get(shape)
    if known is None:
        lists = [_listed(name, value) for name, value in where.items() if type(value) is tuple]
        known = _keep(shape, model, " AND ".join([*lists, _conditions(plain)]), plain)
    return known.words, _compared(known, plain)


def _listed(name: str, values: tuple[Any, ...]) -> str:
    if not all(type(value) is str and value.isidentifier() for value in values):
        raise ValueError(f"{name}: only names of our own stand in a statement")
    return f'"{name.removesuffix("__in")}" IN ({", ".join(repr(value) for value in values)})'


def _shape(where: Mapping[str, Any]) -> list[Any]:
    return [(name, len(value)) if type(value) is tuple else name for name, value in where.items()]


def _conditions(where: Mapping[str, Any]) -> str:
    return " AND ".join(_condition(name, value) for name, value in where.items())


def _turns(model: type[Model], names: Iterable[str]) -> list[tuple[bool, Callable[[Any], Any]]]:
    fields = [model._meta.fields[name.partition("__")[0]] for name in names]
    return [(type(field) in _as_it_is, field.db_value) for field in fields]


def _condition(name: str, value: Any) -> str:
    column, _, kind = name.partition("__")
    if kind == "in":
        return f'"{column}" IN ({", ".join([_mark()] * len(value))})'
    return f'"{column}" {COMPARED[kind]} {_mark()}'


def _compared(said: Words, where: Mapping[str, Any]) -> list[Any]:
    if not said.lists:
        return _turned_by(said, where.values())
    values: list[Any] = []
    for (plain, turn), value in zip(said.fields, where.values(), strict=True):
        if type(value) is tuple:
            values += [one if plain and type(one) in _plain else turn(one) for one in value]
        else:
            values.append(value if plain and type(value) in _plain else turn(value))
    return values


def add(row: Model) -> None:
    """Stores a new row; it gets its id."""
    row.__data__["id"] = _insert(type(row), "add", _told(row), "")[0][0]
    row._dirty.clear()


def add_if_new(model: type[Model], fields: Fields) -> int | None:
    """Stores a new row unless one with the same unique key is there; its id, or None."""
    found = _insert(model, "new", _whole(model, fields), " ON CONFLICT DO NOTHING")
    return found[0][0] if found else None


def add_or_put(model: type[Model], key: Fields, fields: Fields, **more: Any) -> None:
    """Stores a row with all of this; where one with the same `key` is there already, it gets these `fields`."""
    columns = ", ".join(f"{name} = excluded.{name}" for name in _quoted(fields))
    conflict = f" ON CONFLICT ({', '.join(_quoted(key))}) DO UPDATE SET {columns}"
    _insert(model, "or put", _whole(model, {**key, **fields, **more}), conflict, later=True)


def note(model: type[Model], fields: Fields, *, if_new: bool = False) -> None:
    """Stores a new row whose id nobody asks for; `if_new`: unless one with the same unique key is there."""
    _insert(model, "note", _whole(model, fields), " ON CONFLICT DO NOTHING" if if_new else "", later=True)


def _whole(model: type[Model], fields: Fields) -> dict[str, Any]:
    """With what the others of its columns have at first; without the row that would hold it all, which nobody needs."""
    return {**model._meta.get_default_dict(), **fields}


def _told(row: Model) -> dict[str, Any]:
    return {name: value for name, value in row.__data__.items() if name != "id" or value is not None}


def _insert(model: type[Model], how: str, data: dict[str, Any], conflict: str, *, later: bool = False) -> Any:
    shape = (model, how, conflict, *data)
    known = _known().get(shape)
    if known is None:
        back = "" if later else ' RETURNING "id"'
        marks = ", ".join([_mark()] * len(data))
        words = f'INSERT INTO "{_table(model)}" ({", ".join(_quoted(data))}) VALUES ({marks}){conflict}{back}'
        known = _keep(shape, model, words, data)
    if later:
        return database.obj.later(known.words, _turned_by(known, data.values()))
    return database.obj.execute_sql(known.words, _turned_by(known, data.values())).fetchall()


def put(model: type[Model], row_id: int, where: dict[str, Any], fields: dict[str, Any]) -> int:
    """Sets columns of the row with this id, if the others still hold these values; how many rows that were."""
    return int(database.obj.execute_sql(*_change(model, row_id, where, fields)).rowcount)


def put_down(row: Any, fields: dict[str, Any]) -> None:
    """Sets columns of this row; whether it is still there is not asked."""
    database.obj.later(*_change(type(row), row.id, {}, fields))


def remember(row: Any) -> None:
    """What stands in the database is what this row says, so that within the transaction nobody needs to ask."""
    if database.obj.far and database.obj.in_transaction():
        reader, found = _reader(type(row)), {"id": row.id}
        kept = [reader.kept(row)]
        for where in (found, {"community_id": row.community_id, **found}):
            said = _question(type(row), reader.columns, where, "", 1)
            database.obj.know(said.table, said.words, _compared(said, where), reader.turn, kept)


def _change(model: type[Model], row_id: int, where: dict[str, Any], fields: dict[str, Any]) -> tuple[str, list[Any]]:
    shape = (model, "put", tuple(where), *fields)
    known = _known().get(shape)
    if known is None:
        told = ", ".join(f"{name} = {_mark()}" for name in _quoted(fields))
        words = f'UPDATE "{_table(model)}" SET {told} WHERE {_all_equal(("id", *where))}'
        known = _keep(shape, model, words, [*fields, "id", *where])
    return known.words, _turned_by(known, [*fields.values(), row_id, *where.values()])


def _known() -> dict[tuple[Any, ...], Words]:
    """The statements that this database knows."""
    found: dict[tuple[Any, ...], Words] = database.obj.words
    return found


def _keep(shape: tuple[Any, ...], model: type[Model], words: str, names: Iterable[str]) -> Words:
    lists = any(name.endswith("__in") for name in names)
    return _known().setdefault(shape, Words(words, _table(model), _turns(model, names), lists))


def _mark() -> str:
    return str(database.obj.param)


def _table(model: type[Model]) -> str:
    return str(model._meta.table_name)


def _quoted(names: Any) -> list[str]:
    return [f'"{name}"' for name in names]


def _all_equal(names: Shape) -> str:
    return " AND ".join(f"{name} = {_mark()}" for name in _quoted(names))


def _turned_by(said: Words, values: Iterable[Any]) -> list[Any]:
    return [
        value if plain and type(value) in _plain else turn(value) for (plain, turn), value in zip(said.fields, values, strict=True)
    ]


class Reader:
    """The columns of a table, and which of them have to be turned into something else: once for all askers, or, what an asker might
    change (JSON), for each."""

    def __init__(self, model: type[Model]) -> None:
        fields = model._meta.sorted_fields
        self.model = model
        self.columns = ", ".join(_quoted(field.column_name for field in fields))
        self.names = [field.name for field in fields]
        turned = [(place, field) for place, field in enumerate(fields) if type(field) not in _as_it_is]
        self.once = [(place, field.python_value) for place, field in turned if not getattr(field, "changeable", False)]
        self.each = [(place, field.python_value) for place, field in turned if getattr(field, "changeable", False)]
        self.stored = [_as_stored(field) for field in fields]

    def turn(self, rows: list[Any]) -> list[Any]:
        """Plain values, for all who ask."""
        return [_turned(list(row), self.once) for row in rows]

    def kept(self, row: Any) -> list[Any]:
        """What `turn` would make of this row, were it read now."""
        values = [row.__data__.get(name) for name in self.names]
        return [value if as_read is None or value is None else as_read(value) for as_read, value in zip(self.stored, values, strict=True)]

    def row(self, values: list[Any]) -> Any:
        """A row of one's own, made as its __init__ would, without looking at each column."""
        row: Any = object.__new__(self.model)
        row.__data__ = dict(zip(self.names, _turned(list(values), self.each) if self.each else values))  # noqa: B905 (hot)
        row.__rel__, row._dirty = {}, set()
        return row


def _as_stored(field: Field) -> Callable[[Any], Any] | None:
    """What becomes of a value of this field that is stored and read again; None: nothing, it stays as it is."""
    if type(field) in _as_it_is or getattr(field, "sealed", False):
        return None
    if getattr(field, "changeable", False):
        return field.db_value  # type: ignore[no-any-return]
    return lambda value: field.python_value(field.db_value(value))


def _turned(values: list[Any], readers: list[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    for place, read in readers:
        if values[place] is not None:
            values[place] = read(values[place])
    return values


def _reader(model: type[Model]) -> Reader:
    return _readers.get(model) or _readers.setdefault(model, Reader(model))
