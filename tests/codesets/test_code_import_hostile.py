from __future__ import annotations

import gzip
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from onco_tui.codesets.importers.faults import CodeFileError
from tests.codesets.code_files import (
    Store,
    diag,
    hcpcs_records,
    mue,
    order_file,
    ptp,
    tabular,
    workbook,
    zipped,
)

ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
HCPCS_HEAD: list[str | int] = ["HCPC", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "ADD DT", "TERM DT"]
FILES: dict[str, Callable[[], bytes]] = {
    "icd10cm_order_2026.txt": lambda: order_file(("C111", 1, "Thing")).encode(),
    "tabular.xml": lambda: tabular(diag("C11", "Thing")).encode(),
    "HCPC2026_JAN.txt": lambda: hcpcs_records(("J1111", "Thing", "20250101", "", "")).encode(),
    "HCPC2026_JAN.xlsx": lambda: workbook(
        HCPCS_HEAD, ["A0001", "3", "First", "First", 19900101, ""], ["V9999", "3", "Last", "Last", 19900101, ""]
    ),
    "ccipra-v320r0-f1.txt": lambda: ptp().encode(),
    "ccipra-v320r0-f1.txt.gz": lambda: gzip.compress(ptp().encode()),
    "MUE_Eff_01-01-2026.csv": lambda: mue({"10001": (1, 2), "10002": (3, 3)}).encode(),
    "edits.zip": lambda: zipped({"ccipra-v320r0-f1.txt": ptp().encode()}),
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_inside_a_line_or_member_is_refused_wherever_it_is_cut(store: Store, name: str) -> None:
    whole = FILES[name]()
    store.take("ccipra-v319r0-f1.txt", ptp())
    before = store.bytes()
    step = max(1, len(whole) // 150)
    for length in (*range(1, len(whole) - 2, step), len(whole) - 3):
        cut = whole[:length]
        if not name.endswith((".xlsx", ".gz", ".zip", ".xml")) and cut.endswith((b"\n", b"\r")):
            continue  # text that ends with a line looks whole
        with pytest.raises(CodeFileError):
            store.take(name, cut)
        assert store.bytes() == before, f"cut at {length}"
    assert store.take(name, whole)


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1), byte=st.integers(0, 255), cut=st.integers(0, 9))
@example(place=0.5, byte=0, cut=0)
def test_a_damaged_file_is_read_or_refused_but_never_crashes(
    store: Store, name: str, place: float, byte: int, cut: int
) -> None:
    whole = bytearray(FILES[name]())
    at = int(place * (len(whole) - 1))
    whole[at : at + cut] = bytes([byte])
    before = store.bytes()
    try:
        store.take(name, bytes(whole))
    except CodeFileError as error:
        refused = error
    else:
        return
    assert re.match(r"\S+\.(txt|xml|xlsx|csv|gz|zip)(:\d+)?: \S", str(refused)), "says where and why"
    assert store.bytes() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (tabular("").replace("<ICD10CM.tabular>", ENTITIES + "<ICD10CM.tabular>"), "document type"),
        (tabular("<diag>" * 100 + "</diag>" * 100), "nested too deeply"),
        (tabular(diag("C11", "x" * (2 << 20))), "longer than 1 MiB"),
        (tabular(diag("C11; DROP", "x")), "not an ICD-10-CM code"),
        (tabular("<diag>"), "not well-formed"),
    ],
)
def test_hostile_xml_is_refused(store: Store, content: str, reason: str) -> None:
    with pytest.raises(CodeFileError, match=reason):
        store.take("tabular.xml", content)
    assert store.bytes() == b"" or not store.codes.editions


def test_entities_inside_a_workbook_are_refused(store: Store) -> None:
    row: list[str | int] = ["A0001", "3", "First", "First", 19900101, ""]
    with pytest.raises(CodeFileError, match="document type"):
        store.take("h.xlsx", workbook(HCPCS_HEAD, row, strings=ENTITIES + "<sst><si><t>&c;</t></si></sst>"))


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c t="s"><v>99</v></c></row>',
        '<row r="1"><v>3</v></row>',
        '<row r="x"><c><v>3</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>3</v></c></row>',
        '<row r="1"><c r="1"><v>3</v></c></row>',
        '<row r="1"><c><v>1e999e</v></c></row>',
    ],
)
def test_a_malformed_sheet_is_refused(store: Store, cells: str) -> None:
    sheet = f"<worksheet><sheetData>{cells}</sheetData></worksheet>"
    with pytest.raises(CodeFileError):
        store.take("h.xlsx", workbook(HCPCS_HEAD, sheet=sheet))


def test_bombs_are_refused(store: Store) -> None:
    row = b"10001\t10002\t\t20260101\t*\t1\tSame\r\n"
    much = ptp().encode() + row * ((32 << 20) // len(row))
    for name, content in (
        ("v320r0.txt.gz", gzip.compress(much, 1)),
        ("v320r0.zip", zipped({"v320r0.txt": much})),
    ):
        assert len(content) < 1 << 20
        with pytest.raises(CodeFileError, match="unpacks to far more"):
            store.take(name, content)
    assert not store.codes.editions


def test_endless_lines_and_swollen_sheets_cost_little_memory(store: Store) -> None:
    for name, content in (
        ("h.xlsx", workbook(HCPCS_HEAD, sheet="<worksheet>" + " " * (64 << 20) + "</worksheet>")),
        ("long.txt.gz", gzip.compress(ptp().encode() + b"x" * (40 << 20))),
    ):
        tracemalloc.start()
        try:
            with pytest.raises(CodeFileError):
                store.take(name, content)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 16 << 20, name


def test_encrypted_and_crowded_archives_are_refused(store: Store) -> None:
    many = zipped({f"{number}.txt": b"x\n" for number in range(300)})
    with pytest.raises(CodeFileError, match="300 members"):
        store.take("many.zip", many)
    secret = bytearray(zipped({"v320r0.txt": ptp().encode()}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        secret[secret.index(signature) + place] |= 1  # the flag of an encrypted member
    with pytest.raises(CodeFileError, match="encrypted"):
        store.take("secret.zip", bytes(secret))
    assert zipfile.is_zipfile(store.folder.parent / "files" / "secret.zip")


def test_one_bad_table_in_a_zip_refuses_all_of_it(store: Store) -> None:
    archive = zipped({"ccipra-v320r0-f1.txt": ptp().encode(), "ccipra-v320r0-f2.txt": ptp().encode()[:-30]})
    with pytest.raises(CodeFileError, match=r"f2\.txt"):
        store.take("edits.zip", archive)
    assert not store.codes.editions
