r"""Build the shipped code sets, ``rulesets/codes.sqlite``, from public files.

    python scripts/build_code_tables.py --tabular 2025:tabular-April-2025.xml.gz --tabular 2026:tabular-2026.xml \
        --hcpcs january-2026-alpha-numeric-hcpcs-file.zip --ncci ncci.json --ptp ccipra-2024q3.txt.gz \
        --facts rulesets/code_facts.json rulesets/codes.sqlite

``--tabular`` are ICD-10-CM tabular lists, oldest first, with their fiscal year (CDC/NCHS; the PyPI packages
simple-icd-10-cm 1.4.0 and 1.5.0 carry those of 2025 and 2026). ``--ncci`` holds the oncology rows of the CMS NCCI
tables of July 2024 for both claim types; ``--ptp`` the practitioner table itself, from which every pair among the
oncology codes is taken. The result depends on nothing but these files.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from onco_tui.codesets.codestore import create
from onco_tui.codesets.editions import ClaimType, Kind, Period, fiscal_year, quarter
from onco_tui.codesets.importers.hcpcs import ContractorFile, Newest, record_rows
from onco_tui.codesets.importers.icd10cm_tabular import NOTES, TabularReading
from onco_tui.codesets.importers.kinds import importer_for
from onco_tui.codesets.importers.loading import CODES, CodeRow, Sink, Wishes
from onco_tui.codesets.importers.ncci import PairTable
from onco_tui.codesets.importers.sources import Source, sources_in
from onco_tui.codesets.importing import index_text
from onco_tui.codesets.ncci_edits import NO_EDIT

_NCCI = quarter(date(2024, 7, 1))
_START = "20240701"
_ONCOLOGY_FIRST = re.compile(r"C|D[0-4]|Z[0589]|[^CDZ]|.")
_DRUGS_AND_SUPPLIES = re.compile(r"J\d{4}|Q\d{4}|A9[5-7]\d\d|C9\d{3}|P90\d\d|S0\d{3}")

# Named by CMS for 2026-10-01; the labels are ours, the official titles were not seen. QA1- (inherited predisposition)
# is left out because its codes were not seen either. D69.1 became a header.
_FY2027 = (
    ("C7831", "Secondary malignant neoplasm of larynx (announced for FY2027)", 1),
    ("C7832", "Secondary malignant neoplasm of pharynx (announced for FY2027)", 1),
    ("C7983", "Secondary malignant neoplasm of oral cavity (announced for FY2027)", 1),
    ("D691", "Qualitative platelet defects", 0),
    ("D6911", "Qualitative platelet defects, D69.11 (announced for FY2027)", 1),
    ("D6919", "Qualitative platelet defects, D69.19 (announced for FY2027)", 1),
    ("M043", "VEXAS syndrome (announced for FY2027)", 1),
)
_Codes = dict[str, tuple[int, str]]
"""``billable, label`` by code."""


class Build:
    """The file under construction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def part(self, source: str, sha256: str) -> Sink:
        """Begin the rows of one source."""
        sql = "INSERT INTO parts (source, sha256, rows, skipped) VALUES (?, ?, 0, 0)"
        return Sink(self.connection, int(self.connection.execute(sql, (source, sha256)).lastrowid or 0))

    def edition(  # noqa: PLR0913  the columns of an edition
        self, kind: Kind, period: Period, rows: int, *parts: Sink, claim_type: ClaimType = "", partial: bool = False,
        reach: date | None = None,
    ) -> None:  # fmt: skip
        """Register an edition over the rows of its parts."""
        number = self.connection.execute(
            "INSERT INTO editions (kind, edition, claim_type, effective_from, effective_to, reaches_back_to, partial,"
            " rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                kind,
                period.name,
                claim_type,
                str(period.start),
                str(period.end),
                str(reach or period.start),
                partial,
                rows,
            ),
        ).lastrowid
        for part in parts:
            self.connection.execute("INSERT INTO edition_parts VALUES (?, ?)", (number, part.part))


def tabular(build: Build, lists: list[tuple[int, Path]]) -> None:
    """Merge the years into one set of rows, each with its first and last day where it has one."""
    years: list[tuple[Period, _Codes]] = []
    notes: list[Sink] = []
    for year, path in lists:
        reading, source = TabularReading(), sources_in(path)[0]
        with source.open(lines=False) as file:
            codes = {row[1]: (row[4], row[2]) for row in reading.rows(file)}
        sink = build.part(source.name, source.sha256)
        sink.store(NOTES, reading.notes)
        years.append((fiscal_year(year), codes))
        notes.append(sink)
    merged = build.part(", ".join(path.name for _, path in lists), sources_in(lists[-1][1])[0].sha256)
    rows = sorted(_merged(years), key=lambda row: (_oncology_rank(row[1]), row[1], row[5] or ""))
    merged.store(CODES, rows)
    for (period, codes), sink in zip(years, notes, strict=True):
        print(f"{period.name}: {len(codes)} codes, {sum(billable for billable, _ in codes.values())} billable")
        build.edition("icd10cm", period, len(codes), merged, sink)
    announced = build.part("announced oncology additions", "")
    since = fiscal_year(2027)
    announced.store(
        CODES, (("icd10cm", code, label, None, flag, str(since.start), None, None) for code, label, flag in _FY2027)
    )
    named = Period("FY2027-announced", since.start, since.end)
    build.edition("icd10cm", named, len(_FY2027), announced, partial=True)
    for sink in (merged, announced):
        index_text(build.connection, sink.part)


def _merged(years: list[tuple[Period, _Codes]]) -> Iterator[CodeRow]:
    for code in {code for _, codes in years for code in codes}:
        spans: list[tuple[Period, Period, tuple[int, str]]] = []
        for period, codes in years:
            if state := codes.get(code):
                if spans and spans[-1][2][0] == state[0] and (period.start - spans[-1][1].end).days == 1:
                    spans[-1] = (spans[-1][0], period, state)
                else:
                    spans.append((period, period, state))
        for first, last, (billable, label) in spans:
            since = None if first is years[0][0] else str(first.start)
            until = None if last is years[-1][0] else str(last.end)
            yield ("icd10cm", code, label, None, billable, since, until, None)


def _oncology_rank(code: str) -> int:
    """Put the codes an oncology practice uses first, as searches stop after enough hits."""
    for rank, pattern in enumerate((r"C|D[0-4]", r"Z", r"[DR]", r"[^STV-Y]")):
        if re.match(pattern, code):
            return rank
    return 9


def hcpcs(build: Build, path: Path) -> set[str]:
    """Store HCPCS Level II with dates and short labels; give the codes."""
    source = next(source for source in sources_in(path) if _is_contractor_file(source))
    newest, sink = Newest(), build.part(source.name, source.sha256)
    with source.text() as text:
        rows = [(*row[:3], None, *row[4:]) for row in record_rows(text, newest)]
    period = quarter(newest.day or date.min)
    sink.store(CODES, rows)
    index_text(build.connection, sink.part)
    build.edition("hcpcs", period, len(rows), sink, reach=period.start.replace(year=period.start.year - 4))
    print(f"HCPCS {period.name}: {len(rows)}")
    return {row[1] for row in rows}


def _is_contractor_file(source: Source) -> bool:
    try:
        return isinstance(importer_for(source), ContractorFile)
    except ValueError:
        return False


def ncci(build: Build, path: Path, full: Path, facts: set[str], level2: set[str]) -> None:
    """Store the oncology extract of the NCCI tables."""
    source = sources_in(path)[0]
    tables = json.loads(path.read_text(encoding="utf-8"))
    listed = {row[side] for row in (*tables["ptp"], *tables["ptp_historic"]) for side in ("c1", "c2")}
    scope = facts | listed | {code for code in level2 if _DRUGS_AND_SUPPLIES.fullmatch(code)}
    table = sources_in(full)[0]
    for column, claim_type in (("practitioner", "professional"), ("hospital", "institutional")):
        pairs = dict(_extract_pairs(tables, f"mi_{column}"))
        sink = build.part(source.name, source.sha256)
        if claim_type == "professional":
            pairs |= {pair: edit for pair, edit in _table_pairs(table) if scope.issuperset(pair)}
            sink.store("INSERT INTO ptp_scope (part, code) VALUES (?, ?)", ([code] for code in sorted(scope)))
        _store_pairs(build, sink, pairs)
        edits = sum(indicator != NO_EDIT for _, indicator, _ in pairs.values())
        build.edition("ncci_ptp", _NCCI, edits, sink, claim_type=claim_type, partial=True)  # type: ignore[arg-type]
        limits = [(r["code"], r[column], str(r[f"{column}_mai"]), r["rationale"]) for r in tables["mue"]]
        limits = [row for row in limits if row[1] is not None]
        sink = build.part(source.name, source.sha256)
        sink.store("INSERT INTO mue (part, code, units, adjudication, rationale) VALUES (?, ?, ?, ?, ?)", limits)
        build.edition("ncci_mue", _NCCI, len(limits), sink, claim_type=claim_type, partial=True)  # type: ignore[arg-type]
        print(f"NCCI {claim_type}: {edits} pairs, {len(limits)} limits")
    sink = build.part(source.name, source.sha256)
    parents = [
        (row["code"], parent, str(row["aoc_type"]))
        for row in tables["add_on"]
        for parent in row["primary"] or ["CCCCC"]
    ]
    sink.store("INSERT INTO addon (part, code, parent, type) VALUES (?, ?, ?, ?)", parents)
    build.edition("ncci_addon", _NCCI, len(parents), sink, partial=True)


_Edit = tuple[str, str, str]
"""Last day or ``*``, indicator, rationale."""


def _extract_pairs(tables: dict[str, list[dict[str, str]]], column: str) -> Iterator[tuple[tuple[str, str], _Edit]]:
    for name, until in (("ptp", "*"), ("ptp_historic", "20241231")):
        for row in tables[name]:
            indicator = NO_EDIT if row[column] is None else str(row[column])
            yield (row["c1"], row["c2"]), (until, indicator, row["rationale"])


def _table_pairs(source: Source) -> Iterator[tuple[tuple[str, str], _Edit]]:
    """Read the pairs in force in the practitioner table, by loading it into a scratch file in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as scratch:
        create(scratch)
        PairTable().load(source, Sink(scratch, 1), Wishes())
        words = dict(scratch.execute("SELECT CAST(id AS TEXT), text FROM ptp_rationales"))
        for column1, pairs in scratch.execute("SELECT column1, pairs FROM ptp ORDER BY column1"):
            for entry in pairs.split("\n")[1:-1]:
                column2, _, stop, indicator, rationale = entry.split()
                if (stop == "*" or stop >= _START) and indicator != "9":
                    yield (column1, column2), (stop, indicator, words[rationale])


def _store_pairs(build: Build, sink: Sink, pairs: dict[tuple[str, str], _Edit]) -> None:
    numbers: dict[str, int] = {}
    for text in sorted({rationale for _, _, rationale in pairs.values()}):
        build.connection.execute("INSERT OR IGNORE INTO ptp_rationales (text) VALUES (?)", (text,))
    numbers = dict(build.connection.execute("SELECT text, id FROM ptp_rationales"))
    groups: dict[str, list[str]] = {}
    for (column1, column2), (stop, indicator, rationale) in sorted(pairs.items()):
        groups.setdefault(column1, []).append(f"{column2} {_START} {stop} {indicator} {numbers[rationale]}")
    rows = ((column1, "\n" + "\n".join(entries) + "\n", len(entries)) for column1, entries in groups.items())
    sink.store("INSERT INTO ptp (part, column1, pairs, rows) VALUES (?, ?, ?, ?)", rows)


def years(text: Iterable[str]) -> list[tuple[int, Path]]:
    """Read ``2025:file`` arguments."""
    return [(int(part.split(":", 1)[0]), Path(part.split(":", 1)[1])) for part in text]


def main() -> None:
    """Build the file named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tabular", action="append", required=True, metavar="YEAR:FILE")
    parser.add_argument("--hcpcs", type=Path, required=True)
    parser.add_argument("--ncci", type=Path, required=True)
    parser.add_argument("--ptp", type=Path, required=True)
    parser.add_argument("--facts", type=Path, required=True)
    parser.add_argument("output", type=Path)
    chosen = parser.parse_args()
    facts = {row["code"] for row in json.loads(chosen.facts.read_text(encoding="utf-8"))["rows"]}
    fresh = chosen.output.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        create(connection)
        build = Build(connection)
        tabular(build, years(chosen.tabular))
        ncci(build, chosen.ncci, chosen.ptp, facts, hcpcs(build, chosen.hcpcs))
        connection.execute("INSERT INTO codes_text (codes_text) VALUES ('optimize')")
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    fresh.replace(chosen.output)
    print(f"{chosen.output}: {chosen.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
