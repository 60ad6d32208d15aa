"""Build the shipped drug tables from CMS files.

    python scripts/build_drug_tables.py --hcpcs HCPC2026_JAN_ANWEB.txt --crosswalk asp_crosswalk.csv \
        --prices asp_pricing.csv rulesets

``--hcpcs`` is the fixed-width contractor text (or the CMS zip that holds it); ``--crosswalk`` the ASP NDC to HCPCS
crosswalk, ``--prices`` the ASP payment limits (.csv or .csv.gz). Writes drug_units.json.gz, drug_ndcs.json.gz and
drug_limits.json.gz, and prints what could not be read.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from onco_tui.codesets.hcpcs_descriptor import described_name, described_unit
from onco_tui.codesets.ndc import NdcError, ndc11
from onco_tui.encounter.values import plain

_DRUG_FAMILIES = re.compile(r"J|Q|A9[5-7]|C9|S0|P90")
_NOT_A_DRUG = re.compile(
    r"skin substitute|square centimeter|dispensing fee|supplying fee|supply fee|case rate|ventricular assist",
    re.IGNORECASE,
)


@dataclass
class Descriptor:
    """One code of the HCPCS file, its long descriptor put together from the continuation records."""

    code: str
    text: str
    added: str
    ended: str
    cross_reference: str


def read_hcpcs(path: Path) -> Iterator[Descriptor]:
    """Read the 320-byte records; columns as in the CMS record layout, counted from 1."""
    current: Descriptor | None = None
    for line in _hcpcs_text(path).splitlines():
        record = line.ljust(320)
        if not re.fullmatch(r"[A-Z]\d{4}\d{5}[34]", record[:11]):
            continue
        if record[10] == "4" and current:
            current.text += " " + record[11:91].strip()
            continue
        if current:
            yield current
        current = Descriptor(
            code=record[:5],
            text=record[11:91].strip(),
            added=_iso(record[268:276]),
            ended=_iso(record[284:292]),
            cross_reference=" ".join(re.findall(r"[A-Z]\d{4}", record[204:229])),
        )
    if current:
        yield current


def _hcpcs_text(path: Path) -> str:
    if path.suffix != ".zip":
        return path.read_text(encoding="cp1252")
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if re.search(r"ANWEB.*\.txt$", name))
        return archive.read(name).decode("cp1252")


def _iso(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if digits.strip() else ""


def unit_rows(path: Path) -> Iterator[list[str]]:
    """Give one row per drug code; prints the J and Q codes whose descriptor names no drug amount."""
    for entry in read_hcpcs(path):
        if not _DRUG_FAMILIES.match(entry.code) or _NOT_A_DRUG.search(entry.text):
            continue
        unit = described_unit(entry.text)
        if unit.basis == "none" or unit.unit == "cm2":
            if entry.code[0] in "JQ":
                print(f"no amount: {entry.code} {entry.text}")
            continue
        live = entry.ended != ""
        yield [
            entry.code,
            plain(unit.quantity) if unit.quantity is not None else "",
            unit.unit or "",
            unit.basis,
            unit.counts,
            entry.added,
            entry.ended,
            entry.cross_reference if live else "",
            "oral" if re.search(r"\boral\b", entry.text, re.IGNORECASE) else "",
            described_name(entry.text),
        ]


def _csv_lines(path: Path) -> list[str]:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("cp1252").splitlines()


def limit_rows(path: Path) -> tuple[dict[str, str], str]:
    """Give the payment limit of one unit of each HCPCS Level II drug code, and the quarter; CPT codes are left out."""
    lines = _csv_lines(path)
    head = next(i for i, line in enumerate(lines) if line.startswith("HCPCS Code,"))
    quarter = next(line.strip(' ,"') for line in lines[:head] if "Effective" in line)
    limits = {}
    for row in csv.DictReader(lines[head:]):
        code, limit = (row.get("HCPCS Code") or "").strip(), (row.get("Payment Limit") or "").strip()
        if re.fullmatch(r"[A-Z]\d{4}", code) and re.fullmatch(r"\d+(?:\.\d+)?", limit):
            limits[code] = limit
    return limits, quarter


def crosswalk_rows(path: Path) -> tuple[dict[str, list[str]], list[str], str]:
    """Give rows by 11-digit NDC, the labelers they point into, and the title line; prints what was left out."""
    lines = _csv_lines(path)
    head = next(i for i, line in enumerate(lines) if re.match(r'"?_?\d{4}_CODE', line))
    rows: dict[str, list[str]] = {}
    labelers: dict[str, int] = {}
    skipped = 0
    for row in csv.DictReader(io.StringIO("\n".join(lines[head:]))):
        cells = {name: " ".join((row.get(name) or "").replace("\xa0", " ").split()) for name in _COLUMNS}
        code = " ".join((next(iter(row.values())) or "").split())
        try:
            ndc = ndc11(cells["NDC2"])
            size, items, units = (Decimal(cells[name]) for name in ("PKG SIZE", "PKG QTY", "BILLUNITS"))
        except (NdcError, InvalidOperation):
            skipped += 1
            continue
        labeler = labelers.setdefault(cells["LABELER NAME"], len(labelers))
        row_of = rows.setdefault(ndc, [cells["Drug Name"], str(labeler), plain(size), plain(items)])
        row_of.append(f"{code} {plain(units)}")
    print(f"crosswalk: {len(rows)} NDCs, {skipped} product ids that are not NDCs left out")
    return rows, list(labelers), lines[0].strip(' ,"')


_COLUMNS = ("LABELER NAME", "NDC2", "Drug Name", "PKG SIZE", "PKG QTY", "BILLUNITS")


def write(path: Path, data: object) -> None:
    """Write compact JSON, gzipped without a time so that the same input gives the same bytes."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hcpcs", type=Path, help="HCPCS Level II contractor file, text or zip")
    parser.add_argument("--crosswalk", type=Path, help="ASP NDC to HCPCS crosswalk, csv or csv.gz")
    parser.add_argument("--prices", type=Path, help="ASP payment limits, csv or csv.gz")
    parser.add_argument("--edition", default="", help="edition of the HCPCS file, such as 2026-01")
    parser.add_argument("folder", type=Path)
    chosen = parser.parse_args()
    if chosen.hcpcs:
        rows = list(unit_rows(chosen.hcpcs))
        write(chosen.folder / "drug_units.json.gz", {"edition": chosen.edition, "rows": rows})
    if chosen.crosswalk:
        found, labelers, title = crosswalk_rows(chosen.crosswalk)
        write(chosen.folder / "drug_ndcs.json.gz", {"edition": title, "labelers": labelers, "rows": found})
    if chosen.prices:
        limits, quarter = limit_rows(chosen.prices)
        write(chosen.folder / "drug_limits.json.gz", {"edition": quarter, "rows": limits})


if __name__ == "__main__":
    main()
