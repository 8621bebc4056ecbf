"""Changes one operator, number or condition of a module at a time, and prints the changes that no test noticed.

    python tests/tools/mutate.py pbal_xl/names.py --tests tests/test_names.py tests/test_suggest.py
    python tests/tools/mutate.py pbal_xl/sheet/*.py --tests tests/sheet tests/test_report.py --sample 100

Each mutant is tried in a temporary copy of the checkout. A sample is drawn by a seed, so that a run can be
repeated; with ``PBAL_HYPOTHESIS=quick`` in the environment random tests draw fewer examples. The last
line is the share of mutants that were noticed; exit status 1 when one survived.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
# What hangs is noticed: processor seconds, so that a busy machine lets no mutant off.
PATIENCE = 400
_COPIED = ("pbal_xl", "tests", "vba", "workbook", "docs", "pyproject.toml", "README.md", "CHANGELOG.md")

# How long a search goes on is a module's constant: one step more nobody sees, a tenth of them should be seen.
_EFFORT, _LESS = 10, 10

_OTHER = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def changes(source: str) -> list[tuple[int, int, int]]:
    """(line, place of the node, which of its changes) of every change that can be made."""
    found = []
    tree = _parsed(source)
    # Whether lists that are as long are held to it, and how a class is stored, nobody sees.
    unseen = {
        id(word.value)
        for node in ast.walk(tree)
        for word in getattr(node, "keywords", [])
        if word.arg in {"strict", "slots", "frozen"}
    }
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in unseen:
            continue
        for which, _ in enumerate(_changes(node)):
            assert isinstance(node, (ast.expr, ast.stmt))
            found.append((node.lineno, place, which))
    return found


def mutant(source: str, place: int, which: int) -> tuple[str, str]:
    """(what was changed, the changed module)."""
    tree = _parsed(source)
    node = next(one for at, one in enumerate(ast.walk(tree)) if at == place)
    before = ast.unparse(node)
    list(_changes(node))[which](node)
    return f"{before}  ->  {ast.unparse(node)}", ast.unparse(tree)


def _parsed(source: str) -> ast.Module:
    """The module, with what is an effort marked."""
    tree = ast.parse(source)
    for statement in tree.body:
        for node in ast.walk(statement) if isinstance(statement, ast.Assign) else ():
            if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= _EFFORT:
                node.is_effort = True  # type: ignore[attr-defined]
    return tree


def _changes(node: ast.AST) -> Iterator[Callable[[Any], None]]:
    """The ways to change a node in place."""
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in _OTHER:
        yield lambda one: setattr(one, "op", _OTHER[type(one.op)]())
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _OTHER:
        yield lambda one: one.ops.__setitem__(0, _OTHER[type(one.ops[0])]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda one: setattr(one, "operand", ast.UnaryOp(ast.Not(), one.operand))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda one: setattr(one, "value", not one.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        more = _LESS if hasattr(node, "is_effort") else 0
        yield lambda one: setattr(one, "value", one.value // more if more else one.value + 1)
    elif isinstance(node, (ast.If, ast.IfExp)) and ast.unparse(node.test) != "TYPE_CHECKING":
        yield lambda one: setattr(one, "test", ast.Constant(value=True))
        yield lambda one: setattr(one, "test", ast.Constant(value=False))


def survives(folder: Path, tests: list[str]) -> bool:
    """Whether the tests pass in the copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    limit = f"ulimit -t {PATIENCE}; exec "
    done = subprocess.run(
        ["sh", "-c", limit + shlex.join(command)], cwd=folder, env=environment, capture_output=True, check=False
    )
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="+", type=Path)
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--sample", type=int, default=0, help="try so many, drawn from all (default: every one)")
    parser.add_argument("--seed", type=int, default=7, help="of the sample")
    options = parser.parse_args()
    drawn = [(path, *one) for path in options.modules for one in changes(path.read_text(encoding="utf-8"))]
    if 0 < options.sample < len(drawn):
        drawn = random.Random(options.seed).sample(drawn, options.sample)
    survivors = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name in _COPIED:
            whole, target = ROOT / name, folder / name
            if whole.is_dir():
                shutil.copytree(whole, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(whole, target)
        if not survives(folder, options.tests):
            parser.error("the tests fail without any change")
        for path, line, node, which in drawn:
            place = folder / path.resolve().relative_to(ROOT)
            kept = place.read_bytes()
            change, source = mutant(kept.decode("utf-8"), node, which)
            place.write_text(source, encoding="utf-8")
            if survives(folder, options.tests):
                survivors += 1
                print(f"{path}:{line}: {change.splitlines()[0]}", flush=True)
            place.write_bytes(kept)
    noticed = len(drawn) - survivors
    print(f"{noticed} of {len(drawn)} mutants noticed ({100 * noticed / max(1, len(drawn)):.0f} %)")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())
