"""A LibreOffice window on a screen of its own, and the keyboard to work it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import Any

import pytest

# Far longer than anything takes: a machine that others keep busy may stand still for a minute.
PATIENCE = 180.0
# Where Portfolio stands in the menu bar: after File, Edit, View, Insert, Format, Styles, Sheet, Data and Tools.
MENUS_BEFORE = 9


def missing_tools() -> Any:
    """Why no window can be worked here, or None."""
    absent = [tool for tool in ("Xvfb", "xdotool") if not shutil.which(tool)]
    return f"{' and '.join(absent)} not installed" if absent else None


class Screen:
    """An X server that nobody sees."""

    def __init__(self, width: Any, height: Any) -> None:
        self.size = (str(width), str(height))
        self.filled = ""
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp", "-screen", "0", f"{width}x{height}x24"],
            pass_fds=[write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            self.name = f":{told.readline().strip()}"

    def do(self, *arguments: Any) -> Any:
        environment = {**os.environ, "DISPLAY": self.name}
        done = subprocess.run(
            ["xdotool", *arguments], env=environment, capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout

    def keys(self, *keys: Any) -> None:
        self.do("key", "--delay", "40", *keys)

    def type(self, text: Any) -> None:
        self.do("type", "--delay", "25", text)

    def menu(self, entry: Any) -> None:
        """Choose an entry of the menu Portfolio, counted from 1."""
        self.keys("F10", *["Right"] * MENUS_BEFORE, *["Down"] * entry, "Return")

    def windows(self) -> Any:
        return self.do("search", "--onlyvisible", "--name", ".").split()

    def fill(self, window: Any) -> None:
        """Without a window manager nobody else gives a window its place, size and the keyboard."""
        self.filled = window
        self.do("windowmove", window, "0", "0")
        self.do("windowsize", window, *self.size)
        self.do("windowfocus", window)

    def calm(self) -> None:
        """Close what a lost key left open: a menu, a question, half a formula; then the window has the keys."""
        for window in self.windows():
            if window != self.filled:
                self.do("windowfocus", window)
                self.keys("Escape")
        self.fill(self.filled)
        self.keys("Escape", "Escape", "Escape")

    def picture(self, path: Any) -> None:
        """Take a picture of the screen (with ImageMagick), for the documentation."""
        subprocess.run(["import", "-display", self.name, "-window", "root", str(path)], check=True)

    def close(self) -> None:
        self.server.terminate()
        self.server.wait(10)


def until(condition: Any, what: Any, *, again: Any = lambda: None, after: Any = 20.0) -> Any:
    """Wait for the condition and return what it gives; now and then do something again, if so asked.

    A window that has just come up may miss keys.
    """
    end = time.monotonic() + PATIENCE
    due = time.monotonic() + after
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        if time.monotonic() > due:
            again()
            due = time.monotonic() + after
        time.sleep(0.2)
    pytest.fail(f"{what} within {PATIENCE:g} seconds")
    return None
