"""Medicare physician fee schedule relative values (PPRRVU); columns by heading, as CMS adds and moves them.

The headings run over several rows and are joined column by column. Descriptions are not kept: those of CPT codes
belong to the American Medical Association.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from onco_tui.codesets.editions import Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import Columns, Head, head_of, heading, is_number, rows

_CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
_FEE = "INSERT INTO fees (part, code, modifier, status, pc_tc, global_days, multiple_procedure, bilateral, work_rvu, "
_FEE += "nonfacility_total, facility_total, conversion_factor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HEADINGS = {
    "code": r"hcpcs$",
    "modifier": r"mod$",
    "status": r"status code$",
    "work": r"work rvu$",
    "nonfacility": r"(fully implemented )?non ?facility total|(full )?non fac(ility)? total",
    "facility": r"(fully implemented )?facility total",
    "pc_tc": r"pctc ind|pc tc ind",
    "global": r"glob days",
    "multiple": r"mult proc",
    "bilateral": r"bilat surg",
    "factor": r"conv factor",
}
_NUMBERS = ("work", "nonfacility", "facility", "factor")


class FeeTable:
    """The importer of relative values."""

    kind: Kind = "mpfs"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return _columns(head) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store one row for each code and modifier. Raises CodeFileError."""
        head = head_of(source)
        columns = _columns(head)
        if columns is None:
            raise CodeFileError("no fee schedule headings")
        count = sink.store(_FEE, _fees(source, columns))
        title = " ".join(cell for _, cells in head.rows[: columns.index] for cell in cells if "release" in cell.lower())
        return Loaded(quarter_of(wishes, source.names, title), count)


def _columns(head: Head) -> Columns | None:
    """Find the last heading row, which begins with HCPCS, and join the rows above it into it."""
    for index, (line, cells) in enumerate(head.rows):
        if heading(cells[0] if cells else "") != "hcpcs":
            continue
        above = [row for _, row in head.rows[max(0, index - 4) : index] if len([cell for cell in row if cell]) > 1]
        joined = [
            heading(" ".join(row[place] for row in (*above, cells) if place < len(row))) for place in range(len(cells))
        ]
        places = {}
        for name, pattern in _HEADINGS.items():
            found = next((place for place, text in enumerate(joined) if re.match(pattern, text)), None)
            if found is None:
                return None
            places[name] = found
        return Columns(line, places, index)
    return None


def _fees(source: Source, columns: Columns) -> Iterator[tuple[str, ...]]:
    last = max(columns.places.values())
    begun = False
    for line, cells in rows(source):
        if line <= columns.line or not any(cells):
            continue
        if len(cells) <= last or not _CODE.fullmatch(cells[columns.places["code"]]):
            raise CodeFileError("not a row of the fee schedule", line=line)
        begun = True
        row = columns.named(cells)
        for name in _NUMBERS:
            if not is_number(row[name]):
                raise CodeFileError("a relative value that is not a number", line=line)
        yield tuple(row[name] for name in (*_TEXTS, *_NUMBERS))
    if not begun:
        raise CodeFileError("no row under the headings")


_TEXTS = ("code", "modifier", "status", "pc_tc", "global", "multiple", "bilateral")
