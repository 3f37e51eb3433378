"""How gunicorn serves Linli. The figures come from config.yaml (web.*) or the environment (LINLI__WEB__...)."""

import gc
import os
import tempfile
import threading
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

# Must be set before the figures' library is loaded: one folder for all of these processes. A jobs process shows its own at jobs.port.
if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="linli-metrics-")

import app  # noqa: F401 (the code is read once, here: a new process is then ready in a tenth of a second, also while all reload)
from handlers.intake import watch_queue
from handlers.logs import configure_logging
from handlers.metrics import forget_process
from handlers.settings import SettingsError
from handlers.spoken import reread_settings

try:
    _settings = reread_settings()
except SettingsError as wrong:
    raise SystemExit(str(wrong)) from None
configure_logging(_settings.logs.as_json, _settings.logs.level)
LINGER_S = 1.0


class Lines(Logger):
    """The server's own lines go the way of all others: one JSON object each."""

    def setup(self, cfg: Any) -> None:
        """As gunicorn's own, without its handlers."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Lingering(ThreadWorker):
    """Goes on taking requests for a moment after it was told to end: on a busy machine those who follow are not ready at once, and
    nobody would take what comes meanwhile."""

    leaving = False

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM; it may come more than once."""
        if not self.leaving:
            self.leaving = True
            leave = threading.Timer(LINGER_S, super().handle_exit, (sig, frame))
            leave.daemon = True
            leave.start()


bind = f"{_settings.web.host}:{_settings.web.port}"
worker_class = Lingering
logger_class = Lines
workers = _settings.web.workers
threads = _settings.web.threads
# Each process makes its own application, with its own database, clock and threads: nothing but code is inherited over a fork.
# HUP reads the settings anew; new code comes with USR2 (docs/operations.md).
preload_app = False

# Nothing of ours takes long: a push is answered within 5 s, pages sooner.
timeout = 30
# Time for what is being answered, when it stops or starts anew.
graceful_timeout = 30
# Longer than nginx keeps its side open, so that it never writes into a line that we have just closed.
keepalive = 75
# Now and then a fresh process, not all at once.
max_requests = 20000
max_requests_jitter = 2000
# The heartbeat file in memory where there is such a place: a slow disk would look like a stuck process.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None

# Addresses and headers are small here; bodies are capped by the doors.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# Nobody steers us over a socket in the file system.
control_socket_disable = True
# nginx beside us is believed about how it was called; nobody else, unless the installation says so.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")

accesslog = None
errorlog = "-"
loglevel = _settings.logs.level


def pre_fork(server: Any, worker: Any) -> None:
    """What is there already is not looked through again, so that the processes go on sharing its memory."""
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """Each process logs as the rest of Linli does."""
    configure_logging(_settings.logs.as_json, _settings.logs.level)


def post_worker_init(worker: Any) -> None:
    """The process knows how many requests wait for one of its threads."""
    watch_queue(lambda: worker.tpool._work_queue.qsize())


def child_exit(server: Any, worker: Any) -> None:
    """A process that has ended leaves the live figures."""
    forget_process(worker.pid)
