"""A file that is not there is refused with what may be meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pbal_xl.errors import Refused
from pbal_xl.hosts.headless.reading import Where, explain_file
from pbal_xl.refusals import missing

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_name_that_is_nearly_right_is_told(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"positions 2024{suffix}").write_text("Symbol,Value\n")
    (tmp_path / ".hidden").write_text("")
    for asked in (f"position 2024{suffix}", f"Positions 2024{suffix[:-1]}x", "positions 2024.csv.csv"):
        with pytest.raises(Refused) as caught:
            explain_file(tmp_path / asked, Where())
        meant = tmp_path / f"positions 2024{suffix}"
        assert str(caught.value) == f"{tmp_path / asked} is not there; is {meant} meant?"
        assert caught.value.code == "missing"


def test_a_name_that_lacks_its_folder_is_found_in_the_folders_below(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "mine.csv").write_text("")
    asked = tmp_path / "mine.csv"
    assert str(missing(asked)) == f"{asked} is not there; is {tmp_path / 'a' / 'b' / 'mine.csv'} meant?"
    assert str(missing(tmp_path / "other.csv")) == f"{tmp_path / 'other.csv'} is not there"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    asked = tmp_path / "nowhere" / "mine.csv"
    assert str(missing(asked)) == f"{asked} is not there: there is no folder {tmp_path / 'nowhere'}"


def test_many_files_and_folders_are_not_all_looked_at(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"f{number}").mkdir()
    (tmp_path / "f7" / "mine.csv").write_text("")
    assert str(missing(tmp_path / "mine.csv")).startswith(f"{tmp_path / 'mine.csv'} is not there")
