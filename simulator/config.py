"""What a simulator is started with."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SimulatorConfig:
    """The accounts that the imitated platform knows, and where its pushes go.

    `data_dir` None keeps everything in memory only. Times are real seconds; a test may shorten them.
    """

    app_id: str = "wx1a2b3c4d5e6f7a8b"
    app_secret: str = "demo-secret-of-the-official-account"
    token: str = "linlidemo"
    encoding_aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    original_id: str = "gh_linlidemo0001"
    account_name: str = "邻里家政"
    miniprogram_app_id: str = "wx8b7a6f5e4d3c2b1a"
    miniprogram_app_secret: str = "demo-secret-of-the-mini-program"
    miniprogram_original_id: str = "gh_linlidemo0002"
    push_url: str = "http://127.0.0.1:8000/wechat"
    # Where events of the mini-program go; None sends none.
    miniprogram_push_url: str | None = None
    # safe, plain or compatible: how a push is wrapped.
    push_mode: str = "safe"
    # The platform drops an attempt after this, and begins the next this long after the one before.
    push_timeout: float = 5.0
    push_attempts: int = 3
    # How long after its send the news of a template message's arrival is pushed.
    receipt_delay: float = 1.0
    # How long a clock change is held back, so that every follower has seen it.
    clock_settle: float = 0.5
    # How long a call that is made to hang is held.
    hang_seconds: float = 10.0
    # Whether a voice push carries the words that were spoken, as accounts of before 2023 had it.
    voice_recognition: bool = False
    data_dir: Path | str | None = None
    seed: int | None = None

    def secret_of(self, app_id: str) -> str | None:
        """The secret of an account, or None for an account that does not exist here."""
        return {self.app_id: self.app_secret, self.miniprogram_app_id: self.miniprogram_app_secret}.get(app_id)
