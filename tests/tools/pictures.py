"""Takes the pictures of the documents from the real program; look at each of them before it is committed.

Usage: python tests/tools/pictures.py [NAME...]   (needs soffice and pdftoppm)

Windows need Xvfb, xdotool and import too, and libreoffice-gtk3 to look as they do on most desktops.

Sheets are printed by LibreOffice. Windows are those of a LibreOffice with the extension, on a screen of their own.
"""

from __future__ import annotations

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
    """

    options: tuple[str, ...]
    part: tuple[float, float] = (0.0, 1.0)


SHEETS = {
    "excel-trades": Sheet(()),
    "trades-german": Sheet(("--language", "de")),
    "road": Sheet(("--strategy", "hard")),
    "bands": Sheet(("--strategy", "hard", "--bands", "5/25")),
    "living": Sheet(("--live",)),
}
WINDOWS = ("calc-formula", "calc-trades")


def print_sheet(sheet: Sheet, folder: Path) -> Image:
    """The trades sheet of the demo with these options, as LibreOffice prints it."""
    from PIL import Image

    plan = folder / "plan.xlsx"
    run = [sys.executable, "-m", "pbal_xl", "run", str(DEMO), "--output", str(plan), "--quiet", *sheet.options]
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


def take_windows(folder: Path) -> dict[str, Image]:
    """A formula entered in Calc, and the sheet that the menu's command adds."""
    from PIL import Image

    sys.path.insert(0, str(ROOT / "tests" / "calc"))
    from calc_office import SHARED
    from calc_window import Screen, until

    book = Path(shutil.copy(DEMO, folder / "portfolio.xlsx"))
    screen = Screen(*_WINDOW)
    try:
        office = SHARED.get(display=screen.name, document=book)
        until(lambda: office.ask("attach"), "the document opens")
        for window in until(screen.windows, "a window"):
            screen.fill(window)
        taken = {}
        office.ask("formula", address="I2:M12", text="=PBAL_NEVERSELL(A2:C12;5000)", array=True)
        office.ask("select", sheet="Portfolio", address="I2:M12")
        office.ask("execute", command="format_plan")
        for name, command in (("calc-formula", None), ("calc-trades", "suggest_trades")):
            if command:
                office.ask("select", sheet="Portfolio", address="A3")
                office.ask("execute", command=command)
            time.sleep(3)  # what is drawn has no end that could be waited for
            screen.picture(folder / f"{name}.png")
            taken[name] = Image.open(folder / f"{name}.png").convert("RGB")
        return taken
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


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all."""
    wanted = names or [*SHEETS, *WINDOWS]
    for name in [one for one in wanted if one in SHEETS]:
        with tempfile.TemporaryDirectory() as folder:
            keep(name, print_sheet(SHEETS[name], Path(folder)))
    if set(WINDOWS).intersection(wanted):
        with tempfile.TemporaryDirectory() as folder:
            for name, picture in take_windows(Path(folder)).items():
                keep(name, picture)


if __name__ == "__main__":
    main(sys.argv[1:])
