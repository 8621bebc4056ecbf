"""Builds the LibreOffice extension: the same bytes from the same sources, on any machine."""

from __future__ import annotations

import ast
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.codegen import calc_metadata as metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OXT_NAME", "build_oxt", "needed_modules"]

OXT_NAME = "pbal-xl.oxt"

_PACKAGE = Path(__file__).resolve().parent.parent
_ENTRY = "pbal_xl.hosts.calc"
# Zip's own earliest moment: a build does not depend on the clock.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def build_oxt() -> bytes:
    """The extension as the bytes of an .oxt file.

    It holds the type library, the Python component, the configuration and, under ``pythonpath``, exactly the
    modules of this package that the functions and the menu commands import. Members are stored, not deflated:
    deflated bytes differ between versions of zlib.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in _members():
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.create_system = 3  # the same on Windows
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _members() -> Iterator[tuple[str, bytes]]:
    texts = {
        "META-INF/manifest.xml": metadata.manifest_xml("pbal_types.idl", "pbal_calc.py"),
        "description.xml": metadata.description_xml(),
        "description.txt": metadata.DESCRIPTION,
        "pbal_types.idl": metadata.idl(),
        "pbal_calc.py": metadata.component_py(),
        "CalcAddIns.xcu": metadata.add_ins_xcu(),
        "Addons.xcu": metadata.add_ons_xcu(),
    }
    for name, text in texts.items():
        yield name, text.encode()
    modules = [_file_of(module) for module in needed_modules()]
    tables = [table for folder in sorted({path.parent for path in modules}) for table in folder.glob("*.json")]
    for path in (*modules, *tables):
        # One line ending, whatever the checkout has.
        content = path.read_bytes().replace(b"\r\n", b"\n")
        yield f"pythonpath/pbal_xl/{path.relative_to(_PACKAGE).as_posix()}", content


def needed_modules(entry: str = _ENTRY) -> tuple[str, ...]:
    """The modules of this package that ``entry`` imports, directly or not, packages included; sorted."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        waiting += [".".join(module.split(".")[:depth]) for depth in range(1, module.count(".") + 1)]
        waiting += _imports(module)
    return tuple(sorted(found))


def _imports(module: str) -> list[str]:
    """What one module imports from this package when it runs, at the top or inside a function."""
    names: list[str] = []
    for node in _running(ast.parse(_file_of(module).read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in names if name.split(".")[0] == "pbal_xl" and _is_module(name)]


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under ``if TYPE_CHECKING``, and under its ``else``: names loaded on demand."""
    for child in ast.iter_child_nodes(node):
        yield child
        typing_only = isinstance(child, ast.If) and isinstance(child.test, ast.Name)
        if not (typing_only and child.test.id == "TYPE_CHECKING"):  # type: ignore[attr-defined]
            yield from _running(child)


def _is_module(name: str) -> bool:
    return _file_of(name).exists()


def _file_of(module: str) -> Path:
    """The file of a module; a package's is its __init__.py."""
    path = _PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
