"""The command line: the only module that prints, and the only one that knows exit statuses.

0: all files done. 1: at least one file refused. 2: wrong usage, a value of an option that cannot be used among it.
3: a rebalance is due (``check`` alone).

Long because it is the one door of all commands.
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
    from typing import Any

    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless.commands import Request

__all__ = ["COMMANDS", "entry_point", "main"]

DONE, REFUSED, USAGE, DUE = 0, 1, 2, 3
_INTERRUPTED = 130
_LAST_STREAM = 2


def entry_point() -> None:
    """The ``pbal-xl`` command."""
    _open_what_is_closed()
    sys.exit(main(sys.argv[1:]))


def _open_what_is_closed() -> None:
    """Give streams that the caller closed a place: no workbook may be opened where messages are printed."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= _LAST_STREAM:
        pass
    os.close(handle)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  for good


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
        status = _done_or_misused(options, parser)
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


def _done_or_misused(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Do what the command line asks for; a value on it that cannot be used ends as an unknown option does."""
    from pbal_xl.cli_usage import UsageError
    from pbal_xl.errors import PbalError

    try:
        status: int = options.command(options, parser)
    except UsageError as error:
        _complain(str(error))
        return USAGE
    except PbalError as error:
        # A file that an option names.
        _complain(str(error))
        return REFUSED
    return status


def _read(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    """Tell the table found, each column's role, what is left out, targets, and why."""
    from pbal_xl import cli_reading as words
    from pbal_xl.cli_usage import where_of
    from pbal_xl.hosts.headless.reading import explain_file

    def look(file: Path) -> tuple[dict[str, Any], str, int]:
        explained = explain_file(file, where_of(options))
        status = REFUSED if explained.understanding.faults else DONE
        return words.as_object(file, explained), words.as_text(file, explained), status

    return _tell_of(options.file, options, look, words.refused_object)


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from pathlib import Path

    from pbal_xl.cli_request import asks_for_many, expand, keep_apart, make_folder, requests_of, with_progress

    files = [file for given in options.files if "://" not in given for file in expand(given)]
    addresses = [given for given in options.files if "://" in given]
    if options.output is not None and len(files) + len(addresses) > 1:
        parser.error("--output takes one FILE; use --output-dir for several")
    if options.orders is not None and len(files) > 1:
        parser.error("--orders takes one FILE")
    outputs = [given for given in (options.output, options.output_dir) if given is not None and "://" in given]
    folder = None if options.output_dir is None or outputs else Path(options.output_dir)
    keep_apart(options, files, _tables_of_report(options))
    request_of = requests_of(options, folder)
    if folder is not None and not options.dry_run and (fault := make_folder(folder)):
        _complain(fault)
        return REFUSED
    if addresses or outputs or asks_for_many(options):
        return _run_many([*map(str, files), *addresses], options, request_of)
    refused = sum(not _run_one(file, options, request_of(file)) for file in with_progress(files, options))
    if len(files) > 1 and not options.quiet and not options.json:
        from pbal_xl.cli_output import in_all

        print(in_all(len(files) - refused, refused))
    return REFUSED if refused else DONE


def _tables_of_report(options: argparse.Namespace) -> list[Path]:
    if options.report is None:
        return []
    from pathlib import Path

    from pbal_xl.batch.report import report_files

    return report_files(Path(options.report))


def _run_many(files: list[str], options: argparse.Namespace, request_of: Callable[[Path], Request]) -> int:
    """Run files on several cores or a cluster, with a journal and a report."""
    from pbal_xl.cli_batch import lines_of_run
    from pbal_xl.cli_output import in_all
    from pbal_xl.errors import PbalError

    done = refused = earlier = 0
    try:
        for line, outcome in lines_of_run(options, files, request_of, _complain):
            done, refused = done + outcome.ok, refused + (not outcome.ok)
            earlier += outcome.earlier
            if line is not None:
                print(line, flush=True)
    except PbalError as error:
        _complain(str(error))
        return REFUSED
    if not options.quiet and not options.json:
        print(in_all(done, refused, earlier))
    return REFUSED if refused else DONE


def _run_one(file: Path, options: argparse.Namespace, request: Request) -> bool:
    """Run one file and tell what became of it; False when it was refused."""
    import json

    from pbal_xl import cli_output as words
    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless import commands as run

    try:
        done = run.run_file(file, request)
    except PbalError as error:
        if options.json:
            print(json.dumps(words.failure_object(file, error)))
        else:
            _complain(_naming(str(file), error))
        return False
    if options.quiet:
        return True
    print(json.dumps(words.as_object(done)) if options.json else f"{words.as_text(done)}\n")
    return True


def _naming(file: str, error: PbalError) -> str:
    sentence = str(error)
    return sentence if file in sentence else f"{file}: {sentence}"


def _check(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from pbal_xl import cli_checks as words
    from pbal_xl.batch.remote import matching
    from pbal_xl.cli_request import expand
    from pbal_xl.cli_usage import bands_of, where_of
    from pbal_xl.hosts.headless.checking import check_file

    where, bands = where_of(options), bands_of(options)

    def look(file: Path) -> tuple[dict[str, Any], str, int]:
        done = check_file(file, where, bands)
        return words.check_object(done), words.check_text(done, options.language), DUE if done.due else DONE

    def refused(file: Path, error: PbalError) -> dict[str, Any]:
        return words.check_failure(file, bands, error)

    found = (matching(one) if "://" in one else map(str, expand(one)) for one in options.files)
    statuses = {_tell_of(file, options, look, refused) for files in found for file in files}
    return REFUSED if REFUSED in statuses else max(statuses)


def _verify(options: argparse.Namespace, _: argparse.ArgumentParser) -> int:
    from contextlib import ExitStack

    from pbal_xl import cli_checks as words
    from pbal_xl.batch.remote import at_hand
    from pbal_xl.cli_usage import where_of
    from pbal_xl.hosts.headless.verifying import verify_file

    def look(file: Path) -> tuple[dict[str, Any], str, int]:
        with ExitStack() as held:
            before = None if options.original is None else held.enter_context(at_hand(options.original))
            done = verify_file(file, before, where_of(options))
        return words.verify_object(done), words.verify_text(done), DONE if done.ok else REFUSED

    return _tell_of(options.file, options, look, words.verify_failure)


def _tell_of(
    given: str,
    options: argparse.Namespace,
    look: Callable[[Path], tuple[dict[str, Any], str, int]],
    refused: Callable[[Path, PbalError], dict[str, Any]],
) -> int:
    """Print what a look at a file, or at an object in a store, finds; the exit status that it asks for.

    Args:
        given: its path or its address, by which it is told.
        options: whether to print objects, lines or faults alone.
        look: the object, the lines and the exit status of a file.
        refused: the object of a file that cannot be looked at.
    """
    import json
    from pathlib import Path

    from pbal_xl.batch.remote import at_hand
    from pbal_xl.cli_output import printable
    from pbal_xl.errors import PbalError

    name = given if "://" in given else str(Path(given))
    try:
        with at_hand(given) as path:
            found, text, status = look(path)
    except PbalError as error:
        if options.json:
            print(json.dumps({**refused(Path(given), error), "file": name}))
        else:
            _complain(_naming(name, error))
        return REFUSED
    if getattr(options, "quiet", False):
        return status
    # A copy is told by its address.
    near = str(path)
    if options.json:
        told = {key: one.replace(near, name) if isinstance(one, str) else one for key, one in found.items()}
        print(json.dumps(told))
    else:
        print(text.replace(printable(near), printable(name)))
    return status


def _settings(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    """Write the settings that were said, and those that plans take, beside the holdings of each file."""
    from pathlib import Path

    from pbal_xl import cli_settings as words
    from pbal_xl.cli_request import expand, settings_of
    from pbal_xl.cli_usage import where_of
    from pbal_xl.hosts.headless.settings_sheet import write_settings

    far = next((given for given in options.files if "://" in given), None)
    if far is not None:
        parser.error(f"settings are written to files of this machine, and {far} is none")
    files = [file for given in options.files for file in expand(given)]
    if options.output is not None and len(files) > 1:
        parser.error("--output takes one FILE")
    output = None if options.output is None else Path(options.output)
    where, said = where_of(options), settings_of(options)

    def write(file: Path) -> tuple[dict[str, Any], str, int]:
        done = write_settings(file, where, said, output)
        return words.settings_object(done), words.settings_text(done), DONE

    return max(_tell_of(str(file), options, write, words.settings_failure) for file in files)


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
    "settings": _settings,
    "formulas": _formulas,
    "install": _install,
    "uninstall": _uninstall,
    "doctor": _doctor,
    "build": _build,
}


def _parser() -> argparse.ArgumentParser:
    return parser_for(_DOES)
