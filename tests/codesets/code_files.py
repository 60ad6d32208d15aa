"""Small code files in the layouts CMS publishes, made up."""

from __future__ import annotations

import io
import textwrap
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from onco_tui.codesets.importers.loading import Wishes
from onco_tui.codesets.importing import Imported, import_file
from onco_tui.codesets.lookups import CodeSets

TODAY = date(2026, 11, 21)
REPOSITORY = Path(__file__).parent.parent.parent
SHIPPED = REPOSITORY / "rulesets" / "codes.sqlite"
REAL = REPOSITORY.parent / "shared" / "data"
LETTERS = "ABCDEFGHIJKLMNOPQRSTVWXYZ"
PTP_HEAD = (
    "CPT only copyright 2025.  All rights reserved.\t\t\t\t\t\t\r\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)
PTP_ROWS = (
    ("10001", "10002", "20250101", "*", "1"),
    ("10001", "10003", "20200101", "20241231", "0"),
    ("10001", "10003", "20260101", "*", "1"),
    ("10004", "10001", "20260101", "*", "9"),
)


def order_file(*codes: tuple[str, int, str]) -> str:
    """Give an order file with a code of every letter and the given ones: code, billable, title."""
    rows = sorted([*codes, *((f"{letter}00", 0, f"Header {letter}") for letter in LETTERS)])
    lines = (
        f"{number:05} {code:<7} {flag} {title[:60]:<60} {title}\r\n"
        for number, (code, flag, title) in enumerate(rows, 1)
    )
    return "".join(lines)


def tabular(body: str, version: int = 2026) -> str:
    """Give a tabular list with a code of every letter and a chapter of the given diag elements."""
    rest = "".join(diag(f"{letter}00", f"Header {letter}") for letter in LETTERS)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\r\n'
        f"<ICD10CM.tabular><version>{version}</version><chapter><name>1</name><desc>Some (A00-Z99)</desc>"
        f'<section id="A00-Z99"><desc>All (A00-Z99)</desc>{rest}{body}</section></chapter></ICD10CM.tabular>\r\n'
    )


def diag(name: str, title: str, inside: str = "") -> str:
    """Give one diag element."""
    return f"<diag><name>{name}</name><desc>{escape(title)}</desc>{inside}</diag>"


def hcpcs_records(*codes: tuple[str, str, str, str, str]) -> str:
    """Give 320-byte records: code, long text, date added, date ended, cross reference; A and V codes always."""
    always = (("A0001", "First thing", "19900101", "", ""), ("V9999", "Last thing", "19900101", "", ""))
    return "Disclaimers\r\n" + "".join(_record(*code) for code in (*always, *codes))


def _record(code: str, text: str, added: str, ended: str, crossed: str) -> str:
    pieces = textwrap.wrap(text, 80)
    first, more = ("7", "8") if len(code) == 2 else ("3", "4")
    out = f"{code:>5}00100{first}{pieces[0]:<80}{text[:28]:<28}"
    out = f"{out:<204}{crossed:<64}{added:<8}{added:<8}{ended:<8}N".ljust(320) + "\r\n"
    for number, piece in enumerate(pieces[1:], 2):
        out += f"{code:>5}{number:03}00{more}{piece:<80}".ljust(320) + "\r\n"
    return out


def ptp(rows: tuple[tuple[str, str, str, str, str], ...] = PTP_ROWS) -> str:
    """Give a PTP table."""
    return PTP_HEAD + "".join(
        f"{a}\t{b}\t\t{since}\t{until}\t{flag}\tSome reason\r\n" for a, b, since, until, flag in rows
    )


def mue(rows: dict[str, tuple[int, int]], whose: str = "Practitioner Services") -> str:
    """Give an MUE table: code to value and adjudication indicator."""
    head = (
        f'"A notice\nover lines"\r\n"HCPCS/\nCPT Code",{whose} MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n'
    )
    return head + "".join(f"{code},{value},{mai} Some Edit,A reason\r\n" for code, (value, mai) in rows.items())


FEES = (("10001", "26", "1", "0"), ("J1111", "", "9", "9"))


def fee_schedule(
    release: str = "", *, last: str = "", rows: tuple[tuple[str, str, str, str], ...] = FEES, factor: str = "33.4"
) -> str:
    """Give a fee schedule with its headings over three rows, as the files of 2014 to 2025 have them.

    Rows are code, modifier, PC/TC and bilateral indicator.
    """
    return (
        f",,{release},,,,,,,,,,,,,,,,,,,,,,\n"
        ",,,,NOT USED,,,,,,,,,,,,,,,,,,,,\n"
        ",,,STATUS,MEDICARE,WORK,NON-FAC,NON-FAC,NA,FACILITY,NA,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,"
        "BILAT,ASST,CO-,TEAM,ENDO,CONV\n"
        "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,X RVU,INDICATOR,PE RVU,INDICATOR,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,"
        "PROC,SURG,SURG,SURG,SURG,BASE,FACTOR\n"
        + "".join(
            f"{code},{mod},Words,A,,1.5,,3.25,,,,3.25,2.00,{parts},010,,,,2,{sides},,,,,{factor}\n"
            for code, mod, parts, sides in rows
        )
        + last
    )


def workbook(*rows: list[str | int], strings: str | None = None, sheet: str | None = None) -> bytes:
    """Give an xlsx with one sheet; text in shared strings, numbers as numbers."""
    return sheets(list(rows), strings=strings, sheet=sheet)


def sheets(*every: list[list[str | int]], strings: str | None = None, sheet: str | None = None) -> bytes:
    """Give an xlsx with several sheets; ``strings`` and ``sheet`` replace the shared strings and the last sheet."""
    texts = sorted({cell for rows in every for row in rows for cell in row if isinstance(cell, str)})
    shared = strings or "<sst>" + "".join(f"<si><t>{escape(text)}</t></si>" for text in texts) + "</sst>"
    bodies = [
        "".join(
            f'<row r="{at}">' + "".join(_cell(cell, texts) for cell in row) + "</row>" for at, row in enumerate(rows, 1)
        )
        for rows in every
    ]
    parts = [f"<worksheet><sheetData>{body}</sheetData></worksheet>" for body in bodies]
    if sheet:
        parts[-1] = sheet
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "xl/sharedStrings.xml": shared.encode(),
            **{f"xl/worksheets/sheet{number}.xml": part.encode() for number, part in enumerate(parts, 1)},
        }
    )


def _cell(cell: str | int, texts: list[str]) -> str:
    return f'<c t="s"><v>{texts.index(cell)}</v></c>' if isinstance(cell, str) else f"<c><v>{cell}</v></c>"


def zipped(members: dict[str, bytes]) -> bytes:
    """Give a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


class Store:
    """A code-set store in a folder of its own, fed with files made on the spot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "codes"
        self._files = folder / "files"
        self._files.mkdir()

    def take(self, name: str, content: str | bytes, wishes: Wishes | None = None) -> list[Imported]:
        """Write a file and import it."""
        path = self._files / name
        path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
        return import_file(path, self.folder, today=TODAY, wishes=wishes)

    @property
    def codes(self) -> CodeSets:
        """Open the store alone, without the shipped tables."""
        return CodeSets(None, self.folder)

    def bytes(self) -> bytes:
        """Give the content of the store, to see that nothing changed."""
        path = self.folder / "codes.db"
        return path.read_bytes() if path.exists() else b""
