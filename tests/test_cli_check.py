"""`pbal-xl check` tells whether a rebalance is due, by its exit status too, and writes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command import follows, state

from pbal_xl.cli import main
from pbal_xl.json_schema import SCHEMAS, check_schema, run_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKBOOK = Path(__file__).parents[1] / "workbook"


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(WORKBOOK / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))


@pytest.mark.parametrize(("bands", "status"), [("5/25", 3), ("8", 0), ("20%", 3), ("80%", 0)])
def test_the_exit_status_says_whether_a_rebalance_is_due(
    demo: Path, capsys: pytest.CaptureFixture[str], bands: str, status: int
) -> None:
    before = state(demo.parent)
    assert main(["check", str(demo), "--bands", bands]) == status
    said = capsys.readouterr().out
    assert ("a rebalance is due" in said) == (status == 3)
    assert ("VSMAX 17.80 %" in said) == (status == 3)
    assert state(demo.parent) == before


def test_what_cannot_be_read_goes_before_what_is_due(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(demo), str(demo.with_name("none.xlsx"))]) == 1
    assert "none.xlsx is not there" in capsys.readouterr().err
    assert main(["check", str(demo), "--bands", "wide"]) == 2
    assert capsys.readouterr().err.startswith("pbal-xl: bands must be as in")


def test_the_object_follows_its_schema(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(demo), str(demo.with_name("none.xlsx")), "--json"]) == 1
    done, refused = map(json.loads, capsys.readouterr().out.splitlines())
    for told in (done, refused):
        follows(told, check_schema())
    assert done["due"] is True
    assert [one["symbol"] for one in done["holdings"] if one["outside"]] == ["FTEC", "VCR", "VDC", "VSMAX"]
    assert (refused["ok"], refused["code"]) == (False, "missing")


@pytest.mark.parametrize("command", SCHEMAS)
def test_the_schema_is_printed_and_is_one(capsys: pytest.CaptureFixture[str], command: str) -> None:
    schema = SCHEMAS[command]()
    with pytest.raises(SystemExit) as ended:
        main([command, "--json-schema"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out) == schema
    pytest.importorskip("jsonschema").Draft202012Validator.check_schema(schema)


def parts_of(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, kind in schema.get("properties", {}).items():
        yield key, kind
        yield from parts_of(kind.get("items", {}))


def test_the_schema_says_of_every_figure_of_a_plan_what_it_means() -> None:
    lacking = [key for key, kind in parts_of(run_schema()) if "description" not in kind and "anyOf" not in kind]
    assert lacking == []


def test_the_schema_refuses_what_is_not_told_so(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", str(demo), "--json", "--dry-run"])
    told = json.loads(capsys.readouterr().out)
    follows(told, run_schema())
    for key, wrong in (("invested", "much"), ("orders", None), ("error", "no"), ("strategy", "soft")):
        with pytest.raises(AssertionError):
            follows({**told, key: wrong}, run_schema())
    with pytest.raises(AssertionError):
        follows({**told, "more": 1}, run_schema())


def test_a_loan_and_instalments_are_told_with_the_plan(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(demo), "--dry-run", "--loan", "40000", "--instalments", "3"]) == 0
    said = capsys.readouterr().out
    assert "Instalment 3 of 3: buy" in said
    assert "triggers a margin call at 25 % maintenance" in said
    assert "should stay below 20 % of the assets" in said


@pytest.mark.parametrize(
    ("headings", "asked", "word"),
    [
        ("Symbol,Value,Price", [], "largest drift"),
        ("Symbol,Value,Price", ["--language", "de"], "größte Abweichung"),
        ("Symbol,Wert,Kurs", [], "größte Abweichung"),
        ("Symbol,Wert,Kurs", ["--language", "en"], "largest drift"),
    ],
)
def test_a_check_speaks_as_it_is_asked_and_else_as_the_headings_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], headings: str, asked: list[str], word: str
) -> None:
    path = tmp_path / "p.csv"
    path.write_text(f"{headings}\nA,100,1\nB,300,1\n", "utf-8")
    assert main(["check", str(path), *asked]) == 3
    assert word in capsys.readouterr().out
