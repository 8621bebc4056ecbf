"""Workbooks made on the spot: rich ones that have much to lose, and odd ones that programs do write.

Every builder takes the path to write. RICH are made by XlsxWriter; ODD bend one of them into a shape seen in
the wild.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = "http://schemas.openxmlformats.org/"


def simple(path: Path) -> None:
    """Two sheets, a name, a format."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Holdings")
        sheet.write_row(0, 0, ["Symbol", "Value", "Target"], book.add_format({"bold": True}))
        sheet.write_row(1, 0, ["VWCE", 1200.5, 0.6])
        sheet.write_row(2, 0, ["AGGH", 800, 0.4])
        sheet.write_formula(3, 1, "=SUM(B2:B3)", None, 2000.5)
        book.add_worksheet("Notes")
        book.define_name("pbal_cash", "=100")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _picture() -> io.BytesIO:
    rows = b"".join(b"\0" + b"\x30\x60\x90" * 4 for _ in range(4))
    head = struct.pack(">2I5B", 4, 4, 8, 2, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    )


def rich(path: Path, *, options: dict[str, Any] | None = None, vba: Path | None = None) -> None:
    """One of everything XlsxWriter can make."""
    with xlsxwriter.Workbook(path, options or {}) as book:
        sheet = book.add_worksheet("Holdings")
        bold = book.add_format({"bold": True, "bg_color": "#DDEEFF", "border": 1, "num_format": "#,##0.00"})
        sheet.write_row(0, 0, ["Symbol", "Value", "Target"], bold)
        for row in range(1, 9):
            sheet.write_row(row, 0, [f"ETF{row}", row * 100.25, 0.125])
            sheet.write_formula(row, 4, f"=B{row + 1}*2", None, row * 200.5)
        sheet.write_dynamic_array_formula("G1:G3", "=SORT(B2:B4)", None, 100.25)
        sheet.write_url("A12", "https://example.org/", string="link")
        sheet.write_comment("A2", "A note", {"author": "me"})
        sheet.write_rich_string("A13", "plain ", bold, "bold")
        sheet.insert_image("I2", "dot.png", {"image_data": _picture()})
        sheet.insert_textbox("I10", "Text in a box")
        sheet.insert_button("I14", {"macro": "Rebalance", "caption": "Rebalance"})
        sheet.insert_checkbox("H1", True)  # noqa: FBT003
        sheet.data_validation("C2:C9", {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1})
        sheet.conditional_format("B2:B9", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("B2:B9", {"type": "cell", "criteria": "<", "value": 0, "format": bold})
        sheet.conditional_format("C2:C9", {"type": "icon_set", "icon_style": "3_arrows"})
        sheet.add_sparkline("D2", {"range": "Holdings!B2:B9"})
        sheet.add_table("K1:M4", {"name": "Trades", "columns": [{"header": one} for one in "abc"]})
        sheet.set_header("&L&G", {"image_left": "dot.png", "image_data_left": _picture()})
        sheet.freeze_panes(1, 0)
        sheet.print_area("A1:C9")
        sheet.repeat_rows(0)
        chart = book.add_chart({"type": "column"})
        chart.add_series(
            {
                "categories": "=Holdings!$A$2:$A$9",
                "values": "=Holdings!$B$2:$B$9",
                "trendline": {"type": "linear"},
            }
        )
        sheet.insert_chart("I20", chart)
        only = book.add_chartsheet("Picture")
        pie = book.add_chart({"type": "pie"})
        pie.add_series({"values": "=Holdings!$B$2:$B$9"})
        only.set_chart(pie)
        hidden = book.add_worksheet("Trades")
        hidden.hide()
        hidden.protect("x")
        book.define_name("pbal_cash", "=250")
        book.define_name("Holdings!pbal_holdings", "=Holdings!$A$1:$C$9")
        book.set_custom_property("Owner", "me")
        book.set_calc_mode("manual")
        if vba:
            book.add_vba_project(str(vba))


def from_1904(path: Path) -> None:
    rich(path, options={"date_1904": True})


def constant_memory(path: Path) -> None:
    simple_options = {"constant_memory": True, "strings_to_numbers": True}
    with xlsxwriter.Workbook(path, simple_options) as book:
        book.add_worksheet().write(0, 0, "x")


def xlwings_files() -> list[Path]:
    """The macro workbooks that come with xlwings."""
    root = Path(str(resources.files("xlwings")))
    return sorted([*root.rglob("*.xlsm"), *root.rglob("*.xlam")])


def with_macros(path: Path) -> None:
    """A macro workbook: XlsxWriter's, with a VBA project taken out of one of xlwings'."""
    source = next(one for one in xlwings_files() if one.name == "quickstart.xlsm")
    project = path.with_suffix(".bin")
    with zipfile.ZipFile(source) as archive:
        project.write_bytes(archive.read("xl/vbaProject.bin"))
    rich(path, vba=project)
    project.unlink()


# -- bending a workbook


def read_parts(path: Path | IO[bytes]) -> dict[str, bytes]:
    """All parts by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_parts(
    path: Path | IO[bytes], parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> None:
    """A package of these parts, in this order; names are stored exactly as given."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo("x", (2020, 2, 3, 4, 5, 6))
            info.filename = info.orig_filename = name  # the constructor would turn slashes round
            info.compress_type = method
            info.external_attr = 0o600 << 16
            archive.writestr(info, data, compresslevel=1)
        archive.comment = comment


def bent(**edits: Any) -> Callable[..., Any]:
    """A builder: the simple workbook with functions applied to its parts (given by a nickname)."""

    def build(path: Path) -> None:
        simple(path)
        parts = read_parts(path)
        for nick, edit in edits.items():
            parts[NICKS[nick]] = edit(parts[NICKS[nick]])
        write_parts(path, parts)

    return build


NICKS = {
    "workbook": "xl/workbook.xml",
    "rels": "xl/_rels/workbook.xml.rels",
    "root": "_rels/.rels",
    "styles": "xl/styles.xml",
    "types": "[Content_Types].xml",
}


def swap(*pairs: tuple[str, str]) -> Callable[..., Any]:
    """An edit that replaces texts, each of which must be there."""

    def edit(data: bytes) -> bytes:
        text = data.decode()
        for old, new in pairs:
            assert old in text, (old, text[:500])
            text = text.replace(old, new)
        return text.encode()

    return edit


def utf16(data: bytes) -> bytes:
    return data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")


def latin1(data: bytes) -> bytes:
    return data.decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("latin-1")


def bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


def prefixed(prefix: str) -> Callable[..., Any]:
    """An edit that writes every element of the default namespace with a prefix."""

    def edit(data: bytes) -> bytes:
        text = data.decode()
        text = re.sub(r"<(/?)([A-Za-z])", rf"<\1{prefix}:\2", text)
        return text.replace(' xmlns="', f' xmlns:{prefix}="').encode()

    return edit


def strict(path: Path) -> None:
    simple(path)
    parts = read_parts(path)
    known = rb"http://schemas.openxmlformats.org/(spreadsheetml|drawingml|officeDocument)/2006/"
    parts = {name: re.sub(known, rb"http://purl.oclc.org/ooxml/\1/", data) for name, data in parts.items()}
    write_parts(path, parts)


def renamed(names: dict[str, str], **edits: Any) -> Callable[..., Any]:
    """A builder: parts under other names."""

    def build(path: Path) -> None:
        bent(**edits)(path)
        parts = {names.get(name, name): data for name, data in read_parts(path).items()}
        write_parts(path, parts)

    return build


def backslashes(path: Path) -> None:
    simple(path)
    write_parts(path, {name.replace("/", "\\"): data for name, data in read_parts(path).items()})


def odd_case(path: Path) -> None:
    simple(path)
    write_parts(path, {name.upper(): data for name, data in read_parts(path).items()})


def stored(path: Path) -> None:
    simple(path)
    write_parts(path, read_parts(path), method=zipfile.ZIP_STORED, comment=b"a comment, kept")


def with_folders(path: Path) -> None:
    simple(path)
    parts = read_parts(path)
    write_parts(path, {"xl/": b"", "xl/worksheets/": b"", **parts, "__MACOSX/._x": b"\0\5\x16\7"})


def streamed(path: Path) -> None:
    """Sizes behind the data, as from a program that writes to a pipe."""
    simple(path)
    parts = read_parts(path)

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    path.write_bytes(pipe.data)


def zip64(path: Path) -> None:
    """Every entry with a zip64 field, though none needs it."""
    simple(path)
    parts = read_parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(data)


def zip64_directory(path: Path) -> None:
    """Sizes and offsets in zip64 fields only, and a zip64 end record, as some libraries always write."""
    simple(path)
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        entries, start = archive.infolist(), archive.start_dir
    directory = b""
    for one in entries:
        name = one.filename.encode()
        extra = struct.pack("<2H3Q", 1, 24, one.file_size, one.compress_size, one.header_offset)
        time = one.date_time[3] << 11 | one.date_time[4] << 5 | one.date_time[5] // 2
        date = (one.date_time[0] - 1980) << 9 | one.date_time[1] << 5 | one.date_time[2]
        fields = (45, 45, one.flag_bits, one.compress_type, time, date, one.CRC, 0xFFFFFFFF, 0xFFFFFFFF)
        sizes = (len(name), len(extra), 0, 0, one.internal_attr, one.external_attr, 0xFFFFFFFF)
        directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", *fields, *sizes) + name + extra
    count, size = len(entries), len(directory)
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
    plain_end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data[:start] + directory + end + locator + plain_end)


def prefixed_archive(path: Path) -> None:
    """Something in front of the package, which its offsets do not count."""
    simple(path)
    path.write_bytes(b"#!/bin/sh\nexit 0\n" + path.read_bytes())


def trailing(path: Path) -> None:
    """Something behind the package that its comment does not cover."""
    simple(path)
    path.write_bytes(path.read_bytes() + b"\r\n\r\n")


def without(*names: str, **edits: Any) -> Callable[..., Any]:
    """A builder: some parts missing."""

    def build(path: Path) -> None:
        bent(**edits)(path)
        write_parts(path, {name: data for name, data in read_parts(path).items() if name not in names})

    return build


def chartsheet_only(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        data = book.add_worksheet("x")
        data.write(0, 0, 1)
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=x!$A$1:$A$1"})
        book.add_chartsheet("Only").set_chart(chart)
    parts = read_parts(path)
    parts["xl/workbook.xml"] = re.sub(rb'<sheet name="x"[^>]*/>', b"", parts["xl/workbook.xml"])
    write_parts(path, parts)


def _no_section(name: str) -> Callable[..., Any]:
    return lambda data: re.sub(rf"<{name}[ >].*?</{name}>".encode(), b"", data, flags=re.DOTALL)


_STYLES_REL = r'<Relationship Id="rId\d+" Type="[^"]*/styles" Target="styles.xml"/>'
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_AC = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"
_ALTERNATE = (
    f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x15">'
    f'<x:absPath xmlns:x="{_AC}" url="C:\\a&amp;b\\"/></mc:Choice></mc:AlternateContent>'
)
_OFFICE_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

_DANGLING = f'<Relationship Id="rId99" Type="{_OFFICE_RELS}/worksheet" Target="worksheets/sheet3.xml"/>'
_UNMET = f'<Override PartName="/xl/worksheets/SHEET3.xml" ContentType="{_SHEET_TYPE}"/>'


def _rels_by_name(data: bytes) -> bytes:
    """Each relationships part declared for itself, in place of all by their extension."""
    default = f'<Default Extension="rels" ContentType="{_RELS_TYPE}"/>'
    names = ("/_rels/.rels", "/xl/_rels/workbook.xml.rels")
    single = "".join(f'<Override PartName="{one}" ContentType="{_RELS_TYPE}"/>' for one in names)
    return swap((default, single))(data)


def _own_prefix(data: bytes) -> bytes:
    """The relationships namespace bound on each sheet, not on the root."""
    data = re.sub(rb' xmlns:r="([^"]+)"', b"", data)
    return data.replace(b"<sheet ", f'<sheet xmlns:q="{_OFFICE_RELS}" '.encode()).replace(b"r:id", b"q:id")


def _sheets_by_default(data: bytes) -> bytes:
    data = re.sub(rb'<Override PartName="/xl/worksheets/[^>]*/>', b"", data)
    return swap(('ContentType="application/xml"', f'ContentType="{_SHEET_TYPE}"'))(data)


RICH = {"rich": rich, "from_1904": from_1904, "constant_memory": constant_memory, "simple": simple}

ODD = {
    "utf16": bent(workbook=utf16, styles=utf16, rels=utf16, types=utf16),
    "latin1": bent(workbook=latin1, styles=latin1),
    "bom": bent(workbook=bom, styles=bom, rels=bom, types=bom),
    "prefixed_tags": bent(styles=prefixed("s"), rels=prefixed("p"), types=prefixed("t"), workbook=prefixed("m")),
    "strict": strict,
    "backslashes": backslashes,
    "odd_case": odd_case,
    "stored": stored,
    "with_folders": with_folders,
    "streamed": streamed,
    "zip64": zip64,
    "zip64_directory": zip64_directory,
    "prefixed_archive": prefixed_archive,
    "trailing": trailing,
    "chartsheet_only": chartsheet_only,
    "workbook22": renamed(
        {
            "xl/workbook.xml": "xl/workbook22.xml",
            "xl/_rels/workbook.xml.rels": "xl/_rels/workbook22.xml.rels",
        },
        root=swap(("xl/workbook.xml", "/xl/workbook22.xml")),
        types=swap(("/xl/workbook.xml", "/XL/Workbook22.xml")),
    ),
    "at_the_root": renamed(
        {"xl/workbook.xml": "book.xml", "xl/_rels/workbook.xml.rels": "_rels/book.xml.rels"},
        root=swap(("xl/workbook.xml", "book.xml")),
        types=swap(("/xl/workbook.xml", "/book.xml")),
        rels=swap(('Target="', 'Target="/xl/')),
    ),
    "absolute_targets": bent(rels=swap(('Target="', 'Target="/xl/'))),
    "no_styles": without(
        "xl/styles.xml",
        rels=lambda data: re.sub(_STYLES_REL.encode(), b"", data),
        types=lambda data: re.sub(rb'<Override PartName="/xl/styles.xml"[^>]*/>', b"", data),
    ),
    "missing_styles_part": without("xl/styles.xml"),
    "orphan_styles": bent(rels=lambda data: re.sub(_STYLES_REL.encode(), b"", data)),
    "empty_styles": bent(
        styles=lambda _: b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    ),
    "no_counts": bent(styles=lambda data: re.sub(rb' count="\d+"', b"", data)),
    "wrong_counts": bent(styles=lambda data: re.sub(rb'count="\d+"', b"count='77'", data)),
    "no_fills": bent(styles=_no_section("fills")),
    "no_fonts_nor_borders": bent(styles=lambda data: _no_section("borders")(_no_section("fonts")(data))),
    "no_cell_formats": bent(styles=_no_section("cellXfs")),
    "no_base_formats": bent(styles=_no_section("cellStyleXfs")),
    "no_views": bent(workbook=_no_section("bookViews")),
    "no_names": bent(workbook=_no_section("definedNames")),
    "empty_names": bent(
        workbook=lambda data: re.sub(rb"<definedNames>.*</definedNames>", b"<definedNames/>", data)
    ),
    "no_prefix_bound": bent(workbook=_own_prefix),
    "comments_and_instructions": bent(
        workbook=swap(
            ("<sheets>", "<!-- < > & <sheets> --><?pi a > b?><sheets><!-- first -->"),
            ("</workbook>", "<!-- last --></workbook>\n<!-- behind -->\n"),
        ),
        styles=swap(("<fonts", "<!-- fonts --><fonts")),
    ),
    "alternate_content": bent(
        workbook=swap(("<sheets>", _ALTERNATE + "<sheets>"), ("</definedNames>", "</definedNames>" + _ALTERNATE))
    ),
    "crlf": bent(
        workbook=lambda data: data.replace(b"><", b">\r\n\t<"),
        styles=lambda data: data.replace(b"><", b">\r\n\t<"),
    ),
    "single_quotes": bent(
        workbook=lambda data: data.replace(b'"', b"'"),
        types=lambda data: data.replace(b'"', b"'"),
        rels=lambda data: data.replace(b'"', b"'"),
    ),
    "greater_in_attribute": bent(workbook=swap(('name="Notes"', 'name="a &gt; b > c"'))),
    "no_rels_default": bent(types=_rels_by_name),
    "worksheets_by_default": bent(types=_sheets_by_default),
    "huge_sheet_ids": bent(workbook=swap(('sheetId="2"', 'sheetId="4294967295"'))),
    "dangling_sheet": bent(rels=swap(("</Relationships>", _DANGLING + "</Relationships>"))),
    "declared_but_missing": bent(types=swap(("</Types>", _UNMET + "</Types>"))),
}
