"""What `pip install .` installs is the whole of it: commands, pages, data."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parent.parent.parent
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import cli, extract.authorities, publish.plugin, publish.replay, publish.site
for module in (cli, publish.site):
    assert module.__file__.startswith(sys.argv[1]), module.__file__
for path in (publish.site.METADATA, publish.plugin.TEMPLATES / "report.html", publish.plugin.STATIC / "site.css"):
    assert path.is_file(), path
cli.main(["read", sys.argv[2]])
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


def test_the_command_works_from_the_wheel(installed, tmp_path):
    (tmp_path / "report.txt").write_text("某县2023年政府信息公开工作年度报告", encoding="utf-8")
    command = [sys.executable, "-I", "-c", PROGRAM, installed, tmp_path / "report.txt"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "某县2023年" in done.stdout


def test_every_file_of_the_packages_is_in_the_wheel(installed):
    packages = ("archive", "cli", "crawler", "extract", "findings", "publish")
    files = subprocess.run(["git", "ls-files", *packages], capture_output=True, text=True, cwd=ROOT, check=True)
    assert [name for name in files.stdout.split("\n") if name and not (installed / name).is_file()] == []
