"""Installing for the user, with LibreOffice's own extension manager."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from calc_office import clean_environment, missing, uno_python

import pbal_xl
from pbal_xl import __version__
from pbal_xl.errors import Refused
from pbal_xl.install import libreoffice as calc_install

NOBODY = 65534
SOURCES = Path(pbal_xl.__file__).parent.parent
PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from pbal_xl.install import libreoffice as c
profile = Path(sys.argv[2])
steps = [c.uninstall_extension(profile=profile)]
steps.append(c.doctor_lines(profile=profile)[1])
steps.append(c.install_extension(profile=profile))
steps.append(c.doctor_lines(profile=profile)[1])
steps.append(c.install_extension(profile=profile))
steps.append(c.installed_version(profile))
steps.append(c.uninstall_extension(profile=profile))
steps.append(c.installed_version(profile))
print(*steps, sep="\\n")
"""


@pytest.fixture
def folder() -> Any:
    """A folder that another user may write to; tmp_path is closed to others."""
    path = Path(tempfile.mkdtemp(prefix="pbal-install-"))
    path.chmod(0o777)
    yield path
    shutil.rmtree(path)


def test_an_ordinary_user_installs_checks_and_removes_it(folder: Any) -> None:
    if reason := missing():
        pytest.skip(reason)
    # LibreOffice's manager refuses root, so root takes an ordinary user's place.
    other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(
        [uno_python(), "-c", PROGRAM, str(SOURCES), str(folder / "profile")],
        env=clean_environment(HOME=str(folder)), cwd=folder, capture_output=True, text=True, check=False, **other,
    )  # fmt: skip
    if "PermissionError" in done.stderr or "No module named 'pbal_xl'" in done.stderr:
        pytest.skip("the package lies where an ordinary user may not read it")
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert told[0] == "The LibreOffice extension is not installed."
    # Who never wanted it has nothing to mend.
    assert "ok=True" in told[1]
    assert "not installed; pbal-xl install --libreoffice" in told[1]
    assert told[2].startswith(f"Installed the LibreOffice extension {__version__}")
    assert "ok=True" in told[3]
    assert __version__ in told[3]
    assert told[5:] == [__version__, "Removed the LibreOffice extension.", "None"]


def test_root_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(calc_install, "find_unopkg", lambda: Path("/somewhere/unopkg"))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(Refused, match="no extension for root") as refused:
        calc_install.install_extension(profile=tmp_path)
    assert refused.value.code == "root"


def test_without_libreoffice_installing_is_refused_and_the_doctor_is_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(calc_install, "find_soffice", lambda: None)
    with pytest.raises(Refused, match="not installed"):
        calc_install.install_extension(profile=tmp_path)
    (line,) = calc_install.doctor_lines(profile=tmp_path)
    assert line.ok
    assert "not installed" in line.text


def test_a_profile_in_use_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".lock").write_text("")
    monkeypatch.setattr(calc_install, "find_unopkg", lambda: Path("/somewhere/unopkg"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Refused, match="close it and try again"):
        calc_install.install_extension(profile=tmp_path)


def test_what_the_manager_says_reaches_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(calc_install, "find_unopkg", lambda: Path("/somewhere/unopkg"))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(calc_install, "run_program", lambda *_: (1, "\nERROR: no room left\n"))
    with pytest.raises(Refused, match="no room left"):
        calc_install.install_extension(profile=tmp_path)


def test_an_extension_of_another_version_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    listed = tmp_path / "user" / "uno_packages" / "cache"
    listed.mkdir(parents=True)
    entry = (
        b"Pmp1\xfforg.pbal.xl\nlu1.tmp\xffpbal-xl.oxt\xffapplication/vnd.sun.star.package-bundle\xff0.0.9\xff0\n\n"
    )
    (listed / "uno_packages.pmap").write_bytes(entry)
    monkeypatch.setattr(calc_install, "find_soffice", lambda: Path("/somewhere/soffice"))
    line = calc_install.doctor_lines(profile=tmp_path)[1]
    assert not line.ok
    assert "0.0.9" in line.text
