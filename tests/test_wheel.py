"""The wheel carries the models and resources, and the program finds them there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = "studio/_data/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=50, capture_output=True)
    return next(folder.glob("latent_studio-*.whl"))


@pytest.mark.parametrize("room", ["models", "resources"])
def test_every_file_of_the_data_is_in_the_wheel(wheel: Path, room: str) -> None:
    files = (path for path in (ROOT / room).rglob("*") if path.is_file())
    wanted = {DATA + path.relative_to(ROOT).as_posix() for path in files}
    assert wanted
    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


def test_an_installed_wheel_finds_its_data(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = "from studio.files.locations import program_data_dir; print(program_data_dir())"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert Path(done.stdout.strip()) == tmp_path / DATA


def test_the_licence_is_in_the_wheel(wheel: Path) -> None:
    assert any(name.endswith("licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())
