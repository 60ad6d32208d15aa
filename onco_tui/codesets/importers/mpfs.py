"""Medicare physician fee schedule relative values (PPRRVU); columns by heading, as CMS adds and moves them.

The headings run over several rows and are joined column by column. Descriptions are not kept: those of CPT codes
belong to the American Medical Association.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from onco_tui.codesets.editions import Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import Columns, Head, data_rows, head_of, heading, is_number

_CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
_FEE = "INSERT INTO fees (part, code, modifier, status, pc_tc, global_days, multiple_procedure, bilateral, work_rvu, "
_FEE += "nonfacility_total, facility_total, conversion_factor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_HEADINGS = {
    "code": r"hcpcs$",
    "modifier": r"mod(ifier)?$",
    "status": r"status code$",
    "work": r"(physician )?work rvus?$",
    # while rates moved over to new ones (2010 to 2013) both stood there; the transitional ones were paid
    "nonfacility": r"((full|transition(ed|al)) )?non ?fac(ility)? total",
    "facility": r"((full|transition(ed|al)) )?facility total",
    "pc_tc": r"pc ?tc ind",
    "global": r"glob(al)? (surg(ery)? )?(days|period)",
    "multiple": r"mult(iple)? proc",
    "bilateral": r"bilat(eral)? surg",
    "factor": r"conv(ersion)? fact",
}
_RELEASE = re.compile(r"\brelease\b", re.IGNORECASE)  # the day it was released says less
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
        title = " ".join(cell for _, cells in head.rows[: columns.index] for cell in cells if _RELEASE.search(cell))
        return Loaded(quarter_of(wishes, source.names, title), count)


def is_fixed_width(first_lines: Sequence[str]) -> bool:
    """Tell the text edition, whose fields nothing names, by the notices above its records."""
    return any(line.startswith("HDR ") and "CPT" in line for line in first_lines[:20])


def _columns(head: Head) -> Columns | None:
    """Find the last heading row, which begins with HCPCS, and join the rows above it into it."""
    for index, (line, cells) in enumerate(head.rows):
        names = {heading(cell) for cell in cells}
        if "hcpcs" not in names or names.isdisjoint({"mod", "modifier"}):
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
        return Columns(line, places, index, 1 + max(places.values()))
    return None


def _fees(source: Source, columns: Columns) -> Iterator[tuple[str, ...]]:
    for line, row in data_rows(source, columns, _CODE):
        numbers = ["" if row[name].upper() == "NA" else row[name] for name in _NUMBERS]
        if not all(map(is_number, numbers)):
            raise CodeFileError("a relative value that is not a number", line=line)
        yield (*(row[name] for name in _TEXTS), *numbers)


_TEXTS = ("code", "modifier", "status", "pc_tc", "global", "multiple", "bilateral")
