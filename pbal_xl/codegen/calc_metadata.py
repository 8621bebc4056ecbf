"""The texts inside the LibreOffice extension, printed from the FUNCTIONS table.

LibreOffice reads a plain-text .idl as a type library, so no compiler and no SDK take part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from pbal_xl import _version
from pbal_xl.functions import FUNCTIONS
from pbal_xl.hosts.calc import COMMANDS, FUNCTION_SERVICE, method_of

if TYPE_CHECKING:
    from pbal_xl.functions import Argument, Function

__all__ = [
    "COMMAND_SERVICE",
    "DESCRIPTION",
    "IDENTIFIER",
    "MINIMAL_VERSION",
    "UPDATES_NAME",
    "add_ins_xcu",
    "add_ons_xcu",
    "component_py",
    "description_xml",
    "idl",
    "manifest_xml",
    "shown_name",
    "update_xml",
]

IDENTIFIER = "org.pbal.xl"
COMMAND_SERVICE = "org.pbal.xl.Commands"
MINIMAL_VERSION = "7.4"
# Beside the extension on every release: what LibreOffice reads when its user asks for updates.
UPDATES_NAME = "pbal-xl.update.xml"
_HOME = "https://github.com/pbal-xl/pbal-xl"
DESCRIPTION = (
    "Which ETFs to buy or sell to bring a portfolio back to its targets: "
    "functions for cells and a menu Portfolio.\n"
)

_DEPENDENCIES = (
    "<dependencies>"
    f'<lo:LibreOffice-minimal-version value="{MINIMAL_VERSION}" name="LibreOffice {MINIMAL_VERSION}"/>'
    "</dependencies>\n"
)
_INTERFACE = "XFunctions"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_REGISTRY = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_RANGE = "com::sun::star::table::XCellRange"
_CALC = "com.sun.star.sheet.SpreadsheetDocument"


def idl() -> str:
    """The interface of the functions.

    Extending XInterface is what makes Calc see it: without that every cell shows #NAME?.
    """
    methods = "\n".join(_declaration(function) for function in FUNCTIONS)
    return (
        "module org { module pbal { module xl {\n"
        f"    interface {_INTERFACE} : com::sun::star::uno::XInterface {{\n{methods}\n    }};\n"
        "}; }; };\n"
    )


def _declaration(function: Function) -> str:
    """One method; a range is handed over as such, or an error among its cells would answer Err:504."""
    arguments = ", ".join(
        f"[in] {_RANGE if argument.name == 'holdings' else 'any'} {_identifier(argument)}"
        for argument in function.arguments
    )
    return f"        sequence< sequence< any > > {method_of(function)}({arguments});"


def _identifier(argument: Argument) -> str:
    """The argument's name in the type library, which takes no underscore: wholeShares."""
    first, *others = argument.name.split("_")
    return first + "".join(word.capitalize() for word in others)


def component_py() -> str:
    """The Python component: one method per function, and one executor for the menu commands."""
    methods = "\n".join(_method(function) for function in FUNCTIONS)
    return _COMPONENT.format(
        interface=_INTERFACE, functions=FUNCTION_SERVICE, commands=COMMAND_SERVICE, methods=methods
    )


def _method(function: Function) -> str:
    names = "".join(f", {argument.name}" for argument in function.arguments)
    return f'    def {method_of(function)}(self{names}):\n        return calc.answer("{function.name}"{names})\n'


_COMPONENT = '''"""Registers the functions and the menu commands of pbal-xl with LibreOffice (generated)."""

import sys

if sys.version_info < (3, 10):  # LibreOffice shows this while it installs the extension
    raise RuntimeError("pbal-xl needs Python 3.10 or newer, this LibreOffice has " + sys.version.split()[0])

import unohelper
from com.sun.star.lang import XServiceInfo
from com.sun.star.task import XJob, XJobExecutor
from org.pbal.xl import {interface}

from pbal_xl.hosts import calc

FUNCTIONS = "{functions}"
COMMANDS = "{commands}"


class _Service(unohelper.Base, XServiceInfo):
    name = ""

    def __init__(self, context, *_arguments):
        self.context = context

    def getImplementationName(self):
        return self.name

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self):
        return (self.name,)


class Functions(_Service, {interface}):
    name = FUNCTIONS

    def getSupportedServiceNames(self):
        return (self.name, "com.sun.star.sheet.AddIn")

{methods}

class Commands(_Service, XJobExecutor, XJob):
    name = COMMANDS

    def trigger(self, command):
        calc.trigger(self.context, command)

    def execute(self, arguments):
        return calc.execute(self.context, {{argument.Name: argument.Value for argument in arguments}})


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Functions, FUNCTIONS, (FUNCTIONS, "com.sun.star.sheet.AddIn"))
g_ImplementationHelper.addImplementation(Commands, COMMANDS, (COMMANDS,))
'''


def add_ins_xcu() -> str:
    """Names, help and arguments of the functions, for the formula parser and the function wizard."""
    functions = "".join(_function_node(function) for function in FUNCTIONS)
    return (
        f'{_XML}<oor:component-data {_REGISTRY} oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo">\n<node oor:name="{FUNCTION_SERVICE}" oor:op="replace">\n'
        f'<node oor:name="AddInFunctions">\n{functions}</node>\n</node>\n</node>\n</oor:component-data>\n'
    )


def _function_node(function: Function) -> str:
    arguments = "".join(_argument_node(argument) for argument in function.arguments)
    return (
        f'<node oor:name="{method_of(function)}" oor:op="replace">\n'
        f"{_text('DisplayName', function.name)}"
        f"{_text('Description', f'{function.help} Returns: {function.returns}')}"
        f"{_prop('Category', 'Add-In')}"
        # The name in .xlsx files: read only from the en-US value.
        f"{_text('CompatibilityName', function.name, language='en-US')}"
        f'<node oor:name="Parameters">\n{arguments}</node>\n</node>\n'
    )


def shown_name(argument: Argument) -> str:
    """The argument as the function wizard shows it, in brackets where it may be left out."""
    return argument.name if argument.required else f"[{argument.name}]"


def _argument_node(argument: Argument) -> str:
    return (
        f'<node oor:name="{_identifier(argument)}" oor:op="replace">\n'
        f"{_text('DisplayName', shown_name(argument))}{_text('Description', argument.help)}</node>\n"
    )


def add_ons_xcu() -> str:
    """The menu Portfolio, in spreadsheets only; no toolbar, since a floating one covers the menu."""
    entries = "".join(
        f'<node oor:name="{place:02}" oor:op="replace">\n'
        f"{_prop('URL', f'service:{COMMAND_SERVICE}?{command.name}')}{_text('Title', command.title)}"
        f"{_prop('Target', '_self')}{_prop('Context', _CALC)}</node>\n"
        for place, command in enumerate(COMMANDS, start=1)
    )
    return (
        f'{_XML}<oor:component-data {_REGISTRY} oor:name="Addons" oor:package="org.openoffice.Office">\n'
        '<node oor:name="AddonUI">\n<node oor:name="OfficeMenuBar">\n'
        f'<node oor:name="{IDENTIFIER}.Menu" oor:op="replace">\n'
        f"{_text('Title', '~Portfolio')}{_prop('Context', _CALC)}"
        f'<node oor:name="Submenu">\n{entries}</node>\n</node>\n</node>\n</node>\n</oor:component-data>\n'
    )


def description_xml() -> str:
    """Version, publisher and the oldest LibreOffice it was tried with."""
    return (
        f"{_XML}<description"
        ' xmlns="http://openoffice.org/extensions/description/2006"'
        ' xmlns:lo="http://libreoffice.org/extensions/description/2011"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f"<identifier value={quoteattr(IDENTIFIER)}/>\n"
        f"<version value={quoteattr(_version.__version__)}/>\n"
        '<display-name><name lang="en">Portfolio Balancer (pbal-xl)</name></display-name>\n'
        f'<publisher><name lang="en" xlink:href={quoteattr(_HOME)}>The pbal-xl authors</name></publisher>\n'
        "<update-information>"
        f"<src xlink:href={quoteattr(f'{_HOME}/releases/latest/download/{UPDATES_NAME}')}/>"
        "</update-information>\n"
        '<extension-description><src lang="en" xlink:href="description.txt"/></extension-description>\n'
        f"{_DEPENDENCIES}</description>\n"
    )


def update_xml(file: str) -> str:
    """What the release of this version offers to a LibreOffice that asks for updates.

    Args:
        file: the name of the extension's file on the release.
    """
    version = _version.__version__
    download = f"{_HOME}/releases/download/v{version}/{file}"
    return (
        f"{_XML}<description"
        ' xmlns="http://openoffice.org/extensions/update/2006"'
        ' xmlns:d="http://openoffice.org/extensions/description/2006"'
        ' xmlns:lo="http://libreoffice.org/extensions/description/2011"'
        ' xmlns:xlink="http://www.w3.org/1999/xlink">\n'
        f"<identifier value={quoteattr(IDENTIFIER)}/>\n"
        f"<version value={quoteattr(version)}/>\n"
        f"<update-download><src xlink:href={quoteattr(download)}/></update-download>\n"
        f"{_DEPENDENCIES.replace('dependencies>', 'd:dependencies>')}</description>\n"
    )


def manifest_xml(idl_path: str, component_path: str) -> str:
    """What LibreOffice registers, in this order: types, component, configuration."""
    entries = (
        ("application/vnd.sun.star.uno-typelibrary;type=RDB", idl_path),
        ("application/vnd.sun.star.uno-component;type=Python", component_path),
        ("application/vnd.sun.star.configuration-data", "CalcAddIns.xcu"),
        ("application/vnd.sun.star.configuration-data", "Addons.xcu"),
    )
    lines = "".join(
        f' <manifest:file-entry manifest:media-type="{kind}" manifest:full-path="{path}"/>\n'
        for kind, path in entries
    )
    return (
        f'{_XML}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n{lines}'
        "</manifest:manifest>\n"
    )


def _prop(name: str, value: str) -> str:
    return f'<prop oor:name="{name}"><value>{escape(value)}</value></prop>\n'


def _text(name: str, value: str, language: str = "en") -> str:
    return f'<prop oor:name="{name}"><value xml:lang="{language}">{escape(value)}</value></prop>\n'
