"""Agreements, visits, what was done and what it cost, who stands in for whom (D7, E2, F, G2 cash)."""

from peewee import BooleanField, IntegerField, TextField

from models.base import JsonField, Row, SealedField, Stateful, UtcField


class Agreement(Stateful):
    """What both sides confirmed, word for word, sealed by hash. Life cycle: lifecycles.AGREEMENT (E2)."""

    request_id = IntegerField()
    person_id = IntegerField()
    worker_id = IntegerField()
    number = TextField()
    terms = JsonField()
    text_code = TextField()
    text_version = TextField()
    text = SealedField()
    seal = TextField(null=True)
    secret = TextField(unique=True)  # the address under which a party can have it again
    resident_at = UtcField(null=True)
    worker_at = UtcField(null=True)
    expires_at = UtcField(null=True)
    created_at = UtcField()

    class Meta:
        indexes = ((("community_id", "request_id"), False), (("community_id", "person_id"), False))


class Visit(Stateful):
    """One coming of a worker to a home. Life cycle: lifecycles.VISIT (F)."""

    request_id = IntegerField()
    agreement_id = IntegerField()
    person_id = IntegerField()
    worker_id = IntegerField()
    number = TextField()
    service = TextField()
    address_id = IntegerField(null=True)
    starts_at = UtcField()
    ends_at = UtcField()
    code = TextField()  # the resident's 4 digits for check-in
    code_tries = IntegerField(default=0)
    resident_coming = TextField(default="")  # "", yes, no: the answer to the reminder
    worker_coming = TextField(default="")
    on_way_at = UtcField(null=True)
    eta_at = UtcField(null=True)
    checked_in_at = UtcField(null=True)
    checked_in_by = TextField(null=True)  # place, code, staff
    checked_out_at = UtcField(null=True)
    place_in = SealedField(null=True)
    place_out = SealedField(null=True)
    late_told_at = UtcField(null=True)
    total_fen = IntegerField(default=0)
    confirmed_by = TextField(null=True)  # resident, rule, staff
    confirm_asked = IntegerField(default=0)
    confirmed_at = UtcField(null=True)
    created_at = UtcField()

    class Meta:
        indexes = (
            (("community_id", "starts_at"), False),
            (("community_id", "worker_id", "starts_at", "ends_at", "state"), False),
            (("community_id", "person_id", "starts_at"), False),
            (("community_id", "request_id"), False),
        )


class CheckItem(Row):
    """One thing that was to be done; each side ticks it for itself (F3)."""

    visit_id = IntegerField()
    position = IntegerField()
    words = TextField()
    worker_ok = IntegerField(null=True)
    resident_ok = IntegerField(null=True)

    class Meta:
        indexes = ((("community_id", "visit_id", "position"), True),)


class FeeLine(Row):
    """One line of the fee: proposed, confirmed or disputed. One disputed line does not hold up the rest (F3)."""

    visit_id = IntegerField()
    position = IntegerField()
    code = TextField()
    words = TextField()
    why = TextField(default="")
    amount_fen = IntegerField()
    state = TextField(default="proposed")

    class Meta:
        indexes = ((("community_id", "visit_id", "position"), True),)


class Payment(Row):
    """Money that a resident paid for a visit. Cash recorded by staff or worker now; unique per visit and key (G2)."""

    visit_id = IntegerField()
    key = TextField()
    method = TextField()
    amount_fen = IntegerField()
    recorded_by = TextField()
    at = UtcField()

    class Meta:
        indexes = ((("community_id", "visit_id", "key"), True),)


class Substitute(Row):
    """Somebody who was ranked next when a job was accepted: asked about first, in this order, if its worker is lost (D7)."""

    request_id = IntegerField()
    worker_id = IntegerField()
    place = IntegerField()
    kept_at = UtcField()

    class Meta:
        indexes = ((("community_id", "request_id", "worker_id"), True),)


class Replacement(Row):
    """A promised job that lost its worker, until another has promised it. States: open, done, ended (it was given up) (D7)."""

    request_id = IntegerField()
    visit_id = IntegerField(null=True)  # None: lost before both had signed
    worker_id = IntegerField()
    verb = TextField()  # how it was lost: replace, no_show, drop
    state = TextField(default="open")
    by_worker_id = IntegerField(null=True)
    from_list = BooleanField(default=False)  # whether that was a substitute kept for it
    lost_at = UtcField()
    done_at = UtcField(null=True)

    class Meta:
        indexes = ((("community_id", "request_id", "state"), False), (("community_id", "lost_at"), False))
