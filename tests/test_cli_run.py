"""The main job as a user runs it: a file in, a plan on a new sheet."""

from __future__ import annotations

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command import program, run, run_json, state
from openpyxl import load_workbook
from sheets import change, own_name, write

from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

ROOT = Path(__file__).parents[1]
BROKERS = Path(__file__).parent / "data" / "brokers"
ROWS: list[list[Any]] = [["Symbol", "Value", "Price"], ["VTI", 1000, 10], ["BND", 500, 20]]
KEYS = [
    "file", "ok", "error", "code", "sheet", "range",
    *(setting.key for setting in SETTINGS if setting.of_plan and setting.told_always),
    "invested", "fees", "leftover", "gain", "level", "orders", "drift_before", "drift_after", "gap_bound",
    "notices", "trades_sheet", "output",
]  # fmt: skip
ORDER_KEYS = [
    "symbol", "side", "shares", "price", "amount", "value_before", "value_after", "weight_before", "weight_after",
    "target", "gain_realised", "fee", "reason",
]  # fmt: skip


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "workbook" / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write(tmp_path / "plain.xlsx", ("Mine", ROWS))


def trades(told: Any) -> Any:
    return {order["symbol"]: order["shares"] for order in told["orders"] if order["side"] != "hold"}


def cents(number: float) -> Decimal:
    return Decimal(str(number))


def test_the_demo_workbook_needs_nothing_else(demo: Path) -> None:
    done = run(demo)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"{demo}: Portfolio!A2:D12"
    assert "Cash 5,000.00   Invested 4,995.84   Leftover 4.16" in done.stdout
    assert f'Sheet "Trades" was written to {demo}' in done.stdout
    book = load_workbook(demo)
    assert book.sheetnames == ["Portfolio", "Trades"]
    bought = {row[0]: row[2] for row in book["Trades"].iter_rows(min_row=4, values_only=True) if row[1] == "Buy"}
    assert bought == {"VCR": 10, "VDC": 8, "VIS": 2, "VNQ": 3}


def test_the_example_comes_out_with_an_increment_and_to_the_cent(demo: Path) -> None:
    told = run_json(demo, "--increment", "100", "--dry-run")
    assert {one["symbol"]: one["amount"] for one in told["orders"] if one["amount"]} == {
        "VCR": 2800, "VDC": 1500, "VIS": 600, "VNQ": 100,
    }  # fmt: skip
    told = run_json(demo, "--fractional", "--dry-run")
    assert sum(cents(one["amount"]) for one in told["orders"]) == 5000
    assert told["level"] == 9559.72


@pytest.mark.parametrize(
    "options", [[], ["--fractional"], ["--cash=-3000.55"], ["--strategy", "hard"], ["--cash", "0"]]
)
def test_the_object_has_its_keys_and_its_sums(demo: Path, options: list[str]) -> None:
    told = run_json(demo, "--dry-run", *options)
    assert list(told) == KEYS
    assert all(list(order) == ORDER_KEYS for order in told["orders"])
    assert [order["symbol"] for order in told["orders"]][:3] == ["FTEC", "VAW", "VCR"]
    assert sum(cents(order["amount"]) for order in told["orders"]) == cents(told["invested"])
    assert cents(told["invested"]) + cents(told["fees"]) + cents(told["leftover"]) == cents(told["cash"])
    assert told["leftover"] >= 0
    for order in told["orders"]:
        assert cents(order["value_before"]) + cents(order["amount"]) == cents(order["value_after"])
        assert order["side"] == ("buy" if order["amount"] > 0 else "sell" if order["amount"] < 0 else "hold")
    drift = max(abs(order["weight_after"] - order["target"]) for order in told["orders"])
    assert told["drift_after"] == pytest.approx(drift, abs=1e-9)


def test_the_object_says_where_things_stand(demo: Path) -> None:
    told = run_json(demo)
    assert (told["file"], told["output"]) == (str(demo), str(demo))
    assert (told["sheet"], told["range"], told["trades_sheet"]) == ("Portfolio", "A2:D12", "Trades")
    assert run_json(demo)["trades_sheet"] == "Trades (2)"
    dry = run_json(demo, "--dry-run")
    assert (dry["output"], dry["trades_sheet"]) == (None, None)


def test_a_dry_run_writes_nothing(demo: Path, tmp_path: Path) -> None:
    before = state(tmp_path)
    assert "Nothing was written (dry run)." in run(demo, "--dry-run").stdout
    assert run(BROKERS / "schwab.csv", "--dry-run", "--output", tmp_path / "out.xlsx").returncode == 0
    assert state(tmp_path) == before


def test_settings_come_from_the_command_line_then_the_sheet_then_the_workbook(plain: Path) -> None:
    def name(book: Workbook) -> None:
        own_name(book["Mine"], "pbal_cash", "300")

    bare = run_json(plain, "--dry-run")
    assert (bare["cash"], bare["strategy"], bare["whole_shares"]) == (0, "never-sell", True)
    write(
        plain,
        ("Mine", ROWS),
        pbal_cash="200",
        pbal_strategy='"hard"',
        pbal_increment="50",
        pbal_whole_shares="FALSE",
    )
    told = run_json(plain, "--dry-run")
    assert (told["cash"], told["strategy"], told["increment"], told["whole_shares"]) == (200, "hard", 50, False)
    change(plain, name)
    assert run_json(plain, "--dry-run")["cash"] == 300
    told = run_json(
        plain, "--dry-run", "--cash", "0", "--strategy", "never-sell", "--increment", "0", "--whole-shares"
    )
    assert (told["cash"], told["strategy"], told["increment"], told["whole_shares"]) == (
        0,
        "never-sell",
        None,
        True,
    )


def test_output_goes_to_another_file_and_leaves_the_workbook_alone(demo: Path, tmp_path: Path) -> None:
    before = demo.read_bytes()
    target = tmp_path / "with trades.xlsx"
    assert run_json(demo, "--output", target)["output"] == str(target)
    assert demo.read_bytes() == before
    assert load_workbook(target).sheetnames == ["Portfolio", "Trades"]
    again = run(demo, "--output", target)
    assert again.returncode == 1
    assert str(target) in again.stderr


def test_output_dir_takes_files_of_the_same_names(demo: Path, tmp_path: Path) -> None:
    before = demo.read_bytes()
    csv = shutil.copy(BROKERS / "fidelity.csv", tmp_path / "fidelity.csv")
    done = run(demo, csv, "--output-dir", tmp_path / "out" / "deep", "--cash", "1000")
    assert done.returncode == 0
    assert sorted(path.name for path in (tmp_path / "out" / "deep").iterdir()) == [
        "fidelity-trades.xlsx",
        "portfolio.xlsx",
    ]
    assert demo.read_bytes() == before


def test_replace_takes_the_place_of_our_own_unedited_sheet_only(demo: Path) -> None:
    for _ in range(2):
        assert run_json(demo, "--replace")["trades_sheet"] == "Trades"
    assert load_workbook(demo).sheetnames == ["Portfolio", "Trades"]

    def edit(book: Workbook) -> None:
        book["Trades"]["C6"] = 99

    change(demo, edit)
    assert run_json(demo, "--replace")["trades_sheet"] == "Trades (2)"


def test_a_csv_gets_a_workbook_of_holdings_and_trades_beside_it(tmp_path: Path) -> None:
    path = Path(shutil.copy(BROKERS / "schwab.csv", tmp_path / "schwab.csv"))
    told = run_json(path, "--cash", "5000")
    assert told["output"] == str(tmp_path / "schwab-trades.xlsx")
    assert (told["sheet"], told["range"]) == (None, "A3:Q6")
    assert told["notices"][-2] == "A6: Cash & Cash Investments, $2,500.31, is cash and is left out."
    book = load_workbook(told["output"])
    assert book.sheetnames == ["Holdings", "Trades"]
    assert [[cell.value for cell in row] for row in book["Holdings"].iter_rows()] == [
        ["Symbol", "Value", "Price", "Quantity", "Gain"],
        ["VTI", 12345.6, 246.912, 50, 1345.6],
        ["BND", 7210, 72.1, 100, None],
    ]
    assert run_json(path, "--cash", "5000")["output"] == str(tmp_path / "schwab-trades (2).xlsx")
    assert run_json(path, "--cash", "5000", "--replace")["output"] == told["output"]


def test_the_workbook_made_from_a_csv_gives_the_same_plan(tmp_path: Path) -> None:
    path = Path(shutil.copy(BROKERS / "fidelity.csv", tmp_path / "a.csv"))
    first = run_json(path, "--cash", "5000")
    second = run_json(first["output"], "--cash", "5000", "--dry-run")
    assert second["orders"] == first["orders"]
    assert second["sheet"] == "Holdings"


@pytest.mark.parametrize("broker", [path.stem for path in sorted(BROKERS.glob("*.csv"))])
def test_every_broker_s_export_gives_a_plan(tmp_path: Path, broker: str) -> None:
    path = Path(shutil.copy(BROKERS / f"{broker}.csv", tmp_path / f"{broker}.csv"))
    told = run_json(path, "--cash", "5000")
    assert told["ok"]
    assert len(told["orders"]) == 2
    assert 0 <= told["leftover"] < 247
    assert load_workbook(told["output"]).sheetnames == ["Holdings", "Trades"]


def test_each_file_stands_alone_and_a_summary_closes_the_run(demo: Path, tmp_path: Path) -> None:
    bad = write(tmp_path / "bad.xlsx", ("Mine", [["Symbol", "Value"], ["VTI", "abc"]]))
    good = Path(shutil.copy(BROKERS / "m1.csv", tmp_path / "m1.csv"))
    done = run(bad, demo, tmp_path / "gone.csv", good)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "4 files: 2 done, 2 refused"
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == [
        str(bad),
        f"{tmp_path / 'gone.csv'} is not there",
    ]
    assert load_workbook(demo).sheetnames == ["Portfolio", "Trades"]
    assert (tmp_path / "m1-trades.xlsx").is_file()


def test_patterns_are_expanded_and_lock_files_left_out(tmp_path: Path) -> None:
    for name in ("a b.xlsx", "ü.xlsx", "c[1].xlsx"):
        write(tmp_path / name, ("Mine", ROWS))
    (tmp_path / "~$other.xlsx").write_bytes(b"lock")
    done = run(tmp_path / "*.xlsx", "--dry-run")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "3 files: 3 done, 0 refused")
    assert run(tmp_path / "c[1].xlsx", "--dry-run").returncode == 0
    nothing = run(tmp_path / "*.csv")
    assert (nothing.returncode, nothing.stderr) == (1, f"pbal-xl: {tmp_path / '*.csv'} is not there\n")


def test_quiet_says_nothing_but_faults(demo: Path, tmp_path: Path) -> None:
    done = run(demo, tmp_path / "gone.xlsx", "--quiet")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1


def test_symbols_that_look_like_formulas_stay_text(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Price"],
        ["VTI", 100, 10],
        ["@SUM(1+1)", 100, 10],
        ["-1", 100, 10],
    ]
    path = write(tmp_path / "a.xlsx", ("Mine", rows))
    path2 = tmp_path / "b.csv"
    path2.write_text("Symbol,Value,Price\n=cmd|'/c calc'!A1,100,10\n+1,100,10\n")
    for file in (path, path2):
        sheet = load_workbook(run_json(file, "--cash", "500")["output"])["Trades"]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_a_terminal_that_cannot_show_a_symbol_does_not_stop_the_run(tmp_path: Path) -> None:
    path = write(
        tmp_path / "ascii.xlsx",
        ("Anlagen \u00fc", [["Symbol", "Value"], ["\u6771\u4eac \u20ac", 1], ["\u00c4", 2]]),
    )
    done = run(path, "--cash", "5", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" in done.stdout
    done = run(tmp_path / "no\u00fc.xlsx", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_gets_no_traceback(demo: Path) -> None:
    with subprocess.Popen(
        [program(), "run", *[str(demo)] * 30, "--dry-run"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""


def test_help_tells_of_every_option() -> None:
    done = run("--help")
    assert done.returncode == 0
    wanted = (
        "--cash --strategy --sheet --range --increment --fractional --min-trade --deviation --decimal --output "
        "--output-dir --replace --dry-run --json --quiet"
    )
    assert all(option in done.stdout for option in wanted.split())


def test_a_name_beside_a_number_is_told_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "depot.csv"
    path.write_text(
        "Name,ISIN,Value,Price\nWorld,IE00B4L5Y983,100,10\nBonds,IE00BG47KH54,300,7\n", encoding="utf-8"
    )
    told = run_json(path, "--cash", "100")
    assert [order["name"] for order in told["orders"]] == ["World", "Bonds"]
    book = load_workbook(tmp_path / "depot-trades.xlsx")
    assert [cell.value for cell in book["Holdings"][1]][-1] == "Name"
    assert "Buy 10 IE00B4L5Y983 (World)" in book["Trades"]["A2"].value
    again = run(tmp_path / "depot-trades.xlsx", "--cash", "100", "--dry-run").stdout
    lines = again.splitlines()
    assert [line.split()[-1] for line in lines[3:7]] == ["Name", "-----", "World", "Bonds"]


def test_classes_are_told_where_classes_have_targets(tmp_path: Path) -> None:
    path = tmp_path / "classes.csv"
    path.write_text("Symbol,Value,Class\nA,600,Stocks\nB,400,Bonds\n", encoding="utf-8")
    told = run_json(path, "--cash", "200", "--targets", "Stocks 50%, Bonds 50%")
    assert told["classes"] == [
        {"name": "Stocks", "weight_before": 0.6, "weight_after": 0.5, "target": 0.5},
        {"name": "Bonds", "weight_before": 0.4, "weight_after": 0.5, "target": 0.5},
    ]
    shown = run(path, "--cash", "200", "--targets", "Stocks 50%, Bonds 50%", "--dry-run").stdout
    assert "Stocks: 60.00 % before, 50.00 % after, 50.00 % wanted" in shown
    assert "classes" not in run_json(path, "--cash", "200", "--dry-run")


def test_an_output_whose_source_changed_is_left_alone_and_told_why(demo: Path, tmp_path: Path) -> None:
    output = tmp_path / "plan.xlsx"
    assert run(demo, "--output", output, "--replace").returncode == 0
    written = output.read_bytes()
    change(demo, lambda book: book.active.__setitem__("B3", 12345))
    again = run(demo, "--output", output, "--replace")
    assert again.returncode == 1
    assert (
        "is not portfolio.xlsx with its trades sheet as written, so one of the two was changed since"
        in again.stderr
    )
    assert output.read_bytes() == written
