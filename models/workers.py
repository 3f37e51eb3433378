"""Workers: skills, documents, when and where they work (A2, A3, F4)."""

from typing import Any

from peewee import BooleanField, IntegerField, TextField

from models.base import JsonField, Row, SealedField, Stateful, UtcField
from models.rules.fitting import plain_area


class Worker(Stateful):
    """A worker's file; state is applied, active, paused or removed. Sums of ratings are kept for quick ranking.

    Where they go is kept twice: in `areas` as it was said, and in WorkerArea to be found by; both are written here.
    """

    person_id = IntegerField()
    called = TextField()
    grade = TextField(default="junior")
    years = IntegerField(default=0)
    bio = TextField(default="")
    sex = TextField(default="")
    languages = JsonField(default=list)
    areas = JsonField(default=list)
    lat = TextField(default="")
    lng = TextField(default="")
    agency = TextField(default="")
    stars_sum = IntegerField(default=0)
    stars_count = IntegerField(default=0)
    offers_seen = IntegerField(default=0)
    offers_answered = IntegerField(default=0)
    jobs_done = IntegerField(default=0)
    created_at = UtcField()

    class Meta:
        indexes = ((("community_id", "state"), False), (("community_id", "person_id"), True))

    @classmethod
    def create(cls, **fields: Any) -> Any:
        """A new file, found from now on by the areas named in it."""
        made = super().create(**fields)
        made.keep_areas()
        return made

    def change(self, *, where: dict[str, Any] | None = None, **fields: Any) -> bool:
        """As every row's; other areas are found from now on."""
        changed = super().change(where=where, **fields)
        if changed and "areas" in fields:
            self.keep_areas()
        return changed

    def keep_areas(self) -> None:
        """Writes anew by which areas this worker is found."""
        here = {"community_id": self.community_id, "worker_id": self.id}
        WorkerArea.delete().where(WorkerArea.community_id == self.community_id, WorkerArea.worker_id == self.id).execute()
        for area in sorted({plain_area(name) for name in self.areas}) or [EVERYWHERE]:  # type: ignore[attr-defined]
            WorkerArea.create(**here, area=area)


EVERYWHERE = ""


class Agency(Row):
    """An agency that sends workers, and how it stands: good, paused, or struck off; with the day until which it is admitted (A4, D1).

    A worker belongs to it by its name (Worker.agency); '' is somebody on their own.
    """

    name = TextField()
    standing = TextField(default="good")
    valid_to = TextField(default="")  # local date, YYYY-MM-DD; '' for good
    reason = TextField(default="")
    set_at = UtcField()

    class Meta:
        indexes = ((("community_id", "name"), True),)


class WorkerArea(Row):
    """An area to which a worker goes, to be found by; '' for one who named none and goes everywhere (D1)."""

    area = TextField()
    worker_id = IntegerField()

    class Meta:
        indexes = ((("community_id", "area", "worker_id"), True), (("community_id", "worker_id"), False))


class WorkerSkill(Row):
    """What a worker can do, at which level, and what they take for one unit of it (fen)."""

    worker_id = IntegerField()
    service = TextField()
    level = IntegerField(default=1)
    years = IntegerField(default=0)
    price_fen = IntegerField(null=True)
    active = BooleanField(default=True)

    class Meta:
        indexes = ((("community_id", "service", "worker_id"), True),)


class Document(Row):
    """A paper of a worker with its days of validity (A3)."""

    worker_id = IntegerField()
    kind = TextField()
    number = SealedField(null=True)
    issuer = TextField(default="")
    valid_from = TextField(default="")  # local dates, YYYY-MM-DD
    valid_to = TextField(default="")
    file = TextField(null=True)
    reviewed_by = IntegerField(null=True)
    state = TextField(default="valid")  # waiting, valid, refused

    class Meta:
        indexes = ((("community_id", "worker_id", "kind"), False), (("community_id", "valid_to"), False))


class WorkingHours(Row):
    """One weekday's hours of a worker, in minutes of the local day; weekday 0 is Monday."""

    worker_id = IntegerField()
    weekday = IntegerField()
    from_min = IntegerField()
    to_min = IntegerField()

    class Meta:
        indexes = ((("community_id", "worker_id", "weekday"), False),)


class Leave(Row):
    """A stretch in which a worker does not work (or, with available=True, works besides the usual hours)."""

    worker_id = IntegerField()
    starts_at = UtcField()
    ends_at = UtcField()
    reason = TextField(default="")

    class Meta:
        indexes = ((("community_id", "worker_id", "ends_at"), False),)


class BlockedPair(Row):
    """A resident and a worker who are not brought together again; the reason is for staff only."""

    person_id = IntegerField()
    worker_id = IntegerField()
    reason = TextField(default="")

    class Meta:
        indexes = ((("community_id", "person_id", "worker_id"), True),)


class BookedSlot(Row):
    """A quarter of an hour of a worker's day that is taken: the unique key is what refuses a double booking."""

    worker_id = IntegerField()
    slot = IntegerField()  # quarters of an hour since 1970 UTC
    holder = TextField()  # request:12 until it is agreed, then visit:34

    class Meta:
        indexes = ((("community_id", "worker_id", "slot"), True), (("community_id", "holder"), False))
