"""What the API takes and gives. An unknown field is refused, so that nothing can be set that is not declared."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """Nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class Login(Strict):
    """wx.login's code."""

    code: str = Field(min_length=1, max_length=128)


class Phone(Strict):
    """The code of the phone-number button."""

    code: str = Field(min_length=1, max_length=128)


class Consent(Strict):
    """The answer to the privacy notice."""

    agree: bool


class OneDay(Strict):
    """A local day: the one that is meant, or from which on."""

    since: date


class Days(Strict):
    """Local days, from one to the day before the other; without the other it is open."""

    since: date
    until: date | None = None


class Subscriptions(Strict):
    """wx.requestSubscribeMessage's result: template id -> accept, reject, ban or filter."""

    answers: dict[str, str] = Field(max_length=10)


class NewAddress(Strict):
    """An address as people say it, and a point on the map if they chose one."""

    words: str = Field(min_length=2, max_length=200)
    lat: str | None = Field(None, max_length=20)
    lng: str | None = Field(None, max_length=20)


class NewRequest(Strict):
    """What is asked for. Times are ISO 8601 with an offset, money is whole fen."""

    service: str = Field(max_length=40)
    starts_at: datetime
    minutes: int | None = Field(None, ge=15, le=24 * 60)
    recurrence: str | None = Field(None, max_length=200, description="An RRULE body, such as FREQ=WEEKLY;BYDAY=TU,TH")
    people: int = Field(1, ge=1, le=20)
    tasks: list[str] = Field(default_factory=list, max_length=20)
    budget_max_fen: int | None = Field(None, ge=0, le=100_000_000)
    address_id: int | None = None
    words: str = Field("", max_length=1000)


class Choice(Strict):
    """The worker who is chosen; none: we arrange it."""

    worker_id: int | None = None


class Word(Strict):
    """Yes or no to what could be otherwise; `kind` says to which question."""

    kind: str
    agrees: bool


class Reason(Strict):
    """Why, if somebody wants to say it."""

    reason: str = Field("", max_length=200)


class NewTime(Strict):
    """A new time."""

    starts_at: datetime


class Counter(Strict):
    """Another condition for an offer."""

    starts_at: datetime | None = None
    price_fen: int | None = Field(None, ge=0, le=100_000_000)
    minutes: int | None = Field(None, ge=15, le=24 * 60)


class Envelope(BaseModel):
    """Every answer: code is "ok" or a refusal's code; message is for people; data is the thing."""

    code: str
    message: str
    data: dict | list | None = None
