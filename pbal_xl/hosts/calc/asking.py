"""The dialog that asks for cash and strategy where the sheet does not say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.errors import InputError
from pbal_xl.grid.settings import read_setting
from pbal_xl.settings import by_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pbal_xl.setting import Settings, Value

__all__ = ["ASKED", "Dialog", "read_answers"]

ASKED = ("cash", "strategy")
_OK, _CANCEL = 1, 2  # com.sun.star.awt.PushButtonType
_WIDTH, _BUTTON, _MARGIN, _GAP = 200, 55, 8, 3  # in the units of dialogs, which follow the size of the font


def read_answers(answers: Mapping[str, str], decimal: str | None = None) -> dict[str, Value]:
    """The settings that were typed; cash is 0 where nothing was.

    Args:
        answers: texts by key.
        decimal: the decimal sign of the user's language.

    Raises:
        InputError: what cannot be used, and why.
    """
    found: dict[str, Value] = {"cash": 0}
    for key, text in answers.items():
        value = read_setting(by_key(key), text, by_key(key).label, decimal)
        if value is not None:
            found[key] = value
    return found


class Dialog:
    """Asks for cash and strategy until the answers can be used or the user calls it off."""

    def __init__(self, context: Any, title: str, decimal: str) -> None:
        self._context, self._title, self._decimal = context, title, decimal

    def __call__(self, known: Settings) -> Settings | None:
        """The answers; None when the user calls it off.

        Args:
            known: what the document says already, shown as the first choice.
        """
        answers, why = {"cash": "", "strategy": _title_of(str(known.get("strategy", "never-sell")))}, ""
        while True:
            given = self._show(answers, why)
            if given is None:
                return None
            answers = given
            try:
                return read_answers(answers, self._decimal)
            except InputError as error:
                why = str(error)

    def _show(self, answers: Mapping[str, str], why: str) -> dict[str, str] | None:
        service = self._context.getServiceManager().createInstanceWithContext
        dialog = service("com.sun.star.awt.UnoControlDialog", self._context)
        dialog.setModel(self._model(service("com.sun.star.awt.UnoControlDialogModel", self._context), answers, why))
        desktop = service("com.sun.star.frame.Desktop", self._context)
        dialog.createPeer(service("com.sun.star.awt.Toolkit", self._context), _window(desktop))
        try:
            if dialog.execute() != _OK:
                return None
            return {
                "cash": dialog.getControl("cash").getText(),
                "strategy": dialog.getControl("strategy").getSelectedItem(),
            }
        finally:
            dialog.dispose()

    def _model(self, model: Any, answers: Mapping[str, str], why: str) -> Any:
        cash, strategy = map(by_key, ASKED)
        titles = tuple(choice.title for choice in strategy.choices)
        chosen = (titles.index(answers["strategy"]),)
        lines: list[tuple[str, str, int, dict[str, Any]]] = [
            ("FixedText", "hint", 20, {"MultiLine": True, "Label": _HINT}),
            ("FixedText", "cash_label", 10, {"Label": f"{cash.label} (a withdrawal is negative)"}),
            ("Edit", "cash", 14, {"Text": answers["cash"]}),
            ("FixedText", "strategy_label", 10, {"Label": strategy.label}),
            ("ListBox", "strategy", 14, {"Dropdown": True, "StringItemList": titles, "SelectedItems": chosen}),
            *([("FixedText", "why", 20, {"MultiLine": True, "Label": why})] if why else []),
        ]
        top = _MARGIN
        for kind, name, height, properties in lines:
            _add(model, f"{kind} {name}", (_MARGIN, top, _WIDTH, height), properties)
            top += height + _GAP
        right = _MARGIN + _WIDTH - _BUTTON
        for name, left, does, label in (
            ("ok", right, _OK, "Suggest"),
            ("cancel", right - _BUTTON - _GAP, _CANCEL, "Cancel"),
        ):
            properties = {"Label": label, "PushButtonType": does, "DefaultButton": does == _OK}
            _add(model, f"Button {name}", (left, top + _GAP, _BUTTON, 14), properties)
        model.Title, model.Width, model.Height = self._title, _WIDTH + 2 * _MARGIN, top + _GAP + 14 + _MARGIN
        return model


_HINT = (
    "The sheet does not say how much to invest. Your answers are kept in the document; "
    "Portfolio > Settings puts them in cells."
)


def _title_of(word: str) -> str:
    return next(choice.title for choice in by_key("strategy").choices if choice.word == word)


def _window(desktop: Any) -> Any:
    frame = desktop.getCurrentFrame()
    return frame.getContainerWindow() if frame else None


def _add(model: Any, what: str, place: tuple[int, int, int, int], properties: Mapping[str, Any]) -> None:
    """Put a control into the dialog: its kind and name, its left, top, width and height."""
    kind, name = what.split()
    control = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
    control.PositionX, control.PositionY, control.Width, control.Height = place
    for key, value in properties.items():
        setattr(control, key, value)
    model.insertByName(name, control)
