"""One LibreOffice with the extension installed, for every test that needs one.

It runs with a profile of its own in a temporary folder and is asked through a helper process, since ``uno``
belongs to another Python than the one of the tests.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl.codegen.calc_extension import build_oxt

if TYPE_CHECKING:
    from collections.abc import Iterator

AGENT = Path(__file__).with_name("calc_agent.py")
STARTED_IN = 60.0
ANSWERED_IN = 60.0


def soffice() -> str:
    return shutil.which("soffice")


def uno_python() -> str:
    """A Python that imports uno, or None: the system's, or LibreOffice's own."""
    beside = Path(os.path.realpath(soffice() or "")).parent / "python"
    for candidate in ("/usr/bin/python3", str(beside), sys.executable):
        if (
            Path(candidate).exists()
            and not subprocess.run(
                [candidate, "-c", "import uno"], check=False, capture_output=True, env=clean_environment()
            ).returncode
        ):
            return candidate
    return None


def clean_environment(**more: Any) -> dict[str, str]:
    # A foreign Python on PATH makes every call of a Python component throw.
    keep = ("HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR")
    kept = {name: os.environ[name] for name in keep if name in os.environ}
    return {**kept, "PATH": "/usr/bin:/bin", **more}


def missing() -> str | None:
    """Why LibreOffice cannot be driven here, or None."""
    if not soffice():
        return "soffice is not installed"
    if not uno_python():
        return "no Python here imports uno (Debian: python3-uno)"
    return None


class Office:
    """A running LibreOffice; ``ask("read", address="A1:C3")`` calls the agent's method of that name."""

    def __init__(self, profile: Path, *, display: str | None = None, document: Path | None = None) -> None:
        self.pipe = f"pbal{os.getpid()}x{time.monotonic_ns()}"
        options = ["--norestore", "--nologo", "--nofirststartwizard", "--nolockcheck"]
        # Temporary files and sockets that LibreOffice leaves lie in our own folder.
        self.home = {"TMPDIR": str(profile.parent), "OSL_SOCKET_PATH": str(profile.parent)}
        environment = clean_environment(SAL_USE_VCLPLUGIN="svp", **self.home)
        if display:
            environment = clean_environment(
                DISPLAY=display, SAL_USE_VCLPLUGIN="gtk3", NO_AT_BRIDGE="1", GDK_BACKEND="x11", **self.home
            )
        else:
            options += ["--headless"]
        self.command = [
            soffice(),
            *options,
            f"-env:UserInstallation={profile.as_uri()}",
            f"--accept=pipe,name={self.pipe};urp;",
            *([str(document)] if document else []),
        ]
        self.log = (profile.parent / "soffice.log").open("ab")
        self.environment = environment
        self.process = self._start()
        self.agent = subprocess.Popen(
            [uno_python(), str(AGENT), self.pipe, str(STARTED_IN)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=clean_environment(**self.home),
        )
        self._started()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )

    def _started(self) -> None:
        """Wait for the agent; a fresh profile ends the first start with 81, which asks for another."""
        until = time.monotonic() + STARTED_IN
        while not select.select([self.agent.stdout], [], [], 0.2)[0]:
            if self.process.poll() == 81:
                self.process = self._start()
            assert time.monotonic() < until, "soffice did not start"
        assert json.loads(self.agent.stdout.readline()) == {"answer": "ready"}

    def ask(self, do: str, *, patience: float = ANSWERED_IN, **arguments: Any) -> list[Any] | None:
        """Call the agent's method ``do`` and return what it returns."""
        self.agent.stdin.write(json.dumps({"do": do, "with": arguments}) + "\n")
        self.agent.stdin.flush()
        assert select.select([self.agent.stdout], [], [], patience)[0], f"LibreOffice hangs in {do}"
        line = self.agent.stdout.readline()
        assert line, f"LibreOffice went away during {do}"
        answer = json.loads(line)
        assert "fault" not in answer, answer["fault"]
        return answer["answer"]

    def stop(self) -> None:
        with contextlib.suppress(AssertionError, BrokenPipeError, ValueError):
            self.ask("quit", patience=10.0)
        self.agent.stdin.close()
        self.agent.stdout.close()
        try:
            self.process.wait(10)
            self.agent.wait(10)
        except subprocess.TimeoutExpired:
            self.agent.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # its whole session, which is ours alone
        self.process.wait()
        self.agent.wait()
        self.log.close()


class Shared:
    """At most one LibreOffice at a time, started when first needed, from a profile with the extension in it."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.running: Office | None = None
        self.mode: tuple[str, str | None] | None = None

    def profile(self) -> Path:
        if self.folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="pbal-office-"))
            atexit.register(self.end)
            oxt = self.folder / "pbal-xl.oxt"
            oxt.write_bytes(build_oxt())
            office = Office(self.folder / "profile")
            try:
                office.ask("install", path=str(oxt))
            finally:
                office.stop()
        return self.folder / "profile"

    def get(self, display: str | None = None, document: Path | None = None) -> Office:
        reason = missing()
        if reason:
            pytest.skip(reason)
        mode = ("window", display) if display else ("headless", None)
        if self.running is not None and self.mode != mode:
            self.stop()
        if self.running is None:
            self.running = Office(self.profile(), display=display, document=document)
            self.mode = mode
        return self.running

    def stop(self) -> None:
        if self.running is not None:
            running, self.running = self.running, None
            running.stop()

    def end(self) -> None:
        self.stop()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


SHARED = Shared()


def opened() -> Iterator[Office]:
    """The one LibreOffice of the session, with an empty spreadsheet open meanwhile."""
    running = SHARED.get()
    running.ask("open")
    yield running
    running.ask("close")


def letters(column: int) -> str:
    """1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
