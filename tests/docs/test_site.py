"""The site that is built of the documents has every file and every place that its pages lead to."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from documents import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built of a copy."""
    pytest.importorskip("zensical", reason="Zensical, which builds the site, comes with the dev extra")
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copyfile(ROOT / "mkdocs.yml", folder / "mkdocs.yml")
    program = Path(sys.executable).with_name("zensical")
    subprocess.run([program, "build", "--strict"], cwd=folder, check=True, capture_output=True, timeout=120)
    return folder / "site"


@cache
def places(page: Path) -> frozenset[str]:
    return frozenset(re.findall(r'\bid="?([^"\s>]+)', page.read_text(encoding="utf-8")))


def test_every_link_of_the_site_leads_somewhere(site: Path) -> None:
    missing, seen = [], 0
    for page in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="?([^"\s>]+)', page.read_text(encoding="utf-8")):
            url = urlparse(link)
            # The page of what is not found knows no folder that it stands in.
            if url.scheme or url.netloc or page.name == "404.html":
                continue
            seen += 1
            there = (page.parent / unquote(url.path)).resolve() if url.path else page
            there = there / "index.html" if there.is_dir() else there
            if not there.is_file() or (url.fragment and unquote(url.fragment) not in places(there)):
                missing.append((page.name, link))
    assert not missing
    assert seen > 500
