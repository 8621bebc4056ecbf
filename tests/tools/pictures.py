"""Retakes docs/images/excel-trades.png from the real program: the demo's trades sheet as LibreOffice prints it.

Usage: python tests/tools/pictures.py   (needs soffice and pdftoppm)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Write the picture."""
    from PIL import Image, ImageChops

    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan.xlsx")
        demo = str(ROOT / "workbook" / "portfolio.xlsx")
        run = [sys.executable, "-m", "pbal_xl", "run", demo, "--output", str(plan), "--quiet"]
        subprocess.run(run, check=True)
        office = shutil.which("soffice") or "soffice"
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        convert = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(plan)]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL)
        pages = Path(folder, "page")
        subprocess.run(["pdftoppm", "-r", "130", "-png", str(plan.with_suffix(".pdf")), str(pages)], check=True)
        last = max(Path(folder).glob("page*.png"))
        picture = Image.open(last).convert("RGB")
        box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
        left, top, right, bottom = box or (0, 0, *picture.size)
        frame = (max(0, left - 20), max(0, top - 20), right + 20, bottom + 20)
        picture.crop(frame).quantize(64).save(ROOT / "docs" / "images" / "excel-trades.png", optimize=True)


if __name__ == "__main__":
    main()
