"""How many small faults in the core the tests notice: ``python tests/tools/mutate.py [MUTANTS] [SEED]``.

Each mutant changes one operator, comparison, constant or call of one module of ``pbal_xl/core`` in a copy of the
project and runs ``tests/core`` there. A mutant that no test notices is shown as a line of a patch. Words,
type hints and the nouns are left out: they change no plan.
"""

from __future__ import annotations

import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = "pbal_xl/core"
LEFT_OUT = {"__init__.py", "model.py"}
# The quick judges first: most mutants die there.
ORDER = ("test_corrections.py", "test_adversary.py", "test_units.py", "test_defects.py", "test_laws.py", "")
SECONDS = 600

COMPARISONS = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
OPERATIONS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
}  # fmt: skip
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def changes(node):
    """The single changes of one node: each a function that makes it in place."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        return [lambda: node.ops.__setitem__(0, COMPARISONS[type(node.ops[0])]())]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS and not isinstance(node.left, ast.List):
        return [lambda: setattr(node, "op", OPERATIONS[type(node.op)]())]
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        return [lambda: setattr(node, "op", other())]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        return [lambda: setattr(node, "op", ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not())]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        return [lambda: setattr(node.func, "id", CALLS[node.func.id])]
    if isinstance(node, ast.Constant) and type(node.value) in {int, bool}:
        return [lambda: setattr(node, "value", not node.value if node.value in {True, False} else node.value + 1)]
    return []


def sites(tree):
    """Every change of the functions of a module."""
    found = []
    for part in ast.walk(tree):
        if isinstance(part, ast.FunctionDef):
            for statement in part.body:
                # A refusal's words and annotations are not plans.
                found += [
                    change
                    for node in ast.walk(statement)
                    if not isinstance(statement, ast.Raise)
                    for change in changes(node)
                ]
    return found


def mutant(rng):
    """(file, text) of one mutated module."""
    files = [path for path in sorted((ROOT / CORE).glob("*.py")) if path.name not in LEFT_OUT]
    weights = [len(path.read_text()) for path in files]
    while True:
        path = rng.choices(files, weights)[0]
        tree = ast.parse(path.read_text())
        plain = ast.unparse(tree)
        rng.choice(sites(tree))()
        text = ast.unparse(tree)
        if text != plain:
            return path.name, plain, text


def noticed(place):
    """Whether a test of the core fails there."""
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ORDER:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/core/{name}"]
        try:
            run = subprocess.run(
                command, cwd=place, env=environment, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return True
        if run.returncode:
            return True
    return False


def main() -> None:
    count, seed = (int(given) for given in (*sys.argv[1:], "100", "1")[:2])
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(ROOT / "pbal_xl", place / "pbal_xl")
        shutil.copytree(ROOT / "tests", place / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", place)
        caught = 0
        for number in range(1, count + 1):
            name, plain, text = mutant(rng)
            target = place / CORE / name
            original = target.read_text()
            target.write_text(text)
            if noticed(place):
                caught += 1
            else:
                lines = zip(plain.splitlines(), text.splitlines(), strict=False)
                before, after = next(pair for pair in lines if pair[0] != pair[1])
                print(f"not noticed, {name}:\n  - {before.strip()}\n  + {after.strip()}")
            target.write_text(original)
            print(f"{caught} of {number} noticed", flush=True)


if __name__ == "__main__":
    main()
