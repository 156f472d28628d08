"""The fault log: a process that is struck down leaves words, which the next start reads once."""

import os
import subprocess
import sys
import time
from pathlib import Path

from studio.files.fault_log import previous_crash

PROGRAM = "import faulthandler\nfrom studio.files.fault_log import start_fault_log\nstart_fault_log()\n"


def _run(end: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    subprocess.run([sys.executable, "-c", PROGRAM + end], env=environment, check=False, timeout=30)


def test_a_crash_is_told_once(fresh_settings: Path) -> None:
    _run("import ctypes\nctypes.string_at(0)\n")
    report = previous_crash()
    assert report is not None
    assert "Segmentation fault" in report
    assert previous_crash() is None


def test_a_clean_end_leaves_nothing(fresh_settings: Path) -> None:
    _run("pass\n")
    assert list((fresh_settings / "logs").iterdir()) == []
    assert previous_crash() is None


def test_the_empty_file_of_a_running_process_stays(tmp_path: Path) -> None:
    (tmp_path / "fault-1.log").touch()
    assert previous_crash(tmp_path) is None
    assert (tmp_path / "fault-1.log").exists()


def test_an_old_empty_file_goes(tmp_path: Path) -> None:
    stale = tmp_path / "fault-1.log"
    stale.touch()
    month_ago_s = time.time() - 31 * 24 * 3600
    os.utime(stale, (month_ago_s, month_ago_s))
    assert previous_crash(tmp_path) is None
    assert not stale.exists()
