"""Where tests keep their files: in memory where this machine has enough of it. They write and sync much, and keep nothing."""

import os
import shutil
import tempfile
from pathlib import Path

SHARED = Path("/dev/shm")
ENOUGH = 2 * 2**30  # bytes: a run takes some 600 MB


def quick_folder() -> str:
    """A folder in memory with room for all tests of a run, or the machine's own for such files."""
    room = SHARED.is_dir() and os.access(SHARED, os.W_OK) and shutil.disk_usage(SHARED).free >= ENOUGH
    return str(SHARED) if room else tempfile.gettempdir()
