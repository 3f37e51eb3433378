"""The sections of config.yaml as types. What each key means stands beside it in config.yaml; a test keeps the two in step."""

from datetime import time
from typing import Annotated, Literal

from pydantic import Field

from handlers.setting_kinds import Count, DatabaseUrl, Hour, Percent, Place, Seconds, Section, Some, Weight


class Community(Section):
    name: str = "幸福里社区"
    slug: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")] = "xingfuli"
    phone: str = "010-0000 0000"
    address: str = "幸福里社区服务中心一层"
    open: Annotated[str, Field(pattern=r"^\d\d:\d\d-\d\d:\d\d$")] = "08:00-18:00"
    lat: Annotated[float, Field(ge=-90, le=90)] = 39.9042
    lng: Annotated[float, Field(ge=-180, le=180)] = 116.4074

    @property
    def opens_at(self) -> time:
        """When the station opens, Asia/Shanghai."""
        return time.fromisoformat(self.open.split("-")[0])

    @property
    def closes_at(self) -> time:
        """When the station closes, Asia/Shanghai."""
        return time.fromisoformat(self.open.split("-")[1])


class Database(Section):
    url: DatabaseUrl = "sqlite:///data/linli.db"
    busy_timeout_ms: Some = 2000
    answer_within_s: Annotated[float, Field(gt=0, le=3.5)] = 3
    pool: Some = 10


class Redis(Section):
    url: str = ""


class InboxSection(Section):
    spool_dir: Place = ""


class Web(Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    threads: Some = 16
    workers: Some = 1
    base_url: str = "http://127.0.0.1:8000"
    proxies: Count = 0
    sign_ins_a_minute: Some = 60
    api_logins_a_minute: Some = 600
    most_waiting: Some = 60
    pushes_at_once: Some = 40
    pushes_a_second: Seconds = 4


class Wechat(Section):
    app_id: str = "wx1a2b3c4d5e6f7a8b"
    app_secret: str = "demo-secret-of-the-official-account"
    token: str = "linlidemo"
    encoding_aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    original_id: str = "gh_linlidemo0001"
    api_base_url: str = "https://api.weixin.qq.com"
    plain_mode: bool = False
    freshness_s: Some = 300
    body_limit_kb: Some = 64
    connect_timeout_s: Seconds = 1
    read_timeout_s: Seconds = 3
    breaker_failures: Some = 5
    breaker_rest_s: Some = 30
    answer_within_s: Annotated[float, Field(gt=0, lt=5)] = 2.5
    templates: dict[str, str] = Field(default_factory=dict)
    subscribe_templates: dict[str, str] = Field(default_factory=dict)


class Miniprogram(Section):
    app_id: str = "wx8b7a6f5e4d3c2b1a"
    app_secret: str = "demo-secret-of-the-mini-program"
    token: str = "linlidemo"
    encoding_aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    subscribe_templates: dict[str, str] = Field(default_factory=dict)


class Quotas(Section):
    custom_per_day: Some = 500_000
    template_per_day: Some = 100_000
    subscribe_per_day: Some = 10_000_000
    bizsend_per_day: Some = 100_000
    each_per_min: Some = 6_000
    slow_from_percent: Annotated[int, Field(ge=1, le=100)] = 80


class Security(Section):
    secret_key: str = "demo-only-change-me-demo-only-change-me"
    data_key: str = "bGlubGkgZGVtbyBkYXRhIGtleSwgY2hhbmdlIG1lISE="
    session_hours: Some = 12
    lockout_tries: Some = 5
    lockout_minutes: Some = 15
    totp_required: bool = True


class Requests(Section):
    review_within_working_hours: Some = 2
    review_before_start_min: Some = 90
    review_at_soonest_min: Some = 10
    auto_approve: bool = True
    auto_approve_services: tuple[str, ...] = ("cleaning", "hourly")
    auto_approve_needs_visits: Count = 1
    draft_offer_again_hours: Some = 20
    budget_slack_percent: Percent = 20


class Weights(Section):
    rating: Weight = 30
    same_household: Weight = 20
    distance: Weight = 15
    price: Weight = 10
    response: Weight = 10
    fair_share: Weight = 10
    newcomer: Weight = 5


class Matching(Section):
    recommend: Some = 3
    weights: Weights = Weights()
    prior_stars: Annotated[float, Field(ge=1, le=5)] = 4.6
    prior_count: Count = 8
    max_km: Annotated[float, Field(gt=0)] = 5
    buffer_min: Count = 30
    day_cap_min: Some = 540
    week_cap_min: Some = 2880


class Trying(Section):
    days: Some = 30
    least_requests: Some = 30
    most_requests: Some = 200
    yes_percent: Percent = 92
    less_per_km_percent: Percent = 7
    less_per_hour_percent: Percent = 3
    less_if_small_percent: Percent = 8
    small_fen: Count = 8000
    leaves_to_us_percent: Percent = 40
    picks_percent: Annotated[tuple[Percent, ...], Field(min_length=1)] = (70, 20, 10)
    throws: Some = 5
    seed: Count = 1


class Offers(Section):
    expire_minutes: Some = 10
    at_once: Count = 1
    max_widen: Count = 2
    counter_rounds: Some = 5


Steps = tuple[Literal["area", "time", "price", "team", "fewer"], ...]
STRANGERS: Steps = ("area", "time", "price", "fewer")


class Widening(Section):
    steps: Steps = ("area", "time", "price", "team", "fewer")
    services: dict[str, Steps] = {"personal_care": STRANGERS, "patient_care": STRANGERS}
    shift_min: tuple[int, ...] = (60, -60, 120, -120, 180, 1440)
    split_from_min: Some = 180
    answer_min: Some = 30


class Travel(Section):
    factor: Annotated[float, Field(ge=1, le=5)] = 1.3
    kmh: Annotated[float, Field(gt=0, le=120)] = 12
    service_url: str = ""
    timeout_s: Seconds = 3
    keep_days: Some = 180


class FreeTimes(Section):
    days: Some = 7
    most: Some = 3
    step_min: Some = 30
    apart_min: Count = 60
    holidays: bool = True


class Substitutes(Section):
    keep: Count = 5
    figures_days: Some = 90
    publish_from: Some = 5


class Emergency(Section):
    radius_m: Some = 2000
    carers: Count = 5
    skills: tuple[str, ...] = ("elder_care", "personal_care", "patient_care", "nanny")
    offer_within_min: Count = 120
    expire_minutes: Some = 3


class Agreements(Section):
    text_version: str = "2026-11"
    expire_hours: Some = 24


class Visits(Section):
    remind_evening_at: Hour = time(19)
    remind_before_min: Some = 60
    late_after_min: Some = 15
    no_show_after_min: Some = 30
    closed_door_wait_min: Some = 30
    door_call_min: Some = 5
    ask_done_after_min: Some = 20
    not_done_alert_min: Some = 90
    on_way_prompt_min: Some = 40
    checkin_radius_m: Some = 300
    silent_confirm_hours: Some = 48
    confirm_reminders: Count = 2
    address_visible_days: Count = 3


class Cancel(Section):
    free_before_hours: Count = 4
    late_fee_percent: Percent = 20


class Ratings(Section):
    edit_days: Count = 7
    reveal_days: Some = 7


class Complaints(Section):
    answer_within_working_hours: Some = 4
    result_within_working_days: Some = 5
    warn_before_min: Some = 60


class Surveys(Section):
    after_days: Count = 3
    min_days_between: Some = 30


class Messages(Section):
    quiet_from: Hour = time(22)
    quiet_to: Hour = time(7)
    retry_ladder_s: Annotated[tuple[Some, ...], Field(min_length=1)] = (5, 30, 120, 600, 3600, 21600)
    max_tries: Some = 8
    keep_place_s: Count = 120
    sender_threads: Annotated[int, Field(ge=1, le=64)] = 4
    sends_at_risk: Annotated[int, Field(ge=1, le=64)] = 1
    bubble_signs: Some = 480
    awake_min: Count = 30
    closed_way_days: Some = 30
    lease_s: Some = 15
    call_list_within_hours: Some = 12
    dialogue_hours: Some = 6
    call_again_min: Some = 60
    undo_s: Count = 10
    inbox_tries: Some = 5
    inbox_lease_s: Some = 30


class Jobs(Section):
    again_after_min: Some = 5
    jump_min: Some = 10
    hold_hours: Some = 2
    port: Annotated[int, Field(ge=0, le=65535)] = 0


class Keep(Section):
    pushes_days: Annotated[int, Field(ge=7)] = 30
    deadlines_days: Some = 180
    job_runs_days: Some = 7


class Handover(Section):
    answer_within_min: Some = 15
    emergency_every_min: Some = 2
    emergency_times: Some = 5
    silent_hours: Some = 12


class Speech(Section):
    listen: bool = False
    base_url: str = ""
    model: str = "whisper-1"
    api_key: str = ""
    language: str = "zh"
    timeout_s: Seconds = 20
    tries: Some = 3
    max_kb: Some = 2048
    max_seconds: Some = 120
    keep_days: Some = 30


class Model(Section):
    read: bool = False
    base_url: str = ""
    model: str = ""
    api_key: str = ""
    timeout_s: Seconds = 8


class Misunderstood(Section):
    keep: bool = True
    keep_days: Some = 180
    handed_over_within_min: Some = 10


class ClockSection(Section):
    follow_url: str = ""


class Logs(Section):
    as_json: bool = True
    level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"


class Planning(Section):
    seconds: Seconds = 10
    replan_seconds: Seconds = 4
    seed: Some = 1
    unserved: Count = 1000
    travel: Weight = 1
    late: Weight = 2
    unfair: Weight = 200
    changed: Count = 30
    shifted: Weight = 0.2
    notice_min: Count = 30
    break_after_min: Some = 360
    break_min: Count = 30
    desk_seconds: Seconds = 3
    later_min: Count = 60
    answer_min: Some = 60


class Recurring(Section):
    horizon_days: Annotated[int, Field(ge=7, le=90)] = 28
    holidays: Literal["ask", "skip", "keep"] = "ask"


class Demo(Section):
    enabled: bool = False
    keep_traces: bool = False


class SimulatorSection(Section):
    port: Annotated[int, Field(ge=1, le=65535)] = 9000
    push_url: str = "http://127.0.0.1:8000/wechat"


class Settings(Section):
    """Everything a community may set, read once at the start by `handlers.settings.load_settings`."""

    community: Community = Community()
    database: Database = Database()
    redis: Redis = Redis()
    inbox: InboxSection = InboxSection()
    web: Web = Web()
    wechat: Wechat = Wechat()
    miniprogram: Miniprogram = Miniprogram()
    quotas: Quotas = Quotas()
    security: Security = Security()
    requests: Requests = Requests()
    matching: Matching = Matching()
    trying: Trying = Trying()
    offers: Offers = Offers()
    widening: Widening = Widening()
    travel: Travel = Travel()
    free_times: FreeTimes = FreeTimes()
    substitutes: Substitutes = Substitutes()
    emergency: Emergency = Emergency()
    agreements: Agreements = Agreements()
    visits: Visits = Visits()
    cancel: Cancel = Cancel()
    ratings: Ratings = Ratings()
    complaints: Complaints = Complaints()
    surveys: Surveys = Surveys()
    messages: Messages = Messages()
    jobs: Jobs = Jobs()
    keep: Keep = Keep()
    handover: Handover = Handover()
    speech: Speech = Speech()
    model: Model = Model()
    misunderstood: Misunderstood = Misunderstood()
    clock: ClockSection = ClockSection()
    logs: Logs = Logs()
    planning: Planning = Planning()
    recurring: Recurring = Recurring()
    demo: Demo = Demo()
    simulator: SimulatorSection = SimulatorSection()
