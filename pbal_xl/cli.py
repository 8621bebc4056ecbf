"""The command line: the only module that prints, and the only one that knows exit statuses.

0: all files done. 1: at least one file refused. 2: wrong usage. 3: a rebalance is due (``check`` alone).
"""

from __future__ import annotations

import os
import sys

from pbal_xl.cli_options import COMMANDS, help_text, parser_for

# Type checkers know the name; importing typing would cost a third of the time that --help takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pbal_xl.errors import PbalError

__all__ = ["COMMANDS", "entry_point", "main"]

DONE, REFUSED, USAGE, DUE = 0, 1, 2, 3
_INTERRUPTED = 130


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

    from pbal_xl.cli_request import asks_for_many, expand, make_folder, with_progress

    files = [file for given in options.files if "://" not in given for file in expand(given)]
    addresses = [given for given in options.files if "://" in given]
    if options.output is not None and len(files) + len(addresses) > 1:
        parser.error("--output takes one FILE; use --output-dir for several")
    if options.orders is not None and len(files) > 1:
        parser.error("--orders takes one FILE")
    outputs = [given for given in (options.output, options.output_dir) if given is not None and "://" in given]
    folder = None if options.output_dir is None or outputs else Path(options.output_dir)
    if folder is not None and (fault := make_folder(folder)):
        _complain(fault)
        return REFUSED
    if addresses or outputs or asks_for_many(options):
        return _run_many([*map(str, files), *addresses], options, folder)
    refused = sum(not _run_one(file, options, folder) for file in with_progress(files, options))
    if len(files) > 1 and not options.quiet and not options.json:
        print(f"{len(files)} files: {len(files) - refused} done, {refused} refused")
    return REFUSED if refused else DONE


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

    from pbal_xl import cli_checks as words
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

    from pbal_xl import cli_checks as words
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


_DOES: dict[str, Callable[[argparse.Namespace, argparse.ArgumentParser], int]] = {
    "run": _run,
    "read": _read,
    "check": _check,
    "verify": _verify,
    "formulas": _formulas,
    "install": _install,
    "uninstall": _uninstall,
    "doctor": _doctor,
    "build": _build,
}


def _parser() -> argparse.ArgumentParser:
    return parser_for(_DOES)
