"""Breaks the product on purpose, one line at a time, and prints which breaks no test noticed.

    python tests/tools/breaks.py                    # all of them
    python tests/tools/breaks.py excel              # those of tests/tools/breaks_excel.py
    python tests/tools/breaks.py excel --only PlotBy

Each break is a text replaced in one file of a temporary copy of the checkout. Generated files are built again
there, so that a break counts as noticed only when a test of behaviour notices it. Lists are the modules beside
this one named ``breaks_*.py``, each with a ``BREAKS`` tuple. Exit status 1 when anything survived.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 1800.0
# What generated files are made of.
_BUILT = ("vba/", "pbal_xl/codegen/", "pbal_xl/functions.py", "pbal_xl/settings.py")
_COPIED = (
    "pbal_xl",
    "tests",
    "vba",
    "workbook",
    "docs",
    "benchmarks",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
)


@dataclass(frozen=True)
class Break:
    """A text to replace in a file, and the tests that should notice.

    Attributes:
        file: below the checkout.
        old: must occur exactly once there.
        new: what stands there instead.
        tests: arguments for pytest, separated by blanks; ``-kwords`` for those whose names hold words.
    """

    file: str
    old: str
    new: str
    tests: str


def breaks(names: Sequence[str]) -> Iterator[tuple[str, Break]]:
    """(list's name, break) of the lists of those names, or of all."""
    for path in sorted(Path(__file__).parent.glob("breaks_*.py")):
        name = path.stem.removeprefix("breaks_")
        if names and name not in names:
            continue
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules.setdefault("breaks", sys.modules[__name__])
        spec.loader.exec_module(module)
        for one in module.BREAKS:
            yield name, one


def occurrences(one: Break) -> int:
    """How often the text to replace stands in its file."""
    return (ROOT / one.file).read_bytes().decode("utf-8").count(one.old)


def _copy(folder: Any) -> None:
    for name in _COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
        elif source.exists():
            shutil.copy(source, target)


def _run(folder: Any, *command: Any) -> Any:
    """(exit status, output); an endless run counts as failed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.setdefault("PBAL_CORPUS", str(ROOT.parent / "shared" / "corpus"))
    try:
        ran = subprocess.run(
            [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True,
            check=False, timeout=PATIENCE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1, "FAILED: it did not end"
    return ran.returncode, ran.stdout + ran.stderr


def _noticed(folder: Any, one: Any) -> Any:
    """Whether a test of behaviour fails, and by which words it does."""
    path = folder / one.file
    whole = path.read_bytes()
    path.write_bytes(whole.decode("utf-8").replace(one.old, one.new).encode("utf-8"))
    built = one.file.startswith(_BUILT)
    stale = folder / ".built-broken"
    try:
        # What a break before was built into must not outlive it.
        status, said = _run(folder, "-m", "pbal_xl", "build") if built or stale.exists() else (0, "")
        if built:
            stale.touch()
        else:
            stale.unlink(missing_ok=True)
        if status:
            return True, f"build: {said.strip().splitlines()[-1]}"
        status, said = _run(folder, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *one.tests.split(" "))
    finally:
        path.write_bytes(whole)
    if status not in {0, 1}:
        return False, f"the tests could not be run: {said.strip().splitlines()[-1]}"
    failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return status == 1, failed[0] if failed else said.strip().splitlines()[-1]


def main() -> Any:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lists", nargs="*", help="names of lists, such as excel; all by default")
    parser.add_argument("--only", default="", help="only breaks whose old or new text holds this")
    parser.add_argument("--part", default="1/1", help="such as 1/2: every second one, from the first")
    options = parser.parse_args()
    part, parts = map(int, options.part.split("/"))
    found = [(name, one) for name, one in breaks(options.lists) if options.only in one.old + "\n" + one.new]
    chosen = found[part - 1 :: parts]
    survived = []
    with tempfile.TemporaryDirectory(prefix="pbal-breaks-") as name:
        folder = Path(name) / "checkout"
        _copy(folder)
        for number, (owner, one) in enumerate(chosen, start=1):
            start = time.monotonic()
            noticed, how = (False, "its text is not there exactly once")
            if occurrences(one) == 1:
                noticed, how = _noticed(folder, one)
            word = "noticed" if noticed else "SURVIVED"
            text = " ".join(one.old.split())[:60]
            took = time.monotonic() - start
            print(f"{number:3d}/{len(chosen)} {word:8s} {owner} {one.file}: {text!r} [{took:.1f} s] {how[:150]}")
            sys.stdout.flush()
            if not noticed:
                survived.append(one)
    print(f"{len(chosen) - len(survived)} of {len(chosen)} noticed.")
    for one in survived:
        print(f"survived: {one.file}\n    - {one.old!r}\n    + {one.new!r}")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
