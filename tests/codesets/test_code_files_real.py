"""The files a practice downloads, as far as they are at hand."""

from __future__ import annotations

import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from onco_tui.codesets.importing import import_file
from onco_tui.codesets.lookups import CodeSets
from tests.codesets.code_files import REAL, TODAY

pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the CMS files are not at hand (../shared/data)")
MUE = "MCR_MUE_PractitionerServices_Eff_07-01-2024_rerendered.csv"
PTP = REAL / "ncci_ptp" / "ccipra-2024q3-rerendered.txt.gz"


@pytest.mark.parametrize(
    ("file", "kind", "edition", "claim_type", "rows"),
    [
        (f"ncci_mue/{MUE}", "ncci_mue", "2024Q3", "professional", 14_677),
        ("ncci_aoc/addon_code_edits_2024-06-03.csv", "ncci_addon", "2024Q2", "", 7_465),
        ("icd10cm/icd10cm-order-Jan-2021.txt.gz", "icd10cm", "FY2021-01", "", 95_358),
        ("icd10cm/icd10cm-tabular-April-2025.xml.gz", "icd10cm", "FY2025-04", "", 97_584),
        ("hcpcs/january-2026-alpha-numeric-hcpcs-file.zip", "hcpcs", "2026Q1", "", 9_006),
        ("hcpcs/HCPC2018_CONTR_ANWEB_disc.txt.gz", "hcpcs", "2018Q1", "", 6_559),
        ("hcpcs/HCPC2018_CONTR_ANWEB_disc.xlsx", "hcpcs", "2018Q1", "", 6_559),
        ("hcpcs/hcpcs_level2_2024-07_processed.csv.gz", "hcpcs", "2024Q3", "", 8_033),
        ("asp/asp_pricing_2025-10_cut.csv.gz", "asp_price", "2025Q4", "", 863),
        ("asp/asp_crosswalk_2025-10_cut.csv.gz", "asp_ndc", "2025Q4", "", 7_141),
        ("asp/noc_crosswalk_2025-10.csv", "asp_ndc", "2025Q4", "", 2),
        ("mpfs/PPRRVU23_OCT_rerendered.csv.gz", "mpfs", "2023Q4", "", 18_168),
        ("carc_rarc/adjustment_codes_2024-06.csv", "adjustment_codes", "2024Q2", "", 1_581),
        ("carc_rarc/place_of_service_2024-06.csv", "place_of_service", "2024Q2", "", 99),
    ],
)  # fmt: skip
def test_every_file_loads_with_its_count(  # noqa: PLR0917  a table of files
    tmp_path: Path, file: str, kind: str, edition: str, claim_type: str, rows: int
) -> None:
    (found,) = import_file(REAL / file, tmp_path, today=TODAY)
    assert (found.kind, found.edition, found.claim_type, found.rows) == (kind, edition, claim_type, rows)
    assert found.skipped == 0


def test_billable_counts_of_the_icd_lists(tmp_path: Path) -> None:
    for file in ("icd10cm-order-Jan-2021.txt.gz", "icd10cm-tabular-April-2025.xml.gz"):
        import_file(REAL / "icd10cm" / file, tmp_path, today=TODAY)
    counts = {day: _billable(CodeSets(None, tmp_path), day) for day in (date(2021, 3, 1), date(2025, 6, 1))}
    assert list(counts.values()) == [72_621, 74_260]


def test_text_and_workbook_of_one_hcpcs_edition_agree(tmp_path: Path) -> None:
    day = date(2018, 3, 1)
    answers = []
    for name in ("HCPC2018_CONTR_ANWEB_disc.txt.gz", "HCPC2018_CONTR_ANWEB_disc.xlsx"):
        folder = tmp_path / name
        import_file(REAL / "hcpcs" / name, folder, today=TODAY)
        codes = CodeSets(None, folder)
        asked = ("J9271", "J9310", "Q2040", "G0463", "A4262", "C9014", "V5364", "J0001")
        answers.append([codes.procedure(code, day) for code in asked] + [codes.modifier("JW", day)])
    assert answers[0] == answers[1]
    assert sum(bool(answer.valid) for answer in answers[0]) >= 5


@pytest.mark.slow
def test_the_whole_ptp_table_loads(tmp_path: Path) -> None:
    (found,) = import_file(PTP, tmp_path, today=TODAY)
    assert (found.rows, found.edition, found.claim_type) == (2_546_017, "2024Q3", "professional")
    codes = CodeSets(None, tmp_path)
    day = date(2024, 7, 15)
    assert codes.pair("96413", "36591", day).modifier_indicator == "0"
    assert codes.pair("99211", "96413", day).column2 == "99211"
    assert codes.pair("96413", "96415", day).modifier_indicator is None
    edition = codes.editions[0]
    groups = codes._shelf.read(edition, "SELECT pairs FROM ptp", ())
    in_force = sum(pairs.count(" * ") for (pairs,) in groups)
    assert in_force == 1_669_820


@pytest.mark.slow
def test_memory_stays_flat_however_many_rows(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        import_file(REAL / "icd10cm" / "icd10cm-order-Jan-2021.txt.gz", tmp_path, today=TODAY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20


def _billable(codes: CodeSets, day: date) -> int:
    edition = codes.edition_on("icd10cm", day)
    assert edition is not None
    sql = "SELECT count(*) FROM codes WHERE billable AND part IN (SELECT part FROM edition_parts WHERE edition = ?)"
    return int(codes._shelf.read(edition, sql, (edition.id,))[0][0])
