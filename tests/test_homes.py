"""Every module has a test file: of its own name, or the one here whose laws hold it."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUPPORT = [ROOT / "tests" / folder for folder in ("support", "calc", "contract", "excel")]
NO_CODE = {"__init__", "__main__", "_version"}
MODULES = {
    path.relative_to(ROOT / "pbal_xl").with_suffix("").as_posix(): path
    for path in sorted((ROOT / "pbal_xl").rglob("*.py"))
    if path.stem not in NO_CODE
}

# A law speaks of what comes out, so it holds several modules: test file -> the modules whose laws stand in it, as
# patterns where a family shares them. A module with a test file of its own name needs no line.
LAWS = {
    "hosts/headless/test_log.py": ["hosts/headless/log_sheet", "sheet/log"],
    "sheet/test_blocks.py": ["sheet/fewer", "sheet/more"],
    "batch/test_many_files.py": ["batch/j*", "batch/re*", "batch/*run", "batch/work"],
    "batch/test_timeouts.py": ["batch/apart"],
    "batch/test_workers.py": ["batch/copies"],
    "calc/test_calc_commands.py": ["hosts/calc/*"],
    "calc/test_calc_extension.py": ["codegen/calc_*"],
    "calc/test_calc_hostile.py": ["hosts/calc/*"],
    "calc/test_calc_install.py": ["install/libreoffice"],
    "codegen/test_addin.py": ["codegen/package", "codegen/vba", "codegen/sources", "codegen/macro_workbook"],
    "codegen/test_commands.py": ["codegen/committed", "codegen/demo", "codegen/l*_workbook"],
    "contract/test_far_away.py": ["grid/reach"],
    "core/test_adversary.py": [
        "core/knapsack", "core/lagrange", "core/members", "core/chosen", "core/wishes", "core/shares",
    ],
    "core/test_class_sums.py": [
        "core/class_choice", "core/class_grid", "core/class_halves", "core/class_steps", "core/counting",
    ],
    "core/test_classes.py": ["core/lookthrough", "core/describe_classes"],
    "core/test_corrections.py": ["core/bounds"],
    "core/test_defects.py": ["core/money", "core/exact", "core/book"],
    "core/test_flood.py": ["core/level"],
    "core/test_laws.py": ["core/outcome", "core/planner", "core/trades", "core/traded"],
    "core/test_model.py": ["core/agreement", "core/figures"],
    "core/test_reasons.py": ["core/describe", "core/notices"],
    "core/test_rules.py": ["core/banded", "core/lowest", "core/prices"],
    "core/test_rules_solved.py": ["core/class_miss", "core/class_sets", "core/class_shares", "core/paid"],
    "core/test_spare.py": ["core/budgets"],
    "core/test_units.py": ["core/lumps"],
    "docs/test_readme.py": ["codegen/pages"],
    "excel/test_excel_agrees.py": ["hosts/excel/edited"],
    "excel/test_excel_faults.py": ["hosts/excel/faults"],
    "excel/test_excel_macro_windows.py": ["hosts/excel/*"],
    "excel/test_excel_server.py": ["hosts/excel_server"],
    "grid/test_brokers.py": ["grid/shape", "grid/currencies", "grid/entries", "grid/explain", "grid/vocabulary"],
    "grid/test_headers.py": ["grid/columns", "grid/roles", "grid/statements", "grid/targets"],
    "grid/test_holdings.py": [
        "grid/asset_classes", "grid/body", "grid/called", "grid/lots", "grid/positional", "grid/reading",
        "grid/rows", "grid/s[itu]*", "grid/table",
    ],
    "hosts/headless/test_graft_keeps.py": ["ooxml/styles", "ooxml/scratchstyles", "ooxml/opc"],
    "hosts/headless/test_graft_sheet.py": [
        "ooxml/digest", "ooxml/graft", "ooxml/hidden_names", "ooxml/looks", "ooxml/newparts", "ooxml/newsheet",
        "ooxml/titles",
    ],
    "hosts/headless/test_formulas.py": ["ooxml/names"],
    "hosts/headless/test_run_live.py": ["sheet/living_cells"],
    "hosts/headless/test_live_edited.py": ["sheet/living_faults", "sheet/living_watch"],
    "hosts/headless/test_run_sheets.py": [
        "hosts/headless/writing", "ooxml/chartxml", "ooxml/newbook", "ooxml/sheet*", "ooxml/stylexml",
    ],
    "hosts/headless/test_settings_sheet.py": ["cli_settings", "hosts/headless/faults", "settings_home"],
    "hosts/headless/test_graft_xml.py": ["ooxml/prolog", "ooxml/xmltext"],
    "hosts/headless/test_odd_packages.py": ["ooxml/entry", "ooxml/package", "ooxml/workbook_xml"],
    "hosts/headless/test_read_files.py": ["hosts/headless/look", "hosts/headless/reading", "ooxml/source"],
    "hosts/headless/test_read_tables.py": ["ooxml/tables"],
    "hosts/headless/test_read_uncalculated.py": ["ooxml/uncalculated"],
    "hosts/headless/test_replace_keeps.py": [
        "ooxml/mark", "ooxml/normal", "ooxml/replace", "ooxml/seal", "ooxml/whole",
    ],
    "hosts/headless/test_save.py": ["ooxml/save", "ooxml/temporary", "ooxml/zipwrite"],
    "ooxml/test_addcells.py": ["ooxml/rewrite", "ooxml/sheetpatch", "ooxml/sheetscan"],
    "ooxml/test_cells.py": ["ooxml/contents"],
    "hosts/headless/test_verify.py": ["hosts/headless/verifying", "ooxml/verify"],
    "install/test_doctor.py": ["install/*"],
    "sheet/test_living.py": ["sheet/living_*"],
    "sheet/test_trades.py": ["sheet/layout", "sheet/orders_table"],
    "test_cli_check.py": ["core/class_values", "hosts/headless/checking", "json_schema"],
    "test_cli_read.py": ["cli_reading", "explained", "grid/told"],
    "test_cli_refusals.py": ["errors"],
    "test_cli_run.py": [
        "cli", "cli_batch", "cli_checks", "cli_options", "cli_request", "cli_usage",
        "hosts/headless/commands", "hosts/headless/holdings_sheet",
        "hosts/headless/said", "hosts/headless/table_files",
    ],
    "test_functions.py": ["answers"],
    "test_settings.py": ["setting", "setting_tables", "setting_words"],
    "test_suggest.py": ["cash_rows", "document", "grid/beside"],
}  # fmt: skip


def laws_of(module: str) -> list[str]:
    own = f"{module.rpartition('/')[0]}/test_{module.rpartition('/')[2]}.py".lstrip("/")
    if (ROOT / "tests" / own).is_file():
        return [own]
    return [test for test, held in LAWS.items() if any(fnmatchcase(module, one) for one in held)]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_its_tests(module: str) -> None:
    laws = laws_of(module)
    assert laws, f"write tests/{module.rpartition('/')[0]}/test_{module.rpartition('/')[2]}.py"
    assert any(MODULES[module] in reached(ROOT / "tests" / test) for test in laws), laws


@pytest.mark.parametrize("test", LAWS)
def test_no_line_of_the_table_is_idle(test: str) -> None:
    for pattern in LAWS[test]:
        assert any(test in laws_of(one) for one in MODULES if fnmatchcase(one, pattern)), pattern


@cache
def reached(path: Path) -> frozenset[Path]:
    """The files that are loaded with one, itself included: what no test file reaches, no test can hold."""
    found, waiting = {path}, [path]
    while waiting:
        for one in imported(waiting.pop()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


@cache
def imported(path: Path) -> frozenset[Path]:
    wanted: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            wanted |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Loaded by their names: public names on first use, what a host calls, and the program itself.
            wanted |= {f"pbal_xl.{node.value}", *re.findall(r"pbal_xl(?:\.\w+)+", node.value)}
            wanted |= {"pbal_xl.__main__"} if node.value in {"pbal-xl", "pbal_xl"} else set()
    wanted = {name for name in wanted if all(part.isidentifier() for part in name.split("."))}
    places = [folder / f"{name}.py" for name in wanted for folder in SUPPORT]
    for name in wanted:
        place = ROOT / name.replace(".", "/")
        places += [place.with_suffix(".py"), place / "__init__.py"]
    return frozenset(one for one in places if one.is_file())
