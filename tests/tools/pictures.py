"""Takes the pictures of the documents from the real program; look at each of them before it is committed.

Usage: python tests/tools/pictures.py [NAME...] [--look FOLDER]   (needs soffice and pdftoppm)

Windows need Xvfb, xdotool and import too, and libreoffice-gtk3 to look as they do on most desktops.

Sheets are printed by LibreOffice. Windows are those of a LibreOffice with the extension, on a screen of their own.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
DEMO = ROOT / "workbook" / "portfolio.xlsx"
# Nobody waits long for a page with pictures.
MOST_BYTES = 150_000
# A window's bars and grid without the empty rows below.
_WINDOW = (1620, 810)
_EDGE = 20


class Sheet(NamedTuple):
    """A trades sheet as it is printed.

    Attributes:
        options: of ``pbal-xl run`` on the demo.
        part: the share of the page's height that is shown, from and to.
        rows: lines of a CSV to run instead of the demo; none for the demo.
    """

    options: tuple[str, ...]
    part: tuple[float, float] = (0.0, 1.0)
    rows: tuple[str, ...] = ()


_CLASSES = (
    "ISIN,Name,Class,Quantity,Price",
    "IE00B4L5Y983,MSCI World,Stocks,210,96.40",
    "IE00BKM4GZ66,Emerging Markets,Stocks,160,34.15",
    "IE00B3F81R35,Corporate Bonds,Bonds,95,118.20",
    "IE00B4WXJJ64,Government Bonds,Bonds,60,111.75",
    "IE00B4ND3602,Physical Gold,Gold,55,58.60",
    "",
    "Class,Target",
    "Stocks,60%",
    "Bonds,30%",
    "Gold,10%",
)
SHEETS = {
    "excel-trades": Sheet(()),
    "trades-german": Sheet(("--language", "de")),
    "road": Sheet(("--strategy", "hard")),
    "bands": Sheet(("--strategy", "hard", "--bands", "5/25")),
    "living": Sheet(("--live",)),
    "classes": Sheet(("--cash", "3000"), rows=_CLASSES),
}
WINDOWS = ("calc-menu", "calc-formula", "calc-trades", "calc-ask")
# Taken with them, to be looked at and not kept.
LOOKED_AT = ("calc-read", "calc-help", "calc-fault", "calc-settings", "calc-german", "calc-dark")
# Makes documents dark, as LibreOffice's options do.
_DARK = """[
    (access.setPropertyValue("CurrentColorScheme", "LibreOffice Dark"), access.commitChanges())
    for place in ["/org.openoffice.Office.UI/ColorScheme"]
    for access in [
        context.ServiceManager.createInstanceWithContext(
            "com.sun.star.configuration.ConfigurationProvider", context
        ).createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationUpdateAccess",
            (uno.createUnoStruct("com.sun.star.beans.NamedValue", "nodepath", place),),
        )
    ]
] and None"""
_NO_SPELLING = """context.ServiceManager.createInstanceWithContext(
    "com.sun.star.frame.DispatchHelper", context
).executeDispatch(
    document.CurrentController.Frame,
    ".uno:SpellOnline",
    "",
    0,
    (uno.createUnoStruct("com.sun.star.beans.PropertyValue", "Enable", 0, False, uno.Enum(
        "com.sun.star.beans.PropertyState", "DIRECT_VALUE"
    )),),
) and None"""
_NO_NAMES = "[document.NamedRanges.removeByName(name) for name in document.NamedRanges.ElementNames]"


def print_sheet(sheet: Sheet, folder: Path) -> Image:
    """The trades sheet of the demo, or of other rows, with these options, as LibreOffice prints it."""
    from PIL import Image

    plan, source = folder / "plan.xlsx", DEMO
    if sheet.rows:
        source = folder / "positions.csv"
        source.write_text("\n".join(sheet.rows) + "\n", encoding="utf-8")
    run = [sys.executable, "-m", "pbal_xl", "run", str(source), "--output", str(plan), "--quiet", *sheet.options]
    subprocess.run(run, check=True)
    office = shutil.which("soffice") or "soffice"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(plan)]
    subprocess.run(convert, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["pdftoppm", "-r", "130", "-png", str(plan.with_suffix(".pdf")), str(folder / "page")], check=True
    )
    page = Image.open(max(folder.glob("page*.png"))).convert("RGB")
    first, last = sheet.part
    return page.crop((0, int(first * page.height), page.width, int(last * page.height)))


class Window:
    """Calc with the demo in it, on a screen of its own, and the pictures taken of it."""

    def __init__(self, folder: Path) -> None:
        from calc_office import SHARED
        from calc_window import Screen, until

        self.folder, self.until = folder, until
        self.taken: dict[str, Image] = {}
        self.screen = Screen(*_WINDOW)
        book = Path(shutil.copy(DEMO, folder / "portfolio.xlsx"))
        self.office = SHARED.get(display=self.screen.name, document=book)
        until(lambda: self.office.ask("attach"), "the document opens")
        self.office.ask("tell", expression=_NO_SPELLING)
        for window in until(self.screen.windows, "a window"):
            self.screen.fill(window)

    def take(self, name: str, *, command: str = "", select: str = "") -> None:
        """Select some cells, carry out a command, and take a picture."""
        from PIL import Image

        if select:
            self.office.ask("select", sheet="Portfolio", address=select)
        if command:
            self.office.ask("execute", command=command)
        time.sleep(3)  # what is drawn has no end that could be waited for
        self.screen.picture(self.folder / f"{name}.png")
        self.taken[name] = Image.open(self.folder / f"{name}.png").convert("RGB")

    def take_dialog(self, name: str, command: str) -> None:
        """Choose a command from the menu, take a picture with its dialog, and close that."""
        from pbal_xl.hosts.calc.commands import COMMANDS

        screen, before = self.screen, set(self.screen.windows())

        def choose() -> None:
            screen.calm()
            screen.menu([one.name for one in COMMANDS].index(command) + 1)

        choose()
        dialog = self.until(lambda: set(screen.windows()) - before, f"{name} comes up", again=choose).pop()
        screen.do("windowmove", dialog, "480", "220")
        screen.do("windowfocus", dialog)
        self.take(name)
        screen.keys("Escape")
        self.until(lambda: dialog not in screen.windows(), f"{name} closes")


def take_windows(folder: Path) -> dict[str, Image]:
    """Calc's menu, a formula, the sheet that the menu's command adds, dialogs, a dark and a German document."""
    sys.path.insert(0, str(ROOT / "tests" / "calc"))
    from calc_office import SHARED
    from calc_window import MENUS_BEFORE

    window = Window(folder)
    screen, office = window.screen, window.office
    try:
        screen.keys("F10", *["Right"] * MENUS_BEFORE, "Down")
        window.take("calc-menu")
        screen.keys("Escape", "Escape")
        window.take_dialog("calc-read", "explain_holdings")
        window.take_dialog("calc-help", "show_help")
        office.ask("formula", address="I2:M12", text="=PBAL_NEVERSELL(A2:C12;5000)", array=True)
        window.take("calc-formula", command="format_plan", select="I2:M12")
        window.take("calc-trades", command="suggest_trades", select="A3")
        office.ask("undo")
        office.ask("write", rows=[[-3]], row=4, column=3, sheet="Portfolio")
        window.take_dialog("calc-fault", "suggest_trades")
        office.ask("write", rows=[[180.51]], row=4, column=3, sheet="Portfolio")
        # The sheet of somebody who has not written down any settings.
        office.ask("tell", expression=_NO_NAMES)
        office.ask("tell", expression="sheet('Portfolio').getCellRangeByName('F1:M20').clearContents(1023)")
        window.take_dialog("calc-ask", "suggest_trades")
        window.take("calc-settings", command="write_settings", select="A3")
        office.ask("write", rows=[[5000]], row=3, column=7, sheet="Portfolio")
        office.ask("locale", language="de", country="DE")
        window.take("calc-german", command="suggest_trades", select="A3")
        office.ask("tell", expression=_DARK)
        window.take("calc-dark")
        return window.taken
    finally:
        SHARED.end()
        screen.close()


def keep(name: str, picture: Image) -> None:
    """Cut off what is white around it and write it, in so many colours that none looks like another."""
    from PIL import Image, ImageChops

    box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
    left, top, right, bottom = box or (0, 0, *picture.size)
    right, bottom = min(picture.width, right + _EDGE), min(picture.height, bottom + _EDGE)
    frame = (max(0, left - _EDGE), max(0, top - _EDGE), right, bottom)
    target = IMAGES / f"{name}.png"
    picture.crop(frame).quantize(256).save(target, optimize=True)
    size = target.stat().st_size
    print(f"{target.relative_to(ROOT)}: {size:,} bytes")
    if size > MOST_BYTES:
        sys.exit(f"{name} has more than {MOST_BYTES:,} bytes")


def main() -> None:
    """Take the pictures of these names, or all; with ``--look`` those that are only looked at go to a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*SHEETS, *WINDOWS, []], help="all by default")
    parser.add_argument("--look", type=Path, help=f"a folder for {', '.join(LOOKED_AT)}")
    options = parser.parse_args()
    wanted = options.names or [*SHEETS, *WINDOWS]
    for name in [one for one in wanted if one in SHEETS]:
        with tempfile.TemporaryDirectory() as folder:
            keep(name, print_sheet(SHEETS[name], Path(folder)))
    if set(WINDOWS).intersection(wanted):
        with tempfile.TemporaryDirectory() as folder:
            for name, picture in take_windows(Path(folder)).items():
                if name in wanted:
                    keep(name, picture)
                elif options.look:
                    picture.save(options.look / f"{name}.png")


if __name__ == "__main__":
    main()
