"""Communities, the people in them, where they live, and how the platform knows them (A1, A5, A6)."""

from peewee import BooleanField, IntegerField, TextField

from models.base import JsonField, Row, SealedField, UtcField


class Community(Row):
    """A neighbourhood: the unit of everything. Its own id is its community_id."""

    slug = TextField(unique=True)
    name = TextField()
    phone = TextField(default="")
    address = TextField(default="")
    lat = TextField(default="")
    lng = TextField(default="")


class CommunitySetting(Row):
    """A section of the settings as this community has it, over config.yaml: only what staff may change at the desk."""

    section = TextField()  # matching.weights
    values = JsonField()
    set_by = IntegerField(null=True)
    set_at = UtcField()

    class Meta:
        indexes = ((("community_id", "section"), True),)


class Person(Row):
    """Somebody known to us: resident, worker or both. Personal data only after consent (A1)."""

    called = TextField(default="")  # how people call them: 王阿姨, 李师傅
    name = SealedField(null=True)
    phone = SealedField(null=True)
    phone_index = TextField(null=True)
    unionid = TextField(null=True)
    birth_year = IntegerField(null=True)
    language = TextField(default="zh_CN")
    is_worker = BooleanField(default=False)
    consent_version = TextField(null=True)
    consent_at = UtcField(null=True)
    reminders_off = BooleanField(default=False)
    notes = SealedField(null=True)  # household notes: pets, lift, allergies, elder living alone
    created_at = UtcField()

    class Meta:
        indexes = ((("community_id", "phone_index"), False), (("community_id", "unionid"), False))


class Identity(Row):
    """How one account of the platform knows a person. One person may have several (official account, mini-program)."""

    app_id = TextField()
    openid = TextField()
    person_id = IntegerField()
    follows = BooleanField(default=False)
    seen_at = UtcField(null=True)

    class Meta:
        indexes = ((("app_id", "openid"), True), (("community_id", "person_id"), False))


class Consent(Row):
    """What a person agreed to, in which version, and when they took it back (A1, A6)."""

    person_id = IntegerField()
    purpose = TextField()
    version_of = TextField()
    at = UtcField()
    withdrawn_at = UtcField(null=True)

    class Meta:
        indexes = ((("community_id", "person_id", "purpose"), False),)


class Address(Row):
    """A place of a resident. `area` and `building` may be shown; `door` (unit and room) is personal (E3)."""

    person_id = IntegerField()
    area = TextField()
    building = TextField(default="")
    door = SealedField(null=True)
    words = SealedField()  # the whole address as it was said
    lat = TextField(null=True)
    lng = TextField(null=True)
    is_default = BooleanField(default=True)
    used_at = UtcField()

    class Meta:
        indexes = ((("community_id", "person_id", "used_at"), False),)


class Staff(Row):
    """Somebody who works at the console; roles are the words of SPEC's table of people."""

    login = TextField(unique=True)
    called = TextField()
    roles = JsonField()
    password_hash = TextField()
    totp_secret = SealedField(null=True)
    totp_used = IntegerField(default=0)  # last time step taken, so that a code works once
    failed = IntegerField(default=0)
    locked_until = UtcField(null=True)
    active = BooleanField(default=True)


class StaffSession(Row):
    """A signed-in browser: the cookie holds the token, this row its hash."""

    token_hash = TextField(unique=True)
    staff_id = IntegerField()
    expires_at = UtcField()
    created_at = UtcField()


class ApiSession(Row):
    """A signed-in mini-program; the client holds the token, this row its hash. session_key never leaves."""

    token_hash = TextField(unique=True)
    person_id = IntegerField()
    session_key = SealedField(null=True)
    expires_at = UtcField()
    created_at = UtcField()


class Look(Row):
    """One look at private data: who, at what, why, when. The person can ask for the list (A6)."""

    staff_id = IntegerField()
    subject_kind = TextField()
    subject_id = IntegerField()
    field = TextField()
    reason = TextField()
    at = UtcField()

    class Meta:
        indexes = ((("community_id", "subject_kind", "subject_id"), False),)
