"""Breaks of what is written into files, and of how a sheet of one host is known again by another."""

from breaks import Break

OOXML = "pbal_xl/ooxml/"
CALC = "pbal_xl/hosts/calc/"
LIVE = "tests/hosts/headless/test_run_live.py"
GRAFT = "tests/hosts/headless/test_graft_sheet.py tests/hosts/headless/test_graft_xml.py"
KEEPS = "tests/hosts/headless/test_graft_keeps.py tests/hosts/headless/test_graft_guard.py"
PROGRAMS = "tests/hosts/headless/test_graft_programs.py -konly_saved"
REPLACE = "tests/hosts/headless/test_replace_keeps.py"
ODD = "tests/hosts/headless/test_odd_packages.py"
SAVE = "tests/hosts/headless/test_save.py"
EDITED = "tests/calc/test_calc_edited.py"

BREAKS = (
    # Rows and cells
    Break("pbal_xl/sheet/living.py", "key=lambda item: (item.row, item.column)", "key=lambda item: item.column",
          LIVE),
    Break(OOXML + "sheetrows.py", "' t=\"b\"><f>", "' t=\"n\"><f>", "tests/ooxml"),
    Break(OOXML + "sheetrows.py", "<v>{escape(cell_text(value))}</v>", "<v>{escape(value)}</v>",
          "tests/ooxml tests/hosts/headless/test_run_sheets.py " + LIVE),
    Break(OOXML + "cells.py", "            self.found.beyond = True\n            return", "            return",
          "tests/hosts/headless/test_read_tables.py -kbeyond"),
    # Known again
    Break(OOXML + "normal.py", ' if "E()" in said', ' if "F()" in said', PROGRAMS),
    Break(OOXML + "formulamark.py", 'return token["truth"] or token[0]', "return token[0]", "tests/ooxml"),
    Break(OOXML + "formulamark.py", "room = _LONGEST_NAME - len(place)", "room = 2 * _LONGEST_NAME", "tests/ooxml"),
    Break(OOXML + "hidden_names.py", "FORMULAS_NAME, SHADES_NAME}", "FORMULAS_NAME}", LIVE + " " + PROGRAMS),
    Break(OOXML + "sheetxml.py", "return first if first == last else", "return", PROGRAMS + " -kone"),
    Break(CALC + "living_mark.py", 'return "," if token["joint"] else', "return", EDITED + " -kall_that_can_stand"),
    Break(CALC + "living_mark.py", "== list(_read_elsewhere(sheet))", "!= []", EDITED + " -kread"),
    Break(CALC + "kept.py", "range(0, len(text) or 1, _LONGEST)", "range(0, 1, _LONGEST)",
          EDITED + " -kformulas_that_were_saved"),
    Break(CALC + "dress.py", "area.EndColumn == right and ", "", EDITED + " -knarrower"),
    Break(CALC + "edited.py", 'shades(document, sheet) != (kept(sheet, SHADES_NAME) or "")', "False",
          EDITED + " -kcolours_somebody"),
    Break(OOXML + "normal.py", '"editAs"): frozenset({"twoCell"})', '"editAs"): frozenset({"twoCell", "oneCell"})',
          REPLACE),
    Break(OOXML + "whole.py", "(view == _NO_VIEW and whole.unseen)", "view == _NO_VIEW", REPLACE),
    Break(OOXML + "whole.py", "self.unseen = any(", "self.unseen = False and any(", REPLACE),
    # Sentences
    Break("pbal_xl/grid/lots.py", "{plain(line.figures[name])}", "{line.figures[name]}",
          "tests/grid/test_holdings.py"),
    Break("pbal_xl/grid/cells.py", "str(cell).removesuffix(_MIDNIGHT)", "str(cell)",
          "tests/hosts/headless/test_read_tables.py"),
    # The package
    Break(OOXML + "workbook_xml.py", "number = max(ids, default=0) + 1\n    if", "number = len(ids) + 1\n    if",
          ODD),
    Break(OOXML + "workbook_xml.py", "int(scope[:10]) >= index", "int(scope[:10]) > index",
          ODD),
    Break(OOXML + "zipwrite.py", "flags = old.flags & UTF8 if old else 0 if name.isascii() else UTF8",
          "flags = 0", ODD),
    Break(OOXML + "zipwrite.py", "made_by, internal, external = fields[1], fields[14], fields[15]", "pass",
          GRAFT),
    Break(OOXML + "opc.py", "used = {one.id.lower() for one in self.all} | self.given", "used = self.given",
          ODD),
    Break(OOXML + "tables.py", " for one in defined_names(self.source)}", " for one in ()}", GRAFT),
    Break(OOXML + "save.py", "        mode &= ~stat.S_IRWXG\n", "        pass\n", SAVE),
    Break(OOXML + "save.py", "            os.fsync(file.fileno())\n", "", SAVE),
    Break(OOXML + "titles.py", "while _length(title + tail) > MAX_TITLE", "while len(title + tail) > MAX_TITLE",
          GRAFT),
    Break(OOXML + "stylexml.py", 'patternType="solid">{colors}', 'patternType="none">{colors}',
          "tests/hosts/headless/test_run_sheets.py"),
    # Excel
    Break("pbal_xl/hosts/excel/pages.py", "setup.Zoom = False", "setup.Zoom = 100",
          "tests/excel/test_excel_macro_windows.py"),
    Break("pbal_xl/hosts/excel/writing.py", "None if mark in {MARK_NAME, SOURCE_NAME} else own_name(sheet, mark)",
          "None", "tests/excel/test_excel_macro_windows.py -kmarks_of_a_file"),
)  # fmt: skip
