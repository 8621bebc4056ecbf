"""The command line: the only module that prints, and the only one that knows exit statuses.

0: all files done. 1: at least one file refused. 2: wrong usage. 3: a rebalance is due (``check`` alone).
"""

from __future__ import annotations

import os
import sys

from pbal_xl._version import __version__

# Type checkers know the name; importing typing would cost a third of the time that --help takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from pbal_xl.errors import PbalError

__all__ = ["entry_point", "main"]

DONE, REFUSED, USAGE, DUE = 0, 1, 2, 3
_INTERRUPTED = 130

COMMANDS = {
    "run": "suggest trades for workbooks and positions exports",
    "read": "tell what a file is understood to say, and plan nothing",
    "check": "tell whether a rebalance is due, and write nothing",
    "verify": "tell whether a trades sheet is as written, and still right",
    "formulas": "add the strategies as functions of the workbook's own, for Excel 365",
    "install": "put the add-in into Excel or LibreOffice",
    "uninstall": "take the add-in out again",
    "doctor": "check what the add-ins need",
    "build": "rebuild the committed files (for developers)",
}


def entry_point() -> None:
    """The ``pbal-xl`` command."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run a command line; returns its exit status."""
    if not arguments:
        print(help_text(), file=sys.stderr)
        return USAGE
    if arguments[0] in {"-h", "--help"}:
        print(help_text())
        return DONE
    parser = _parser()
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A symbol that the terminal cannot show must not stop a run.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        status: int = options.command(options, parser)
        sys.stdout.flush()
    except OSError as error:
        # What was printed did not arrive: nothing is to be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            _complain(f"the results could not be printed: {error.strerror or error}")
        return REFUSED
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    return status


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


def _parser() -> argparse.ArgumentParser:
    import argparse

    def formatter(prog: str) -> argparse.HelpFormatter:
        # With a width of its own argparse need not import what it takes to measure the terminal.
        return argparse.HelpFormatter(prog, max_help_position=28, width=98)

    parser = argparse.ArgumentParser(prog="pbal-xl", formatter_class=formatter)
    parser.add_argument("--version", action="version", version=f"pbal-xl {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name, description=f"{COMMANDS[name][0].upper()}{COMMANDS[name][1:]}.", formatter_class=formatter
        )

    _add_run(add("run"))
    _add_read(add("read"))
    _add_check(add("check"))
    _add_verify(add("verify"))
    _add_formulas(add("formulas"))
    install, uninstall = add("install"), add("uninstall")
    install.add_argument("--dest", metavar="DIR", help="only build the add-in, into this folder")
    for command in (install, uninstall):
        command.add_argument("--libreoffice", action="store_true", help="for LibreOffice instead of Excel")
    install.set_defaults(command=_install)
    uninstall.set_defaults(command=_uninstall)
    add("doctor").set_defaults(command=_doctor)
    build = add("build")
    build.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    build.set_defaults(command=_build)
    return parser


def _add_read(read: argparse.ArgumentParser) -> None:
    read.set_defaults(command=_read)
    read.add_argument("file", metavar="FILE", help=".xlsx, .xlsm, .xltx, .xltm or a .csv positions export")
    read.add_argument("--sheet", metavar="NAME", help="the sheet with the holdings")
    read.add_argument("--range", dest="area", metavar="A2:C12", help="the cells with the holdings")
    read.add_argument("--decimal", choices=[".", ","], help="the decimal sign of numbers as text")
    read.add_argument("--json", action="store_true", help="one JSON object")


def _add_run(run: argparse.ArgumentParser) -> None:
    run.set_defaults(command=_run)
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
    run.add_argument("--currency", metavar="CODE", default="USD", help="of the orders for ibkr (default: USD)")
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
    import argparse

    class Schema(argparse.Action):
        """Prints the schema and ends, whatever else is on the command line."""

        def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
            import json

            from pbal_xl import json_schema

            schema = json_schema.check_schema() if name == "check" else json_schema.run_schema()
            print(json.dumps(schema, indent=2))
            parser.exit()

    command.add_argument("--json", action="store_true", help="one JSON object a file, on one line each")
    command.add_argument("--json-schema", action=Schema, nargs=0, help="print the JSON Schema of these objects")
    command.add_argument("--quiet", action="store_true", help="say nothing but faults")


def _add_check(check: argparse.ArgumentParser) -> None:
    check.set_defaults(command=_check)
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
    _add_telling(check, "check")


def _add_verify(verify: argparse.ArgumentParser) -> None:
    verify.set_defaults(command=_verify)
    verify.add_argument("file", metavar="FILE", help=".xlsx, .xlsm, .xltx or .xltm with trades in it")
    verify.add_argument("--original", metavar="ORIGINAL", help="the file before trades were added to it")
    verify.add_argument("--json", action="store_true", help="one JSON object on one line")


def _add_formulas(formulas: argparse.ArgumentParser) -> None:
    formulas.set_defaults(command=_formulas)
    formulas.add_argument("file", metavar="FILE", help=".xlsx, .xlsm, .xltx or .xltm")
    formulas.add_argument("--output", metavar="FILE", help="write to this file instead of in place")


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


def _read(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    """Tell the table found, each column's role, what is left out, targets, and why."""
    import json
    from pathlib import Path

    from pbal_xl import cli_reading as words
    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless.reading import Where, explain_file

    file = Path(options.file)
    try:
        explained = explain_file(file, Where(options.sheet, options.area, options.decimal))
    except PbalError as error:
        if options.json:
            print(json.dumps(words.refused_object(file, error)))
        else:
            _complain(_naming(file, error))
        return REFUSED
    print(json.dumps(words.as_object(file, explained)) if options.json else words.as_text(file, explained))
    return REFUSED if explained.understanding.faults else DONE


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from pathlib import Path

    from pbal_xl.cli_request import expand

    files = [file for given in options.files if "://" not in given for file in expand(given)]
    addresses = [given for given in options.files if "://" in given]
    if options.output is not None and len(files) + len(addresses) > 1:
        parser.error("--output takes one FILE; use --output-dir for several")
    if options.orders is not None and len(files) > 1:
        parser.error("--orders takes one FILE")
    outputs = [given for given in (options.output, options.output_dir) if given is not None and "://" in given]
    folder = None if options.output_dir is None or outputs else Path(options.output_dir)
    if folder is not None and not _made(folder):
        return REFUSED
    if addresses or outputs or _asks_for_many(options):
        return _run_many([*map(str, files), *addresses], options, folder)
    refused = sum(not _run_one(file, options, folder) for file in _with_progress(files, options))
    if len(files) > 1 and not options.quiet and not options.json:
        print(f"{len(files)} files: {len(files) - refused} done, {refused} refused")
    return REFUSED if refused else DONE


def _asks_for_many(options: argparse.Namespace) -> bool:
    """Whether more is asked for than one file after the other."""
    asked = (options.scheduler, options.shard, options.journal, options.report, options.timeout)
    return options.jobs != 1 or options.resume or any(one is not None for one in asked)


def _run_many(files: list[str], options: argparse.Namespace, folder: Path | None) -> int:
    """Run files on several cores or a cluster, with a journal and a report."""
    from pbal_xl.cli_batch import lines_of_run
    from pbal_xl.cli_request import request_of
    from pbal_xl.errors import PbalError

    done = refused = 0
    try:
        for line, ok in lines_of_run(options, files, lambda file: request_of(file, options, folder), _complain):
            done, refused = done + ok, refused + (not ok)
            if line is not None:
                print(line, flush=True)
    except PbalError as error:
        _complain(str(error))
        return REFUSED
    if not options.quiet and not options.json:
        print(f"{done + refused} files: {done} done, {refused} refused")
    return REFUSED if refused else DONE


def _made(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _complain(f"{folder} cannot be made: {error.strerror or error}")
        return False
    return True


def _with_progress(files: list[Path], options: argparse.Namespace) -> Iterable[Path]:
    """The files, with a progress bar on a terminal where no results show the progress themselves."""
    silent = options.quiet or not sys.stdout.isatty()
    if len(files) > 1 and silent and sys.stderr.isatty():
        from tqdm import tqdm

        return tqdm(files, unit="file", leave=False)
    return files


def _run_one(file: Path, options: argparse.Namespace, folder: Path | None) -> bool:
    """Run one file and tell what became of it; False when it was refused."""
    import json

    from pbal_xl import cli_output as words
    from pbal_xl.cli_request import request_of
    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless import commands as run

    try:
        done = run.run_file(file, request_of(file, options, folder))
    except PbalError as error:
        if options.json:
            print(json.dumps(words.failure_object(file, error)))
        else:
            _complain(_naming(file, error))
        return False
    if options.json:
        print(json.dumps(words.as_object(done)))
    elif not options.quiet:
        print(words.as_text(done))
        print()
    return True


def _naming(file: Path, error: PbalError) -> str:
    sentence = str(error)
    return sentence if str(file) in sentence else f"{file}: {sentence}"


def _check(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from pbal_xl.cli_request import expand

    statuses = {_check_one(file, options) for given in options.files for file in expand(given)}
    return REFUSED if REFUSED in statuses else max(statuses)


def _check_one(file: Path, options: argparse.Namespace) -> int:
    """Check one file and tell how it stands; the exit status that it asks for."""
    import json

    from pbal_xl import cli_output as words
    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless.checking import check_file
    from pbal_xl.hosts.headless.reading import Where

    try:
        done = check_file(file, Where(options.sheet, options.area, options.decimal), options.bands)
    except PbalError as error:
        if options.json:
            print(json.dumps(words.check_failure(file, options.bands, error)))
        else:
            _complain(_naming(file, error))
        return REFUSED
    if options.json:
        print(json.dumps(words.check_object(done)))
    elif not options.quiet:
        print(words.check_text(done))
    return DUE if done.due else DONE


def _verify(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    import json
    from pathlib import Path

    from pbal_xl import cli_output as words
    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless.verifying import verify_file

    file = Path(options.file)
    try:
        done = verify_file(file, None if options.original is None else Path(options.original))
    except PbalError as error:
        if options.json:
            print(json.dumps(words.verify_failure(file, error)))
        else:
            _complain(_naming(file, error))
        return REFUSED
    print(json.dumps(words.verify_object(done)) if options.json else words.verify_text(done))
    return DONE if done.ok else REFUSED


def _formulas(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from pathlib import Path

    from pbal_xl.hosts.headless.formulas import add_formulas

    def add() -> list[str]:
        output = None if options.output is None else Path(options.output)
        written, names = add_formulas(Path(options.file), output)
        return [
            f"{', '.join(names)} were added to {written}",
            "Each is made of LAMBDA, which Excel 365 and 2024 know. To the cent they are exact; with TRUE as their",
            "last argument they trade whole shares, cut down and then filled up in one pass.",
            "They were tried in an engine of formulas, not in Excel itself.",
        ]

    return _tell(add)


def _install(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from pathlib import Path

    from pbal_xl.install import commands

    dest = None if options.dest is None else Path(options.dest)
    if options.libreoffice:
        return _tell(lambda: commands.install_libreoffice(dest))
    return _tell(lambda: commands.install(dest))


def _uninstall(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from pbal_xl.install import commands

    return _tell(commands.uninstall_libreoffice if options.libreoffice else commands.uninstall)


def _doctor(_: argparse.Namespace, __: argparse.ArgumentParser) -> int:
    from pbal_xl.install import commands

    checks = commands.doctor()
    for check in checks:
        print(f"{'ok  ' if check.ok else 'TODO'}  {check.name}: {check.said}")
    return DONE if all(check.ok for check in checks) else REFUSED


def _build(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from pathlib import Path

    from pbal_xl.install import commands

    return _tell(lambda: commands.build(Path.cwd(), check=options.check))


def _tell(command: Callable[[], list[str]]) -> int:
    from pbal_xl.errors import PbalError

    try:
        lines = command()
    except PbalError as error:
        _complain(str(error))
        return REFUSED
    for line in lines:
        print(line)
    return DONE


def _complain(sentence: str) -> None:
    from pbal_xl.grid.cells import one_line

    print(f"pbal-xl: {one_line(sentence)}", file=sys.stderr)
