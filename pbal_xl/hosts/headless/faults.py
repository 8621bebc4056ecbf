"""What is wrong with a file, told with its name and with what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pbal_xl.errors import CellFaults, InputError, PlanError, Refused
from pbal_xl.explained import is_of_holdings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pbal_xl.hosts.headless.reading import FilePortfolio

__all__ = ["naming_file"]

_T = TypeVar("_T")

_MOST_FAULTS = 20


def naming_file(
    path: Path, read: Callable[[], FilePortfolio], then: Callable[[FilePortfolio], _T]
) -> tuple[FilePortfolio, _T]:
    """What a file says and what is made of it; what is wrong is told with the file's name."""
    try:
        portfolio = read()
        return portfolio, then(portfolio)
    except Refused:
        raise
    except CellFaults as error:
        raise _naming(path, error) from error
    except PlanError as error:
        raise PlanError(f"{path}: {error}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _naming(path: Path, error: CellFaults) -> CellFaults:
    """The faults behind the file's name, and what helps with them."""
    first, *others = error.first(_MOST_FAULTS)
    if is_of_holdings(error):
        others.append(f'"pbal-xl read {path.name}" tells how the file is understood')
    if any("read in two ways" in fault for fault in error.faults):
        others.append("say --decimal . or --decimal , to tell which")
    return CellFaults([f"{path}: {first}", *others])
