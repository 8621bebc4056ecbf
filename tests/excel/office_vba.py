"""Runs VBA in a LibreOffice of its own: a JSON request on stdin, the answers as JSON on stdout.

Runs under the Python that owns ``uno``. Arguments: a folder for the profile, and soffice.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

PATIENCE = 60.0
# Temporary files and sockets that LibreOffice leaves lie where the test says.
KEPT = {name: os.environ[name] for name in ("TMPDIR", "OSL_SOCKET_PATH")}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "SAL_USE_VCLPLUGIN": "svp", **KEPT}


def start(profile: Any, soffice: Any, pipe: Any) -> Any:
    command = [soffice, "--headless", "--norestore", "--nologo", "--nofirststartwizard",
               f"-env:UserInstallation={Path(profile).as_uri()}", f"--accept=pipe,name={pipe};urp;"]  # fmt: skip
    return subprocess.Popen(
        command, env={**ENVIRONMENT, "HOME": profile}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def connect(profile: Any, soffice: Any) -> Any:
    """The desktop and its process; a fresh profile ends the first start with 81, which asks for another."""
    pipe = f"pbalvba{os.getpid()}"
    process = start(profile, soffice, pipe)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    until = time.monotonic() + PATIENCE
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if process.poll() == 81:
                process = start(profile, soffice, pipe)
            if time.monotonic() > until:
                os.killpg(process.pid, signal.SIGKILL)
                raise
            time.sleep(0.1)
        else:
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context), process


def fill(sheet: Any, rows: Any) -> None:
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            cell = sheet.getCellByPosition(c, r)
            if isinstance(value, str):
                cell.String = value
            elif value is not None:
                cell.Value = value


def answers(document: Any, calls: Any) -> Any:
    provider = document.getScriptProvider()
    for name, arguments in calls:
        script = provider.getScript(f"vnd.sun.star.script:Standard.{name}?language=Basic&location=document")
        yield script.invoke(tuple(arguments), (), ())[0]


def end(desktop: Any, process: Any) -> None:
    """Asked first, so that it takes its sockets away; then its whole session, which is ours alone."""
    with contextlib.suppress(DisposedException):  # it was quicker than its own answer
        desktop.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def main(profile: Any, soffice: Any) -> None:
    request = json.load(sys.stdin)
    desktop, process = connect(profile, soffice)
    try:
        options = (PropertyValue("Hidden", 0, True, 0), PropertyValue("MacroExecutionMode", 0, 4, 0))  # noqa: FBT003
        document = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, options)
        fill(document.Sheets.getByIndex(0), request["cells"])
        document.BasicLibraries.VBACompatibilityMode = True
        for name, source in request["modules"].items():
            document.BasicLibraries.getByName("Standard").insertByName(name, source)
        json.dump(list(answers(document, request["calls"])), sys.stdout)
        document.close(True)  # noqa: FBT003
    finally:
        end(desktop, process)
    sys.stdout.flush()
    os._exit(0)  # the bridge to a LibreOffice that is gone may crash on its way out


main(*sys.argv[1:])
