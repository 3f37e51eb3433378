"""What is offered and what is said about it; rows come from models/data and staff may change them (B1, B4)."""

from peewee import BooleanField, IntegerField, TextField

from models.base import JsonField, Row


class ServiceType(Row):
    """A kind of service of one community; `terms` holds the whole entry of models/data/service_types.yaml."""

    code = TextField()
    name = TextField()
    name_en = TextField(default="")
    unit = TextField()
    price_min_fen = IntegerField()
    price_fen = IntegerField()
    price_max_fen = IntegerField()
    usual_minutes = IntegerField()
    day_level = BooleanField(default=False)
    position = IntegerField(default=0)
    active = BooleanField(default=True)
    terms = JsonField(default=dict)

    class Meta:
        indexes = ((("community_id", "code"), True),)


class Faq(Row):
    """A question people ask, and its answer (B4)."""

    code = TextField()
    ask = JsonField()
    answer = TextField()
    answer_en = TextField(default="")
    position = IntegerField(default=0)

    class Meta:
        indexes = ((("community_id", "code"), True),)


class RulesText(Row):
    """A text with a version: privacy notice, service rules, agreement texts, questionnaires (E2, J1)."""

    kind = TextField()
    code = TextField()
    version = TextField()
    body = JsonField()

    class Meta:
        indexes = ((("community_id", "kind", "code", "version"), True),)
