"""What can be typed behind ``pbal-xl``: commands, their options, and the help."""

from __future__ import annotations

from pbal_xl._version import __version__

# Type checkers know the name; importing typing would cost a third of the time that --help takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from typing import NoReturn

__all__ = ["COMMANDS", "help_text", "parser_for"]

COMMANDS = {
    "run": "suggest trades for workbooks and positions exports",
    "read": "tell what a file is understood to say, and plan nothing",
    "check": "tell whether a rebalance is due, and write nothing",
    "verify": "tell whether a trades sheet is as written, and still right",
    "settings": "write the settings beside the holdings of a workbook, each in a cell of its own",
    "formulas": "add the strategies as functions of the workbook's own, for Excel 365",
    "install": "put the add-in into Excel or LibreOffice",
    "uninstall": "take the add-in out again",
    "doctor": "check what the add-ins need",
    "build": "rebuild the committed files (for developers)",
}


def help_text() -> str:
    """What ``pbal-xl --help`` says; put together here because argparse takes longer to load than to answer."""
    width = max(map(len, COMMANDS))
    return "\n".join(
        [
            "usage: pbal-xl COMMAND ...   (pbal-xl COMMAND --help tells its options)",
            "",
            "Suggest which holdings to buy or sell to bring a portfolio back to its targets.",
            "",
            "commands:",
            *(f"  {name:{width}}  {does}" for name, does in COMMANDS.items()),
            "",
            "  --version  the version of pbal-xl",
            "",
            "example: pbal-xl run portfolio.xlsx --cash 5000",
        ]
    )


def parser_for(
    does: Mapping[str, Callable[[argparse.Namespace, argparse.ArgumentParser], int]],
) -> argparse.ArgumentParser:
    """The parser of command lines; ``command`` of what it gives is what ``does`` says of the command's name."""
    import argparse

    def formatter(prog: str) -> argparse.HelpFormatter:
        # With a width of its own argparse need not import what it takes to measure the terminal.
        return argparse.HelpFormatter(prog, max_help_position=28, width=98)

    class Parser(argparse.ArgumentParser):
        """Tells what is wrong in a sentence, as every command does, not behind all the options there are."""

        def error(self, message: str) -> NoReturn:
            self.exit(2, f"pbal-xl: {message}; {self.prog} --help tells the options\n")

    parser = Parser(prog="pbal-xl", formatter_class=formatter)
    parser.add_argument("--version", action="version", version=f"pbal-xl {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str) -> argparse.ArgumentParser:
        described = f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}."
        command = commands.add_parser(name, description=described, formatter_class=formatter)
        command.set_defaults(command=does[name])
        return command

    _add_run(add("run"))
    _add_read(add("read"))
    _add_check(add("check"))
    _add_verify(add("verify"))
    _add_settings_block(add("settings"))
    _add_formulas(add("formulas"))
    install, uninstall = add("install"), add("uninstall")
    install.add_argument("--dest", metavar="DIR", help="only build the add-in, into this folder")
    for command in (install, uninstall):
        command.add_argument("--libreoffice", action="store_true", help="for LibreOffice instead of Excel")
    add("doctor")
    build = add("build")
    build.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    return parser


def _add_read(read: argparse.ArgumentParser) -> None:
    read.add_argument("file", metavar="FILE", help=".xlsx, .xlsm, .xltx, .xltm or a .csv positions export")
    _add_where(read)
    _add_json(read, "read", "one JSON object on one line")


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument(
        "files", nargs="+", metavar="FILE", help=".xlsx, .xlsm, .xltx, .xltm or a .csv positions export"
    )
    _add_settings(run)
    _add_where(run)
    output = run.add_mutually_exclusive_group()
    output.add_argument("--output", metavar="FILE", help="write to this file instead of in place")
    output.add_argument("--output-dir", metavar="DIR", help="write to files of the same names in this folder")
    run.add_argument("--replace", action="store_true", help="replace an earlier trades sheet that nobody edited")
    run.add_argument("--dry-run", action="store_true", help="write nothing")
    run.add_argument("--orders", metavar="FILE.csv", help="write the orders to this file too, for a broker")
    run.add_argument(
        "--orders-for", choices=["generic", "ibkr"], default="generic", help="whose columns (default: generic)"
    )
    run.add_argument("--currency", metavar="CODE", help="of the orders for ibkr (default: USD)")
    _add_many(run)
    _add_telling(run, "run")


def _add_many(run: argparse.ArgumentParser) -> None:
    run.add_argument("--jobs", metavar="N", type=int, default=1, help="work on N files at a time; 0 for all cores")
    run.add_argument("--scheduler", metavar="ADDRESS", help="work on a Dask cluster, such as tcp://host:8786")
    run.add_argument("--shard", metavar="I/N", help="only the I-th of N equal shares of the files")
    run.add_argument("--journal", metavar="FILE", help="write down what became of each file")
    run.add_argument("--resume", action="store_true", help="go on with the journal of a run that ended early")
    run.add_argument("--report", metavar="FILE", help="a report of all files: .xlsx, .csv or .parquet")
    run.add_argument("--timeout", metavar="SECONDS", type=float, help="give up a file that takes longer")


def _add_where(command: argparse.ArgumentParser) -> None:
    command.add_argument("--sheet", metavar="NAME", help="the sheet with the holdings")
    command.add_argument("--range", dest="area", metavar="A2:C12", help="the cells with the holdings")
    command.add_argument("--decimal", choices=[".", ","], help="the decimal sign of numbers as text")


def _add_telling(command: argparse.ArgumentParser, name: str) -> None:
    _add_json(command, name, "one JSON object a file, on one line each")
    command.add_argument("--quiet", action="store_true", help="say nothing but faults")


def _add_json(command: argparse.ArgumentParser, name: str, told: str) -> None:
    import argparse

    class Schema(argparse.Action):
        """Prints the schema and ends, whatever else is on the command line."""

        def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
            import json
            import sys

            from pbal_xl.json_schema import SCHEMAS

            sys.stdout.write(json.dumps(SCHEMAS[name](), indent=2) + "\n")
            parser.exit()

    command.add_argument("--json", action="store_true", help=told)
    command.add_argument("--json-schema", action=Schema, nargs=0, help="print the JSON Schema of these objects")


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "files", nargs="+", metavar="FILE", help=".xlsx, .xlsm, .xltx, .xltm or a .csv positions export"
    )
    check.add_argument(
        "--bands",
        metavar="BANDS",
        default="5/25",
        help="how far a weight may be off: 5/25 (the smaller of 5 points and 25 %% of the target), 3 (points), "
        "20%% (of the target) or 20%%>=1 (at least 1 point); default: 5/25",
    )
    _add_where(check)
    _add_language(check)
    _add_telling(check, "check")


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.add_argument("file", metavar="FILE", help=".xlsx, .xlsm, .xltx or .xltm with trades in it")
    verify.add_argument("--original", metavar="ORIGINAL", help="the file before trades were added to it")
    _add_where(verify)
    _add_json(verify, "verify", "one JSON object on one line")


def _add_formulas(formulas: argparse.ArgumentParser) -> None:
    formulas.add_argument("file", metavar="FILE", help=".xlsx, .xlsm, .xltx or .xltm")
    formulas.add_argument("--output", metavar="FILE", help="write to this file instead of in place")


def _add_settings_block(settings: argparse.ArgumentParser) -> None:
    settings.add_argument("files", nargs="+", metavar="FILE", help=".xlsx, .xlsm, .xltx or .xltm")
    _add_settings(settings)
    _add_where(settings)
    settings.add_argument("--output", metavar="FILE", help="write to this file instead of in place")
    _add_telling(settings, "settings")


def _add_language(check: argparse.ArgumentParser) -> None:
    """As for ``run``: the setting's words, its choices and its default."""
    from pbal_xl.settings import SETTINGS

    (language,) = [one for one in SETTINGS if one.key == "language"]
    check.add_argument(
        language.option,
        choices=[choice.word for choice in language.choices],
        help=f"the language of what is said (default: {language.default_text})",
    )


def _add_settings(run: argparse.ArgumentParser) -> None:
    """One option a setting; a yes/no has one for each answer."""
    from pbal_xl.settings import offered_by

    for setting in offered_by("files"):
        told = f"{setting.help} (default: {setting.default_text})".replace("%", "%%")
        if setting.kind == "yes/no":
            answers = run.add_mutually_exclusive_group()
            for option, does, const in (
                (setting.option, told, True),
                (setting.no_option, setting.no_help, False),
            ):
                if option:
                    answers.add_argument(option, dest=setting.key, action="store_const", const=const, help=does)
        elif setting.kind == "choice":
            words = [choice.word for choice in setting.choices]
            run.add_argument(setting.option, dest=setting.key, choices=words, help=told)
        else:
            metavar = "FILE" if setting.kind == "table" else setting.kind.upper()
            run.add_argument(setting.option, dest=setting.key, metavar=metavar, help=told)
