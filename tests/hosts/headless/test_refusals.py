"""Files that are left alone: one sentence, a stable code, nothing written, little time and memory."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import workbook_zoo as zoo
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from workbook_scratch import plain, rich

from pbal_xl.hosts.headless import REFUSALS, Refused, add_sheet, check_source
from pbal_xl.hosts.headless.look import look_into
from pbal_xl.ooxml import package as package_module
from pbal_xl.ooxml import styles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SOURCE = Path(package_module.__file__).parents[1]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
DTD = '<!DOCTYPE x [<!ENTITY a "b">]>'


def _after_declaration(text: str) -> Callable[..., Any]:
    return lambda data: data.replace(b"?>", b"?>" + text.encode(), 1)


def _raw(data: bytes) -> Callable[..., Any]:
    return lambda path: path.write_bytes(data)


def _with(name: str, data: bytes) -> Callable[..., Any]:
    def build(path: Any) -> None:
        zoo.simple(path)
        zoo.write_parts(path, {**zoo.read_parts(path), name: data})

    return build


def _zip(names: Mapping[str, str]) -> Callable[..., Any]:
    def build(path: Any) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in names.items():
                archive.writestr(name, data)

    return build


def _twice(name: str) -> Callable[..., Any]:
    def build(path: Any) -> None:
        zoo.simple(path)
        with zipfile.ZipFile(path, "a") as archive:
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.NameToInfo.clear()  # lest it warn of what is wanted
            archive.writestr(info, b"<a/>")

    return build


def _cut(share: float) -> Callable[..., Any]:
    def build(path: Any) -> None:
        zoo.simple(path)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])

    return build


def _flag_encrypted(path: Any) -> None:
    zoo.simple(path)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2")
    data[at + 8] |= 1
    path.write_bytes(bytes(data))


def _many(path: Any) -> None:
    zoo.simple(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(20_001):
            archive.writestr(f"x/{number}", b"")


def _bomb(path: Any) -> None:
    zoo.simple(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/big.bin", "w") as part:
        for _ in range(200):
            part.write(b"\0" * 1_000_000)


def _big_workbook_part(path: Any) -> None:
    """Under the ratio of a bomb, over what is parsed."""
    padding = b"".join(struct.pack(">Q", number * 2654435761) for number in range(40_000)).hex().encode()
    body = b"<!--" + padding * 110 + b"-->"
    zoo.bent(workbook=lambda data: data.replace(b"<sheets>", body + b"<sheets>"))(path)


def _many_elements(path: Any) -> None:
    zoo.bent(styles=lambda data: data.replace(b"</fonts>", b"<font><b/><i/></font>" * 400_000 + b"</fonts>"))(path)


def _lying_size(path: Any) -> None:
    """A part that says it is shorter than it is."""
    zoo.simple(path)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/workbook.xml").file_size
    at = data.rindex(b"xl/workbook.xml") - 46
    assert struct.unpack_from("<L", data, at + 24)[0] == size
    struct.pack_into("<L", data, at + 24, size - 7)
    path.write_bytes(bytes(data))


def _overlapping(path: Any) -> None:
    """Two entries that share their bytes, as in a bomb without nesting."""
    zoo.simple(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/other.bin", b"x")
    data = bytearray(path.read_bytes())
    at = data.rindex(b"xl/other.bin") - 46
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo("xl/theme/theme1.xml").header_offset
    struct.pack_into("<L", data, at + 42, offset)
    path.write_bytes(bytes(data))


def _other_name_inside(path: Any) -> None:
    """The header before the data and the directory name different parts."""
    zoo.simple(path)
    data = path.read_bytes()
    at = data.index(b"xl/theme/theme1.xml")
    path.write_bytes(data[:at] + b"xl/theme/theme2.xml" + data[at + 19 :])


def _only_the_end(path: Any) -> None:
    zoo.simple(path)
    path.write_bytes(path.read_bytes()[-2000:])


KIND = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ORIGIN = (
    '<Relationship Id="s9" Target="package/services/origin.psdsor" Type="http://schemas.openxmlformats.org/'
    'package/2006/relationships/digital-signature/origin"/></Relationships>'
)
REVISIONS = (
    f'<Relationship Id="r9" Type="{zoo._OFFICE_RELS}/revisionHeaders" Target="revisions/h.xml"/></Relationships>'
)
ENTITY = '<!DOCTYPE sst [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

HOSTILE = {
    "empty": ("not-a-workbook", _raw(b"")),
    "text": ("not-a-workbook", _raw(b"Symbol;Value\nVWCE;3\n")),
    "html": ("not-a-workbook", _raw(b"<html><table><tr><td>1</td></tr></table></html>")),
    "xml_2003": ("not-a-workbook", _raw(b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com"/>')),
    "zip_of_text": ("not-a-workbook", _zip({"a.txt": "x"})),
    "empty_zip": ("not-a-workbook", _zip({})),
    "word": (
        "not-a-workbook",
        zoo.bent(
            types=zoo.swap(
                (MAIN, "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml")
            )
        ),
    ),
    "no_sheets": ("not-a-workbook", zoo.bent(workbook=lambda data: re.sub(rb"<sheets>.*</sheets>", b"", data))),
    "ods": ("ods", _zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})),
    "xls": ("xls", _raw(OLE + "Workbook".encode("utf-16-le") + b"\0" * 99)),
    "old_xls": ("xls", _raw(b"\x09\x08\x10\0\0\x06\x05\0" + b"\0" * 99)),
    "encrypted": ("encrypted", _raw(OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99)),
    "encrypted_entries": ("encrypted", _flag_encrypted),
    "other_ole": ("not-a-workbook", _raw(OLE + b"\0" * 99)),
    "xlsb": ("xlsb", zoo.bent(types=zoo.swap((MAIN, KIND)))),
    "signed": ("signed", _with("_xmlsignatures/sig1.xml", b"<a/>")),
    "signed_elsewhere": ("signed", zoo.bent(root=zoo.swap(("</Relationships>", ORIGIN)))),
    "protected": (
        "protected",
        zoo.bent(workbook=zoo.swap(("<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>'))),
    ),
    "protected_in_words": (
        "protected",
        zoo.bent(workbook=zoo.swap(("<bookViews>", '<workbookProtection lockStructure="true"/><bookViews>'))),
    ),
    "shared": ("shared", zoo.bent(rels=zoo.swap(("</Relationships>", REVISIONS)))),
    "duplicate": ("duplicate-part", _twice("xl/workbook.xml")),
    "duplicate_by_case": ("duplicate-part", _twice("XL/Workbook.xml")),
    "duplicate_by_slash": ("duplicate-part", _twice("xl\\workbook.xml")),
    "climbing": ("bad-part-name", _with("xl/../../evil.xml", b"<a/>")),
    "climbing_backwards": ("bad-part-name", _with("..\\evil.xml", b"<a/>")),
    "absolute": ("bad-part-name", _with("/etc/passwd", b"x")),
    "drive": ("bad-part-name", _with("C:\\evil.xml", b"x")),
    "control_character": ("bad-part-name", _with("xl/a\nb.xml", b"x")),
    "dtd_in_workbook": ("dtd", zoo.bent(workbook=_after_declaration(DTD))),
    "dtd_in_types": ("dtd", zoo.bent(types=_after_declaration(DTD))),
    "dtd_in_styles": ("dtd", zoo.bent(styles=_after_declaration("<!-- x -->" + DTD))),
    "dtd_in_a_sheet": ("dtd", lambda path: _sheet_with_dtd(path, ENTITY)),
    "dtd_in_utf16": ("dtd", lambda path: _sheet_with_dtd(path, ENTITY, "utf-16")),
    "dtd_behind_much": ("dtd", lambda path: _sheet_with_dtd(path, f"<!--{'x' * 99_999}-->{ENTITY}")),
    "dtd_in_a_part_of_another_name": ("dtd", _with("xl/evil.bin", f'<?xml version="1.0"?>{ENTITY}<a/>'.encode())),
    "broken_workbook": ("broken-xml", zoo.bent(workbook=lambda data: data[:-20])),
    "broken_rels": ("broken-xml", zoo.bent(rels=lambda data: data.replace(b"/>", b">"))),
    "broken_styles": ("broken-xml", zoo.bent(styles=lambda data: data.replace(b"</fonts>", b""))),
    "unbound_prefix": ("broken-xml", zoo.bent(workbook=zoo.swap((' xmlns:r="' + zoo._OFFICE_RELS + '"', "")))),
    "unknown_encoding": ("broken-xml", zoo.bent(workbook=zoo.swap(('encoding="UTF-8"', 'encoding="x-none"')))),
    "not_text": ("broken-xml", zoo.bent(workbook=lambda _: b"\x00\x01\x02")),
    "cut_short": ("broken-zip", _cut(0.7)),
    "only_the_end": ("broken-zip", _only_the_end),
    "lying_size": ("broken-zip", _lying_size),
    "overlapping": ("broken-zip", _overlapping),
    "other_name_inside": ("broken-zip", _other_name_inside),
    "bomb": ("bomb", _bomb),
    "many_parts": ("too-many-parts", _many),
    "big_part": ("part-too-large", _big_workbook_part),
    "many_elements": ("part-too-large", _many_elements),
}


def _sheet_with_dtd(path: Any, dtd: Any, encoding: Any = "utf-8") -> None:
    zoo.simple(path)
    parts = zoo.read_parts(path)
    text = parts["xl/worksheets/sheet1.xml"].decode().replace("?>", "?>" + dtd, 1)
    if encoding != "utf-8":
        text = text.replace('encoding="UTF-8"', "")
    zoo.write_parts(path, {**parts, "xl/worksheets/sheet1.xml": text.encode(encoding)})


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_one_sentence_and_left_as_it_is(kind: Any, tmp_path: Path) -> None:
    code, build = HOSTILE[kind]
    path = tmp_path / "hostile.xlsx"
    build(path)
    before = path.read_bytes()
    with pytest.raises(Refused) as caught:
        add_sheet(path, plain(), title="Trades")
    assert caught.value.code == code
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    assert len(sentence) - len(str(path)) < 200
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["hostile.xlsx"]


@pytest.mark.parametrize(
    "kind", [kind for kind in HOSTILE if kind not in {"broken_styles", "dtd_in_styles", "many_elements"}]
)
def test_what_is_refused_for_grafting_is_refused_before_it_is_read(kind: Any, tmp_path: Path) -> None:
    code, build = HOSTILE[kind]
    path = tmp_path / "hostile.xlsx"
    build(path)
    with pytest.raises(Refused) as caught:
        check_source(path)
    assert caught.value.code == code


def test_a_part_too_large_to_read_may_still_be_copied(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.simple(path)
    noise = b"".join(struct.pack(">Q", number * 2654435761) for number in range(20_000)).hex().encode()
    parts = zoo.read_parts(path)
    sheet = parts["xl/worksheets/sheet2.xml"]
    parts["xl/worksheets/sheet2.xml"] = sheet.replace(b"<sheetData/>", b"<sheetData/><!--" + noise * 210 + b"-->")
    assert len(parts["xl/worksheets/sheet2.xml"]) > 64_000_000
    zoo.write_parts(path, parts)
    add_sheet(path, plain(), title="Trades", expected=check_source(path))
    assert _grid(path, "Holdings")
    # What lies behind the cells is never unpacked.
    assert _grid(path, "Notes") == []
    parts["xl/worksheets/sheet2.xml"] = sheet.replace(b"<sheetData/>", b"<!--" + noise * 210 + b"--><sheetData/>")
    zoo.write_parts(path, parts)
    assert _grid(path, "Holdings")
    with pytest.raises(Refused) as caught:
        _grid(path, "Notes")
    assert caught.value.code == "part-too-large"


def _grid(path: Any, title: Any) -> Any:
    with look_into(path) as look:
        return look.grid(title)


def test_a_file_of_more_than_200_mb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\3\4")
        file.truncate(200_000_001)
    with pytest.raises(Refused) as caught:
        check_source(path)
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(("name", "code"), [("nothing.xlsx", "missing"), (".", "not-a-file")])
def test_a_path_that_is_no_file_is_refused(tmp_path: Path, name: Any, code: Any) -> None:
    with pytest.raises(Refused) as caught:
        add_sheet(tmp_path / name, plain(), title="Trades")
    assert caught.value.code == code


COSTLY = (
    "bomb",
    "dtd_in_a_sheet",
    "climbing",
    "duplicate",
    "encrypted",
    "xls",
    "signed",
    "big_part",
    "many_elements",
)


@pytest.mark.parametrize("kind", COSTLY)
def test_a_hostile_file_costs_little_memory(kind: Any, tmp_path: Path) -> None:
    """Peak memory of a fresh process, as the system counts it."""
    if not Path("/proc/self/status").exists():
        pytest.skip("only Linux tells a process's own peak of memory")
    path = tmp_path / "hostile.xlsx"
    HOSTILE[kind][1](path)
    script = f"""
        import sys
        sys.path.insert(0, {str(Path(__file__).parents[2] / "support")!r})
        from workbook_scratch import plain, rich
        from pbal_xl.hosts.headless import Refused, add_sheet
        try:
            add_sheet({str(path)!r}, plain(), title="Trades")
        except Refused as refused:
            peak = [line for line in open("/proc/self/status") if line.startswith("VmHWM")][0]
            print(refused.code, int(peak.split()[1]) // 1024)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], check=True, capture_output=True, text=True
    )
    code, megabytes = done.stdout.split()
    assert code == HOSTILE[kind][0]
    assert int(megabytes) < 300


def test_a_file_that_may_not_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.xlsx"
    zoo.simple(path)

    def deny(*_args: Any, **_options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(Refused) as caught:
        check_source(path)
    assert caught.value.code == "unreadable"


def test_a_workbook_without_room_for_more_styles_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "book.xlsx"
    zoo.simple(path)
    before = path.read_bytes()
    monkeypatch.setattr(styles, "MAX_CELL_FORMATS", 3)
    with pytest.raises(Refused) as caught:
        add_sheet(path, rich(), title="Trades")
    assert caught.value.code == "full"
    assert path.read_bytes() == before
    add_sheet(path, plain(), title="Trades")


# -- the table of codes


def test_every_code_that_is_raised_is_in_the_table_and_every_code_in_the_table_is_raised() -> None:
    text = "".join(one.read_text(encoding="utf-8") for one in SOURCE.rglob("*.py") if one.name != "refusals.py")
    for code in REFUSALS:
        assert f'"{code}"' in text, code
    raised = set(re.findall(r'(?:refused|refusal)\(\s*"([a-z-]+)"', text))
    assert raised <= set(REFUSALS)


def test_importing_the_host_loads_no_library() -> None:
    script = (
        "import sys, pbal_xl.hosts.headless;"
        "print(sorted({'openpyxl', 'lxml', 'zipfile', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_checking_a_file_loads_no_library(tmp_path: Path) -> None:
    zoo.simple(tmp_path / "book.xlsx")
    script = (
        "import sys; from pbal_xl.hosts.headless import check_source;"
        f"check_source({str(tmp_path / 'book.xlsx')!r}); print(sorted({{'openpyxl', 'lxml'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


# -- fuzzing


def _sample() -> bytes:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        zoo.simple(path)
        return path.read_bytes()


SAMPLE = _sample()


def _only_refused(data: Any, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "book.xlsx"
    path.write_bytes(data)
    try:
        check_source(path)
        add_sheet(path, plain(), title="Trades", replace=True)
    except Refused as refused:
        assert refused.code in REFUSALS  # noqa: PT017  any other exception fails the test
        assert path.read_bytes() == data
    else:
        assert zipfile.is_zipfile(path)
    shutil.rmtree(path.parent)


FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FLIP = st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255))


@FEW
@given(st.lists(FLIP, min_size=1, max_size=8))
def test_flipped_bytes_are_refused_or_harmless(tmp_path_factory: pytest.TempPathFactory, flips: Any) -> None:
    data = bytearray(SAMPLE)
    for at, value in flips:
        data[at] = value
    _only_refused(bytes(data), tmp_path_factory)


@FEW
@given(st.integers(0, len(SAMPLE)), st.integers(0, len(SAMPLE)))
@example(0, 0)
def test_a_stretch_taken_out_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, one: Any, other: Any
) -> None:
    low, high = sorted((one, other))
    _only_refused(SAMPLE[:low] + SAMPLE[high:], tmp_path_factory)


@FEW
@given(st.data())
def test_wrong_numbers_in_the_directory_are_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    """Sizes, offsets, lengths and flags of directory records, headers and the end record."""
    starts = [match.start() for match in re.finditer(rb"PK(?:\x01\x02|\x03\x04|\x05\x06)", SAMPLE)]
    bent = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(starts)) + data.draw(st.integers(4, 44))
        number = data.draw(st.sampled_from([0, 1, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, len(SAMPLE)]))
        if at + 4 <= len(bent):
            struct.pack_into("<L", bent, at, number)
    _only_refused(bytes(bent), tmp_path_factory)


PARTS = zoo.read_parts(io.BytesIO(SAMPLE))


@FEW
@given(
    st.sampled_from(
        [name for name in PARTS if name.endswith((".rels", "workbook.xml", "styles.xml", "Types].xml"))]
    ),
    st.data(),
)
def test_bent_parts_are_refused_or_harmless(tmp_path_factory: pytest.TempPathFactory, name: Any, data: Any) -> None:
    content = bytearray(PARTS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        low = data.draw(st.integers(0, len(content)))
        high = min(len(content), low + data.draw(st.integers(0, 40)))
        content[low:high] = data.draw(
            st.sampled_from([b"", b"<", b">", b'"', b"&#0;", b"\xff", b"<x/>", b'="1" ', b"-1", b"9" * 30])
        )
    path = tmp_path_factory.mktemp("parts") / "book.xlsx"
    zoo.write_parts(path, {**PARTS, name: bytes(content)})
    _only_refused(path.read_bytes(), tmp_path_factory)
    shutil.rmtree(path.parent)


def test_millions_of_shared_strings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "strings.xlsx"
    zoo.RICH["rich"](path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts["xl/sharedStrings.xml"] = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + b"<si/>" * 1_100_000
        + b"</sst>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    with pytest.raises(Refused, match="too many elements") as caught, look_into(path) as look:
        [look.grid(title) for title in look.titles]
    assert caught.value.code == "part-too-large"
