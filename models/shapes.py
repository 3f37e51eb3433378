"""Queries that have the same shape are put into words once: putting them together anew was most of what a turn cost.

A shape is everything about a query but its values. The first of a shape is worded by peewee; only if the values found here are the ones
that peewee found, in the same order, are later ones of that shape asked with the same words. What is not understood here
(joins, functions, subqueries, several rows) always goes peewee's own way.
"""

from typing import Any

from peewee import (
    OP,
    Expression,
    Field,
    FieldAlias,
    ModelDelete,
    ModelInsert,
    ModelSelect,
    ModelUpdate,
    Negated,
    Node,
    Ordering,
)

from models.unit import Frugal, Rows, Unit

AND, OR = OP.AND, OP.OR
IS, IS_NOT, IN, NOT_IN = OP.IS, OP.IS_NOT, OP.IN, OP.NOT_IN
COMPARED = frozenset((OP.EQ, OP.NE, OP.LT, OP.LTE, OP.GT, OP.GTE))
SELECT_PLAIN = ("_group_by", "_having", "_windows", "_distinct", "_simple_distinct", "_cte_list", "_joins", "_for_update", "_lateral")
MANY = 50  # values in one list: longer ones are rare, and each length is a shape of its own


class NotPlain(Exception):
    """Not of a shape that is understood here."""


class Worded:
    """A query taken apart: its shape as a key, and its values as the database wants them."""

    def __init__(self, query: Any) -> None:
        self.key: list[Any] = [type(query), query.model]
        self.values: list[Any] = []
        self.fields: list[Field | None] = []
        kind = TAKE.get(type(query))
        if kind is None:
            raise NotPlain
        kind(self, query)

    def same(self, params: Any) -> bool:
        """Whether peewee found the same values; what is sealed differs each time it is sealed."""
        if len(params) != len(self.values):
            return False
        return all(
            type(mine) is type(theirs) and (mine == theirs or getattr(field, "sealed", False))
            for mine, theirs, field in zip(self.values, params, self.fields, strict=True)
        )

    def _field(self, side: Any) -> Field:
        if not isinstance(side, Field) or isinstance(side, FieldAlias):
            raise NotPlain
        self.key.append(id(side))  # a field lives as long as its table; compared, two fields would only make a condition
        return side

    def _value(self, field: Field | None, value: Any) -> None:
        if isinstance(value, Node) or callable(value):
            raise NotPlain
        self.values.append(value if field is None else field.db_value(value))
        self.fields.append(field)

    def _where(self, node: Any) -> None:
        if node is None:
            return
        if type(node) is Negated:
            self.key.append("not")
            self._where(node.node)
        elif type(node) is not Expression:
            self._field(node)
        elif node.op in (AND, OR):
            self.key += [node.op, "("]
            self._where(node.lhs)
            self._where(node.rhs)
            self.key.append(")")
        else:
            self._compare(node)

    def _compare(self, node: Expression) -> None:
        field = self._field(node.lhs)
        self.key.append(node.op)
        if node.op in COMPARED:
            self._value(field, node.rhs)
        elif node.op in (IS, IS_NOT) and node.rhs is None:
            self.key.append(None)
        elif node.op in (IN, NOT_IN) and isinstance(node.rhs, list | tuple) and 0 < len(node.rhs) <= MANY:
            self.key.append(len(node.rhs))
            for value in node.rhs:
                self._value(field, value)
        else:
            raise NotPlain

    def _order(self, query: Any) -> None:
        for part in query._order_by or ():
            if type(part) is Ordering and part.collation is None and part.nulls is None:
                self.key.append(part.direction)
                self._field(part.node)
            else:
                self._field(part)
        for name in ("_limit", "_offset"):
            bound = getattr(query, name)
            self.key += [name, bound is None]
            if bound is not None:
                self._value(None, bound)

    def select(self, query: Any) -> None:
        """Rows of one table by comparisons, in an order, so many."""
        if len(query._from_list) != 1 or query._from_list[0] is not query.model or any(getattr(query, name, None) for name in SELECT_PLAIN):
            raise NotPlain
        for field in query._returning:
            self._field(field)
        self.key.append("where")
        self._where(query._where)
        self.key.append("order")
        self._order(query)

    def update(self, query: Any) -> None:
        """Some columns of some rows."""
        if query._from or query._order_by or query._limit is not None or query._cte_list:
            raise NotPlain
        for field, value in sorted(query._update.items(), key=lambda item: item[0]._sort_key):
            self._value(self._field(field), value)
        self.key.append("where")
        self._where(query._where)
        self._given_back(query)

    def delete(self, query: Any) -> None:
        """Some rows."""
        if query._order_by or query._limit is not None or query._cte_list:
            raise NotPlain
        self._where(query._where)
        self._given_back(query)

    def insert(self, query: Any) -> None:
        """One row; with what happens if it is there already."""
        if not isinstance(query._insert, dict) or query._columns or query._cte_list:
            raise NotPlain
        row = _by_field(query.model, query._insert)
        for field, default in query.get_default_data().items():
            if field not in row:
                row[field] = default() if callable(default) else default
        for field in sorted(row, key=lambda field: field._sort_key):
            self._value(self._field(field), row[field])
        self._conflict(query.model, query._on_conflict)
        self._given_back(query)

    def _conflict(self, model: Any, rule: Any) -> None:
        self.key.append("conflict")
        if rule is None:
            return
        if rule._preserve or rule._where is not None or rule._conflict_where is not None or rule._conflict_constraint:
            raise NotPlain
        self.key.append(rule._action)
        for target in rule._conflict_target or ():
            self._field(target)
        self.key.append("update")
        for field, value in _by_field(model, rule._update or {}).items():
            self._value(self._field(field), value)

    def _given_back(self, query: Any) -> None:
        self.key.append("returning")
        for field in query._returning or ():
            self._field(field)


def _by_field(model: Any, named: dict[Any, Any]) -> dict[Field, Any]:
    """Columns may be given by their names."""
    return {getattr(model, name) if isinstance(name, str) else name: value for name, value in named.items()}


TAKE: dict[type, Any] = {
    ModelSelect: Worded.select,
    ModelUpdate: Worded.update,
    ModelDelete: Worded.delete,
    ModelInsert: Worded.insert,
}


class Shapes:
    """What a database of ours does with a query: asks it in words that it knows, or lets peewee word it."""

    def __init__(self) -> None:
        self.known: dict[tuple[Any, ...], str | None] = {}

    def ask(self, database: Any, query: Any, otherwise: Any) -> Any:
        """The cursor; `otherwise` is peewee's own way."""
        try:
            worded = Worded(query)
        except (NotPlain, AttributeError, TypeError):
            return otherwise(query)
        key = tuple(worded.key)
        statement = self.known.get(key, "")
        if statement is None:
            return otherwise(query)
        values = worded.values
        if not statement:
            statement, values = database.get_sql_context().sql(query).query()
            self.known[key] = statement if worded.same(values) else None
        if key[0] is not ModelSelect:
            return database.execute_sql(statement, values)
        rows, described = database.ask_rows(query.model._meta.table_name, statement, values)
        return Rows(described, rows)


class Plain(Frugal):
    """A database of ours, of either kind: plain queries are asked in words that it knows."""

    def begin_anew(self) -> None:
        """Nothing is known yet."""
        self._shapes, self.unit, self._described, self.words = Shapes(), Unit(), {}, {}

    def execute(self, query: Any, **options: Any) -> Any:
        """In words that are known, if the query is plain."""
        otherwise = super().execute  # type: ignore[misc]
        return otherwise(query, **options) if options else self._shapes.ask(self, query, otherwise)
