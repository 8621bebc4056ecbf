"""What is published is enough: the wheel does the main job, the source archive passes its tests, on their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pbal_xl import __version__

ROOT = Path(__file__).parents[1]
# Tests of every layer that take seconds; the workflow that publishes runs all of them.
SOME = ("tests/core/test_model.py", "tests/grid/test_settings.py", "tests/test_names.py", "tests/test_words.py")

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both archives, built from this checkout."""
    pytest.importorskip("build", reason="build, which makes the archives, comes with the dev extra")
    pytest.importorskip("hatchling", reason="hatchling, which makes the archives, comes with the dev extra")
    pytest.importorskip(
        "hatch_fancy_pypi_readme", reason="what makes the published README comes with the dev extra"
    )
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return folder


def alone(code: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python with the package of a folder before any that is installed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *code], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_both_archives_carry_the_licence_and_the_tables(archives: Path) -> None:
    wheel, source = archives / f"pbal_xl-{__version__}-py3-none-any.whl", archives / f"pbal_xl-{__version__}.tar.gz"
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    with tarfile.open(source) as archive:
        beside = {name.partition("/")[2] for name in archive.getnames()}
    for table in ("pbal_xl/grid/vocabulary.json", "pbal_xl/words/de.json", "pbal_xl/py.typed"):
        assert table in inside & beside
    assert f"pbal_xl-{__version__}.dist-info/licenses/LICENSE" in inside
    assert {"LICENSE", "README.md", "CHANGELOG.md", "tests/test_archives.py", "workbook/portfolio.xlsx"} <= beside
    # What the add-in for Excel is built from on the user's machine.
    assert {f"pbal_xl/codegen/data/vba/{path.name}" for path in (ROOT / "vba").glob("*.bas")} <= inside
    assert not [name for name in inside | beside if "__pycache__" in name or name.endswith(".pyc")]


def test_the_published_readme_links_to_the_sources(archives: Path) -> None:
    with zipfile.ZipFile(next(archives.glob("*.whl"))) as archive:
        metadata = archive.read(f"pbal_xl-{__version__}.dist-info/METADATA").decode()
    links = re.findall(r"\]\(([^)]+)\)", metadata)
    assert len(links) == len(re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8")))
    for link in links:
        assert link.startswith("https://")
        *_, inside = link.partition("/pbal-xl/pbal-xl/")[2].partition("main/")
        assert (ROOT / inside.partition("#")[0]).is_file(), link


def test_the_wheel_does_the_main_job_and_builds_both_add_ins(archives: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(next(archives.glob("*.whl"))) as archive:
        archive.extractall(tmp_path)  # noqa: S202 - made here
    where = alone(["-c", "import pbal_xl; print(pbal_xl.__file__)"], tmp_path)
    assert where.stdout.startswith(str(tmp_path))
    made = alone(["-c", "from pbal_xl.codegen.demo import demo_workbook; demo_workbook('p.xlsx')"], tmp_path)
    assert made.returncode == 0, made.stderr
    run = alone(["-m", "pbal_xl", "run", "p.xlsx", "--output", "plan.xlsx"], tmp_path)
    assert "Invested 4,995.84" in run.stdout, run.stderr
    assert alone(["-m", "pbal_xl", "verify", "plan.xlsx", "--original", "p.xlsx"], tmp_path).returncode == 0
    for more, name in (((), "pbal.xlam"), (("--libreoffice",), "pbal-xl.oxt")):
        built = alone(["-m", "pbal_xl", "install", *more, "--dest", "built"], tmp_path)
        assert built.returncode == 0, built.stderr
        assert (tmp_path / "built" / name).stat().st_size > 10_000


def test_the_source_archive_passes_its_tests_unpacked_elsewhere(archives: Path, tmp_path: Path) -> None:
    with tarfile.open(next(archives.glob("*.tar.gz"))) as archive:
        safe: Any = {"filter": "data"} if sys.version_info >= (3, 12) else {}
        archive.extractall(tmp_path, **safe)  # noqa: S202 - made here
    [folder] = tmp_path.iterdir()
    done = alone(["-m", "pytest", "-q", "-p", "no:cacheprovider", *SOME], folder)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout
