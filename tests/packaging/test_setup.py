"""The set-up script asks for the right packages on systems that this machine is not."""

import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[2] / "packaging" / "setup.sh"
REAL = ("bash", "sed", "dirname", "dpkg", "id")
JAMMY = {"python3": "3.10.6-1", "python3.11": "3.11.0~rc1-1", "libglib2.0-0": "2.72", "libegl1": "1.4"}
NOBLE = {"python3": "3.12.3-0", "libglib2.0-0t64": "2.80", "libegl1": "1.7"}
GROUPS = '"libglib2.0-0|libglib2.0-0t64" libegl1'

pytestmark = pytest.mark.skipif(not shutil.which("dpkg"), reason="the script speaks apt and dpkg only")


class System:
    """A folder of commands that pretends to be a machine with some packages on offer and some installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in REAL:
            (folder / name).symlink_to(shutil.which(name) or name)
        self.command("sudo", "exit 1")
        self.command("apt-get", "exit 1")
        self.offer({})
        self.install()

    def command(self, name: str, script: str) -> None:
        """Put a command of this name on the path."""
        (self.folder / name).unlink(missing_ok=True)
        (self.folder / name).write_text(f"#!{shutil.which('bash')}\n{script}\n")
        (self.folder / name).chmod(0o755)

    def offer(self, packages: dict[str, str]) -> None:
        """Let apt know these packages and versions, and no others."""
        cases = "".join(f"{name}) echo '  Candidate: {version}' ;;\n" for name, version in packages.items())
        self.command("apt-cache", f"case $2 in\n{cases}*) echo '  Candidate: (none)' ;;\nesac")

    def install(self, *packages: str) -> None:
        """Let dpkg say that these packages, and no others, are installed."""
        self.command(
            "dpkg-query", f'case " {" ".join(packages)} " in *" $4 "*) echo "ii " ;; *) exit 1 ;; esac'
        )

    def python(self, name: str, minor: int, with_venv: bool) -> None:
        """Put a Python of this version on the path."""
        version = f"*sys.exit*) exit {int(minor < 11)} ;;\n*print*) echo python3.{minor}-venv ;;"
        self.command(name, f'case "$2" in\n{version}\n*ensurepip*) exit {int(not with_venv)} ;;\nesac')

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line of bash after the script was sourced."""
        return subprocess.run(
            ["bash", "-c", f"set -euo pipefail; source {SETUP}; {line}"],
            env={"PATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    def missing(self) -> list[str]:
        """Return the packages that the script would install."""
        return self.run(f"missing_packages {GROUPS}").stdout.splitlines()


@pytest.fixture
def system(tmp_path: Path) -> System:
    (tmp_path / "bin").mkdir()
    return System(tmp_path / "bin")


def test_ubuntu_22_takes_a_newer_python_beside_its_own(system: System) -> None:
    system.offer(JAMMY)
    system.python("python3", 10, with_venv=True)
    assert system.missing() == ["python3.11", "python3.11-venv", "libglib2.0-0", "libegl1"]


def test_ubuntu_24_has_other_names(system: System) -> None:
    system.offer(NOBLE)
    assert system.missing() == ["python3", "python3-venv", "libglib2.0-0t64", "libegl1"]


def test_only_the_venv_maker_may_be_missing(system: System) -> None:
    system.offer(NOBLE)
    system.python("python3", 12, with_venv=False)
    system.install("libglib2.0-0t64", "libegl1")
    assert system.missing() == ["python3.12-venv"]


def test_a_python_that_makes_a_venv_goes_before_one_that_cannot(system: System) -> None:
    system.python("python3", 11, with_venv=False)
    system.python("python3.13", 13, with_venv=True)
    assert system.run("find_python").stdout.strip() == "python3.13"


def test_where_nothing_is_missing_nothing_is_asked(system: System) -> None:
    system.python("python3", 11, with_venv=True)
    system.install("libglib2.0-0", "libegl1")
    done = system.run(f"install_system_packages {GROUPS}")
    assert (done.returncode, done.stdout) == (0, "")


def test_without_the_right_to_install_the_exact_line_is_printed(system: System) -> None:
    system.offer(NOBLE)
    system.python("python3", 12, with_venv=True)
    system.command("id", "echo 1000")
    done = system.run(f"install_system_packages {GROUPS}")
    assert done.returncode == 1
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libglib2.0-0t64 libegl1"
    assert done.stderr.splitlines()[-1].strip() == line


def test_another_system_needs_only_its_python(system: System) -> None:
    (system.folder / "apt-get").unlink()
    done = system.run(f"install_system_packages {GROUPS}")
    assert done.stderr.startswith("Python 3.11 or newer is needed")
    system.python("python3", 12, with_venv=True)
    assert system.run(f"install_system_packages {GROUPS}").returncode == 0
