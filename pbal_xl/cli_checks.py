"""What a check or a verification says: an object for programs, a few lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.cli_output import opening, printable, refused_object
from pbal_xl.suggest import language_for
from pbal_xl.words import figure, say, say_all, speaking

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.cli_output import Json
    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless.checking import Checked
    from pbal_xl.hosts.headless.verifying import Verified

__all__ = ["check_failure", "check_object", "check_text", "verify_failure", "verify_object", "verify_text"]


def check_object(done: Checked) -> dict[str, Json]:
    """The object of a file that was checked."""
    return {
        **opening(done.file, done.portfolio.block),
        "bands": done.bands,
        "due": done.due,
        "drift": float(done.drift),
        "holdings": [
            {
                "symbol": one.symbol,
                "weight": float(one.weight),
                "target": float(one.target),
                "drift": float(one.weight - one.target),
                "band": float(one.band),
                "outside": one.outside,
            }
            for one in done.standings
        ],
        "notices": list(done.portfolio.notices),
    }


def check_failure(file: Path, bands: str, error: PbalError) -> dict[str, Json]:
    """The object of a file that could not be checked; ``code`` names the reason."""
    empty = refused_object(file, error, ("sheet", "range", "due", "drift"))
    return {**empty, "bands": bands, "holdings": [], "notices": []}


def check_text(done: Checked, language: str | None = None) -> str:
    """How a file stands, in a line or two, in that language; without one as ``run`` would say it."""
    with speaking(language_for(done.portfolio, {} if language is None else {"language": language})):
        return _check_text(done)


def _check_text(done: Checked) -> str:
    place = f"{printable(done.file)}: {printable(done.portfolio.block.place)}"
    largest = say("largest drift {}, bands {}", figure(f"{100 * done.drift:.2f} %"), done.bands)
    if not done.due:
        return say("{}: nothing is due ({})", place, largest)
    outside = say_all(
        say(
            "{} {} (target {})",
            one.symbol,
            figure(f"{100 * one.weight:.2f} %"),
            figure(f"{100 * one.target:.2f} %"),
        )
        for one in done.outside
    )
    return f"{say('{}: a rebalance is due ({})', place, largest)}\n  {say('outside: {}', outside)}"


def verify_object(done: Verified) -> dict[str, Json]:
    """The object of a file that was verified."""
    return {
        "file": str(done.file),
        "ok": done.ok,
        "error": None,
        "code": None,
        "trades_sheet": done.sheet,
        "written": done.written,
        "plan": None if done.plan is None else list(done.plan),
        "plan_unknown": done.why_not or None,
        "others": None if done.others is None else list(done.others),
        "edited_sheets": list(done.edited),
    }


def verify_failure(file: Path, error: PbalError) -> dict[str, Json]:
    """The object of a file that could not be verified; ``code`` names the reason."""
    keys = ("trades_sheet", "written", "plan", "plan_unknown", "others", "edited_sheets")
    return refused_object(file, error, keys)


def verify_text(done: Verified) -> str:
    """What became of a file, line by line."""
    said = {
        "as written": "is as written, byte for byte",
        "saved by another program": "was saved by another program; all it says is as written",
        "changed": "is not as written",
    }
    lines = [f"{printable(done.file)}: the sheet {printable(done.sheet)} {said[done.written]}"]
    lines += [f"the sheet {title} is not as written" for title in done.edited]
    if done.plan is None:
        lines.append(f"today's plan cannot be told: {done.why_not}")
    elif done.plan:
        lines += ["its plan is not what the holdings and settings give today:", *(f"  {one}" for one in done.plan)]
    else:
        lines.append("its plan is what the holdings and settings give today")
    if done.others:
        lines += ["the rest is not what the original was:", *(f"  {one}" for one in done.others)]
    elif done.others is not None:
        lines.append("every other part is byte for byte that of the original, and its lists lack nothing")
    return "\n".join(lines)
