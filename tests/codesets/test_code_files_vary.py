"""The same kinds of files as other years, other hands and other wrappings have them."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest

from onco_tui.codesets.importers.faults import CodeFileError
from tests.codesets.code_files import (
    PTP_ROWS,
    Store,
    diag,
    fee_schedule,
    hcpcs_records,
    mue,
    order_file,
    ptp,
    sheets,
    tabular,
    workbook,
    zipped,
)
from tests.codesets.old_workbooks import compound, old_workbook

IN_2026 = date(2026, 3, 2)
BOM = "\ufeff"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def kinds(store: Store, name: str, content: str | bytes) -> list[tuple[str, str, str, int]]:
    data = content.encode() if isinstance(content, str) else content
    return [(one.kind, one.edition, one.claim_type, one.rows) for one in store.take(name, data)]


def wrapped(text: str) -> dict[str, bytes]:
    """Give a text as people and their programs hand it on."""
    unix = text.replace("\r\n", "\n")
    return {
        "as published": text.encode(),
        "unix line ends": unix.encode(),
        "old mac line ends": text.replace("\r\n", "\r").encode(),
        "byte order mark": (BOM + text).encode(),
        "two bytes a letter": text.encode("utf-16"),
        "two bytes a letter, the other way round": (BOM + text).encode("utf-16-be"),
        "blank lines at the end": (text + "\r\n\r\n  \r\n").encode(),
        "end-of-file mark": (text + "\x1a").encode(),
        "no last line end but a blank": (unix + " ").encode(),
    }


PLAIN: dict[str, tuple[str, str, int]] = {
    "icd10cm-order-2024.txt": (order_file(("C111", 1, "Thing")), "FY2024", 26),
    "icd10cm-tabular-2023.xml": (tabular(diag("C11", "Thing"), 2023), "FY2023", 26),
    "HCPC2024_OCT_ANWEB.txt": (hcpcs_records(("J1111", "Thing", "20240101", "", "")), "2024Q4", 3),
    "ccipra-v293r0-f1.TXT": (ptp(), "2023Q4", 4),
    "MCR_MUE_PractitionerServices_Eff_04-01-2023.csv": (mue({"10001": (1, 2), "10002": (3, 3)}), "2023Q2", 2),
}
NEVER_XML = {"end-of-file mark", "two bytes a letter", "two bytes a letter, the other way round"}
WRAPPINGS = [(n, w) for n in PLAIN for w in wrapped("") if not (n.endswith(".xml") and w in NEVER_XML)]


@pytest.mark.parametrize(("name", "wrapping"), WRAPPINGS)
def test_wrappings_do_not_matter(store: Store, name: str, wrapping: str) -> None:
    text, edition, rows = PLAIN[name]
    assert [found[1::2] for found in kinds(store, name, wrapped(text)[wrapping])] == [(edition, rows)]


@pytest.mark.parametrize("name", PLAIN)
def test_gzip_and_zip_hold_the_same(store: Store, name: str) -> None:
    text, edition, rows = PLAIN[name]
    assert [found[1::2] for found in kinds(store, f"{name}.gz", gzip.compress(text.encode()))] == [(edition, rows)]
    inside = zipped({"a folder/" + name: text.encode(), "a folder/readme.pdf": b"%PDF-1.7 \0"})
    assert [found[1::2] for found in kinds(store, "download.zip", inside)] == [(edition, rows)]


@pytest.mark.parametrize(
    ("name", "release", "edition"),
    [
        ("PPRRVU23_JAN.csv", "2023 National Physician Fee Schedule Relative Value File January Release", "2023Q1"),
        ("PPRRVU2025_Apr.csv", "", "2025Q2"),
        ("RVU21C.csv", "", "2021Q3"),
        ("fees.csv", "2024 National Physician Fee Schedule Relative Value File October Release", "2024Q4"),
    ],
)
def test_fee_schedules_end_in_marks_and_notes(store: Store, name: str, release: str, edition: str) -> None:
    mark = "\x1a" + "," * 24 + "\n"
    assert kinds(store, name, fee_schedule(release, last=mark)) == [("mpfs", edition, "", 2)]
    note = "CPT codes and descriptions only are copyright the AMA" + "," * 24 + "\n"
    assert kinds(store, name, fee_schedule(release, last=note)) == [("mpfs", edition, "", 2)]
    with pytest.raises(CodeFileError, match=r"7: only 3 columns"):
        store.take(name, fee_schedule(release, last="10004,,x\n"))


def test_the_release_not_its_day_names_a_fee_schedule(store: Store) -> None:
    release = "2017 National Physician Fee Schedule Relative Value File January Release\n,,RELEASED 12/19/2016"
    assert kinds(store, "PPRRVU17_V1219.csv", fee_schedule(release)) == [("mpfs", "2017Q1", "", 2)]


def test_an_end_of_file_mark_in_a_workbook_is_no_row(store: Store) -> None:
    rows: list[list[str | int]] = [list(row) for row in csv.reader(fee_schedule().splitlines())]
    book = workbook(*rows, ["_x001A_"])
    assert kinds(store, "PPRRVU25_JAN.xlsx", book) == [("mpfs", "2025Q1", "", 2)]
    with pytest.raises(CodeFileError, match=r"7: no code where one is due"):
        store.take("PPRRVU25_JAN.xlsx", workbook(*rows, ["_x0041_"]))


def test_of_two_conversion_factors_the_one_most_are_paid_by_stands(store: Store) -> None:
    few = fee_schedule(factor="33.6").encode()
    both = zipped({"PPRRVU2026_Jan_nonQPP.csv": fee_schedule().encode(), "PPRRVU2026_Jan_QPP.csv": few})
    assert kinds(store, "rvu26a.zip", both) == [("mpfs", "2026Q1", "", 2)]
    assert str(store.codes.fee("10001", IN_2026, "26").conversion_factor) == "33.4"


def test_the_fee_schedule_without_headings_is_refused_in_words_and_passed_over_in_a_zip(store: Store) -> None:
    fixed = "HDR CPT CODES AND DESCRIPTIONS ONLY ARE COPYRIGHT\r\n10001  Words    A   0.00\r\n" * 4
    with pytest.raises(CodeFileError, match="without headings; import the csv or xlsx"):
        store.take("PPRRVU2025_Oct.txt", fixed)
    archive = zipped({"PPRRVU25_OCT.txt": fixed.encode(), "PPRRVU25_OCT.csv": fee_schedule().encode()})
    assert kinds(store, "rvu25d.zip", archive) == [("mpfs", "2025Q4", "", 2)]


@pytest.mark.parametrize("name", ["ccioph-v311r0-f2.txt", "medicare-ncci-2025q2-outpatient-hospital-ptp.txt"])
def test_whose_pairs_they_are_is_read_from_the_name(store: Store, name: str) -> None:
    assert kinds(store, name, ptp()) == [("ncci_ptp", "2025Q2", "institutional", 4)]


PTP_ONE_LINE: list[str | int] = [
    "Column 1", "Column 2", "*=in existence prior to 1996", "Effective Date", "Deletion Date *=no data",
    "Modifier 0=not allowed 1=allowed 9=not applicable", "PTP Edit Rationale",
]  # fmt: skip


def test_pairs_come_as_workbooks_and_comma_separated_too(store: Store) -> None:
    rows: list[list[str | int]] = [[a, b, "", int(since), until, flag, "Why"] for a, b, since, until, flag in PTP_ROWS]
    book = workbook(
        ["CPT only copyright 2025 AMA.  All rights reserved."], ["Column1/Column2 Edits"], PTP_ONE_LINE, *rows
    )
    assert kinds(store, "ccipra-v320r0-f1.xlsx", book) == [("ncci_ptp", "2026Q1", "professional", 4)]
    assert store.codes.pair("10002", "10001", IN_2026).modifier_indicator == "1"
    heads = "Column 1 Code,Column 2 Code,Effective Date,Deletion Date,Modifier Indicator,PTP Edit Rationale\n"
    lines = "".join(
        f"{a},{b},{since},{'' if until == '*' else until},{flag},Why\n" for a, b, since, until, flag in PTP_ROWS
    )
    assert kinds(store, "ptp-2026q2.csv", heads + lines) == [("ncci_ptp", "2026Q2", "professional", 4)]
    assert store.codes.pair("10002", "10001", date(2026, 5, 1)).modifier_indicator == "1"


@pytest.mark.parametrize(
    ("whose", "claim_type"),
    [
        ("Practitioner Services", "professional"),
        ("Outpatient Hospital Services", "institutional"),
        ("DME Supplier Services", "dme"),
        ("Practitioner", "professional"),
        ("Outpatient Hospital", "institutional"),
    ],
)
@pytest.mark.parametrize("code", ['"HCPCS/\nCPT Code"', "HCPCS/CPT Code", "CPT/HCPCS Code", '"HCPCS/\r\nCPT Code"'])
def test_whose_unit_limits_they_are_is_read_from_the_heading(
    store: Store, whose: str, claim_type: str, code: str
) -> None:
    notice = '"This table is for practitioners.\nHospitals have their own."\r\n'
    text = notice + mue({"10001": (1, 2), "A4218": (20, 3)}, whose).split("\r\n", 1)[1].replace(
        '"HCPCS/\nCPT Code"', code
    )
    assert kinds(store, "table_2026q1.csv", text) == [("ncci_mue", "2026Q1", claim_type, 2)]
    assert store.codes.limit("A4218", IN_2026, claim_type).units == 20  # type: ignore[arg-type]


def test_unit_limits_of_the_first_years_are_by_line_and_later_ones_must_say(store: Store) -> None:
    text = "HCPCS/CPT Code,Practitioner MUE Values\r\n10001,1\r\n10002,3\r\n"
    assert kinds(store, "MUE_practitioner_2012q1.csv", text) == [("ncci_mue", "2012Q1", "professional", 2)]
    limit = store.codes.limit("10002", date(2012, 3, 2))
    assert (limit.units, limit.adjudication) == (3, "1")
    with pytest.raises(CodeFileError, match="no MUE adjudication indicator"):
        store.take("MUE_practitioner_2026q1.csv", text)


def test_unit_limits_come_as_a_workbook_whose_first_sheet_only_explains(store: Store) -> None:
    head: list[str | int] = [
        "HCPCS/\nCPT Code",
        "DME Supplier Services MUE Values",
        "MUE Adjudication Indicator",
        "MUE Rationale",
    ]
    limits: list[list[str | int]] = [
        [f"E{number:04}", 1, "2 Date of Service Edit: Policy", "CMS Policy"] for number in range(9)
    ]
    book = sheets([["Read me"], ["This is about units"]], [["Notice"], head, *limits])
    assert kinds(store, "MCR_MUE_DMESupplierServices_Eff_01-01-2026.xlsx", book) == [("ncci_mue", "2026Q1", "dme", 9)]


def test_the_year_of_a_copyright_is_no_edition(store: Store) -> None:
    text = mue({"10001": (1, 2)}).replace("A notice", "CPT only copyright 2025 American Medical Association")
    with pytest.raises(CodeFileError, match="which edition it is; name it with --edition"):
        store.take("limits.csv", text)
    assert kinds(store, "limits 2026q1.csv", text) == [("ncci_mue", "2026Q1", "professional", 1)]


def test_medicaids_tables_are_not_taken_for_medicares(store: Store) -> None:
    for name in ("MCD_MUE_PRA_2026q1.csv", "medicaid-ncci-2026q1-mue.csv"):
        with pytest.raises(CodeFileError, match="Medicaid"):
            store.take(name, mue({"10001": (1, 2)}))


def addon_record(codes: str, since: str, until: str = "", note: str = "", *, gap: int = 7) -> str:
    first, parent = codes.split()
    blank = " " * gap
    return f"{first}{blank}{parent}{blank}{since}{until:<{gap}}{note}".rstrip() + "\r\n"


@pytest.mark.parametrize("gap", [7, 3, 10])
def test_add_on_edits_come_as_records_without_headings(store: Store, gap: int) -> None:
    text = (
        addon_record("20054T CCCCC", "2013091", note="Contractor Defined Primary Codes", gap=gap)
        + addon_record("196415 96413", "2013091", gap=gap)
        + addon_record("196415 96409", "2013091", "2024366", gap=gap)
        + addon_record("399292 99291", "2025001", gap=gap)
    )
    assert kinds(store, "AOC_V2026Q1-MCR.txt", text) == [("ncci_addon", "2026Q1", "", 4)]
    codes = store.codes
    assert (codes.addon("0054T", IN_2026).type, codes.addon("99292", IN_2026).type) == ("2", "3")
    assert codes.addon("96415", IN_2026).parents == frozenset({"96413"}), "an edit that ended holds no longer"
    assert codes.addon("96413", IN_2026).is_addon is False
    with pytest.raises(CodeFileError, match=r"5: not a record"):
        store.take("AOC_V2026Q1-MCR.txt", text + "96415 96413\r\n")


AOC_HEAD: list[str | int] = [
    "AOC_Edit_Type", "Add-On_Code", "AOC_DelDT", "Primary_Code", "Primary_Code_DelDT", "AOC_Edit_EffDT",
    "AOC_Edit_DelDT", "Special_Instruction_Notes",
]  # fmt: skip


def test_add_on_edits_come_as_a_workbook_with_days_of_the_year(store: Store) -> None:
    book = workbook(
        ["CPT codes, descriptions and other data only are copyright AMA"],
        AOC_HEAD,
        [1, "96415", "", "96413", "", 2013091, "", ""],
        [1, "96415", "", "96410", 2005365, 2013091, "", ""],
        [2, "0054T", 2020366, "CCCCC", "", 2013091, "", "Contractor Defined Primary Codes"],
    )
    assert kinds(store, "add-code-edits-medicare-effective-01012026.xlsx", book) == [("ncci_addon", "2026Q1", "", 3)]
    codes = store.codes
    assert codes.addon("96415", IN_2026).parents == frozenset({"96413"})
    assert codes.addon("0054T", IN_2026).is_addon is False, "the code itself ended"


ASP_TITLE = "Payment Allowance Limits for Medicare Part B Drugs,,,\r\n,,,\r\n"
IN_Q1 = '"Effective January 1, 2026 through March 31, 2026",,,\r\n'


@pytest.mark.parametrize(
    "heads",
    [
        "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Vaccine AWP%,Vaccine Limit,Notes",
        "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Vaccine AWP%,Notes",
        "HCPCS Level II Code defer to DCDRG,Short Description defer to DCDRG,HCPCS Code Dosage,Payment Limit,A,B,Notes",
    ],
)
def test_payment_limits_of_several_years(store: Store, heads: str) -> None:
    text = (
        ASP_TITLE
        + IN_Q1
        + "Note 1: text,,,\r\n" * 5
        + heads
        + "\r\nJ1111,Thing,1 MG,60.123,,,\r\nJ7318,Other,1 MG,see note,,,x\r\n"
    )
    assert kinds(store, "Section 508 version of limits.csv", text) == [("asp_price", "2026Q1", "", 2)]
    assert str(store.codes.price("J1111", IN_2026).payment_limit) == "60.123"
    assert store.codes.price("J7318", IN_2026).payment_limit is None


CROSS_HEAD = (
    "_2026_CODE,Short Description,LABELER NAME,{ndc},Drug Name,HCPCS {dosage},PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG"
)


def crosswalk(title: str, code: str, ndc: str, heading: str = "NDC2") -> bytes:
    head = CROSS_HEAD.format(ndc=heading, dosage="DOSAGE" if heading == "NDC" else "dosage")
    return (f"{title}\r\n{IN_Q1}\r\n{head}\r\n{code},x,Maker,{ndc},Thing,1 MG,4,1,100,100\r\n").encode()


def test_the_smaller_crosswalks_of_a_zip_do_not_take_the_place_of_the_main_one(store: Store) -> None:
    noc = "Drug Generic Name,LABELER NAME,NDC or ALTERNATE ID,Drug Name,Dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG"
    archive = zipped(
        {
            "section 508 version of January 2026 ASP NDC-HCPCS Crosswalk.csv": crosswalk(
                "January 2026 ASP NDC - HCPCS Crosswalk for Medicare Part B Drugs", "J1111", "00006-3026-02", "NDC"
            ),
            "section 508 version of January 2026 OPPS NDC-HCPCS Crosswalk.csv": crosswalk(
                "January 2026 OPPS NDC - HCPCS Crosswalk", "C9999", "00006-3026-04"
            ),
            "section 508 version of January 2026 AWP NDC-HCPCS Crosswalk.csv": crosswalk(
                "January 2026 AWP NDC - HCPCS Crosswalk", "90653", "00006-3026-05"
            ),
            "section 508 version of January 2026 NOC NDC-HCPCS Crosswalk.csv": (
                f"January 2026 NOC\r\n{IN_Q1}{noc}\r\nUnnamed,Maker,00006-3026-03,Thing,1 MG,4,1,1,1\r\n"
            ).encode(),
        }
    )
    store.take("january-2026-asp-ndc-hcpcs-crosswalk.zip", archive)
    found = {
        ndc: [one.code for one in store.codes.products(f"00006-3026-{ndc}", IN_2026)]
        for ndc in ("02", "03", "04", "05")
    }
    assert found == {"02": ["J1111"], "03": [""], "04": ["C9999"], "05": ["90653"]}
    assert [edition.rows for edition in store.codes.editions] == [4]


PRICES: tuple[list[str | float], ...] = (
    ["Payment Allowance Limits for Medicare Part B Drugs"],
    ["Effective January 1, 2026 through March 31, 2026"],
    ["HCPCS Code", "Short Description", "HCPCS Code Dosage", "Payment Limit", "Co-insurance Percentage", "Notes"],
    ["J1111", "Thing®", "1 MG", 60.123, 20, "Änderung 漢"],
    ["J2222", "Other", "1 MG", 222.24600000000001, 20],
    [90001, "A number", "1 ML", 7, 0, "N/A"],
)


def test_payment_limits_come_as_an_old_workbook(store: Store) -> None:
    book = old_workbook(*PRICES)
    assert kinds(store, "limits.xls", book) == [("asp_price", "2026Q1", "", 3)]
    found = {code: store.codes.price(code, IN_2026) for code in ("J1111", "J2222", "90001")}
    assert [str(price.payment_limit) for price in found.values()] == ["60.123", "222.246", "7"]
    assert found["J1111"].notes == "Änderung 漢"
    before = store.bytes()
    for length in (300, 600, 1100, 3000, len(book) - 600):
        with pytest.raises(CodeFileError, match="cut off"):
            store.take("limits.xls", book[:length])
    assert store.bytes() == before


def test_of_an_old_workbook_and_text_in_a_zip_the_text_is_taken(store: Store) -> None:
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in PRICES) + "\r\n"
    archive = zipped({"limits.xls": old_workbook(*PRICES[:4]), "limits.csv": text.encode()})
    assert kinds(store, "january.zip", archive) == [("asp_price", "2026Q1", "", 3)]
    alone = zipped({"limits.xls": old_workbook(*PRICES), "letter.doc": compound({"WordDocument": b"words"})})
    assert kinds(store, "alone.zip", alone) == [("asp_price", "2026Q1", "", 3)]


def test_limits_of_drugs_without_a_code_stand_under_their_names(store: Store) -> None:
    main = (
        ASP_TITLE
        + IN_Q1
        + "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Notes\r\nJ1111,x,1 MG,60.123,\r\n"
    )
    noc = (
        "Payment Allowance Limits for Medicare Part B Not Otherwise Classified (NOC) Drugs,,,\r\n"
        f"{IN_Q1}Drug Generic Name (Trade Name),Dosage,Payment Limit,Notes\r\nVasopressin (Maker),1 UNIT,$2.462,\r\n"
    )
    store.take("limits.zip", zipped({"limits.csv": main.encode(), "noc limits.csv": noc.encode()}))
    codes = store.codes
    assert str(codes.price("Vasopressin (Maker)", IN_2026).payment_limit) == "2.462"
    assert str(codes.price("J1111", IN_2026).payment_limit) == "60.123"


ADJUSTMENTS = {
    "x12.csv": "Code,Description,Start Date,Changed,Stop Date\n45,x,1/1/1995,7/1/2017,\nP6,x,11/1/2013,,1/1/2020\n",
    "own.csv": "CARC Code,Description,Start Date,Stop Date\n45,x,1995-01-01,\nP6,x,2013-11-01,2020-01-01\n",
    "tabs.txt": "Reason Code\tDescription\tStart Date\tEnd Date\n45\tx\t01-Jan-1995\t\nP6\tx\t1-Nov-2013\t1-Jan-2020\n",
}


@pytest.mark.parametrize(("name", "content"), ADJUSTMENTS.items())
def test_adjustment_reasons_by_several_hands(store: Store, name: str, content: str) -> None:
    assert kinds(store, f"2026-01_{name}", content) == [("adjustment_codes", "2026Q1", "", 2)]
    codes = store.codes
    assert codes.listed("carc", "45", IN_2026).effective_from == date(1995, 1, 1)
    assert codes.listed("carc", "P6", IN_2026).valid is False


def test_places_of_service_by_several_hands(store: Store) -> None:
    head = "Place of Service Code(s)\tPlace of Service Name\tPlace of Service Description\n"
    text = head + "1\tPharmacy\tx\n28\u201330\tUnassigned\tN/A\n"
    assert kinds(store, "pos-2026-01.txt", text) == [("place_of_service", "2026Q1", "", 4)]
    assert store.codes.listed("place_of_service", "01", IN_2026).billable is True
    assert store.codes.listed("place_of_service", "29", IN_2026).billable is False


@pytest.mark.parametrize(
    ("name", "version", "edition"),
    [
        ("icd10cm-order-April-2025.txt", None, "FY2025-04"),
        ("icd10cm-order-October-2025.txt", None, "FY2026"),
        ("icd10cm_order_2017.txt", None, "FY2017"),
        ("icd10cm_tabular_2019.xml", 2019, "FY2019"),
        ("anything.xml", 2022, "FY2022"),
        ("icd10cm-tabular-April-1-2026.xml", 2026, "FY2026-04"),
    ],
)
def test_fiscal_years_of_diagnosis_lists(store: Store, name: str, version: int | None, edition: str) -> None:
    text = order_file(("C111", 1, "Thing")) if version is None else tabular(diag("C11", "Thing"), version)
    assert [found[1] for found in kinds(store, name, text)] == [edition]


def test_lists_beside_the_order_file_are_passed_over(store: Store) -> None:
    archive = zipped(
        {
            "icd10cm-order-2026.txt": order_file(("C111", 1, "Thing")).encode(),
            "icd10cm-codes-2026.txt": b"C111    Thing\r\nC112    Other thing\r\n" * 9,
            "icd10cm-order-addenda-2026.txt": b"Add:    00001 C111    1 Thing\r\n" * 9,
            "icd10cm-index-2026.xml": b"<ICD10CM.index><version>2026</version></ICD10CM.index>",
        }
    )
    assert kinds(store, "icd10cm-code descriptions-2026.zip", archive) == [("icd10cm", "FY2026", "", 26)]


@pytest.mark.parametrize(
    ("name", "line", "reason"),
    [
        ("icd10cm_codes_2026.txt", "C111    Thing", "without their headers; import the order file"),
        ("icd10cm_order_addenda_2026.txt", "Add:         1 C111    Thing", "the changes of a year; import the order"),
        ("icd10pcs_order_2026.txt", "00001 001     0 Thing", "ICD-10-PCS"),
    ],
)
def test_lists_beside_the_order_file_alone_are_refused_in_words(
    store: Store, name: str, line: str, reason: str
) -> None:
    with pytest.raises(CodeFileError, match=reason):
        store.take(name, f"{line}\r\n" * 9)


@pytest.mark.parametrize(("year", "billable"), [(2017, {"S061X7A", "S061X7D"}), (2018, {"S061X7A"})])
def test_who_died_has_no_later_encounter_since_2018(store: Store, year: int, billable: set[str]) -> None:
    sevenths = '<sevenChrDef><extension char="A">initial</extension><extension char="D">later</extension></sevenChrDef>'
    died = diag("S06.1X7", "Edema with death due to brain injury prior to regaining consciousness", sevenths)
    store.take("icd10cm_tabular.xml", tabular(died, year))
    found = {code for code in ("S061X7A", "S061X7D") if store.codes.diagnosis(code, date(year, 3, 1)).billable}
    assert found == billable


@pytest.mark.parametrize("counted", ["letters", "bytes"])
def test_a_title_with_an_accent_is_read_whole_however_its_column_is_counted(store: Store, counted: str) -> None:
    text = order_file(("C111", 1, "Tumeur des élèves"), ("C112", 1, "Tumour"))
    if counted == "bytes":
        assert "élèves" + " " * 44 in text
        text = text.replace("élèves" + " " * 44, "élèves" + " " * 42)
    store.take("icd10cm_order_2013.txt", text.encode())
    labels = [store.codes.diagnosis(code, date(2013, 3, 1)).label for code in ("C11.1", "C11.2")]
    assert labels == ["Tumeur des élèves", "Tumour"]


def test_a_code_added_in_years_without_an_edition_is_not_called_wrong(store: Store) -> None:
    store.take("icd10cm_order_2021.txt", order_file(("C111", 1, "Thing"), ("C112", 1, "Gone since")))
    store.take("icd10cm_order_2025.txt", order_file(("C111", 1, "Thing"), ("C113", 1, "New since")))
    codes = store.codes
    between = codes.diagnosis("C11.3", date(2023, 3, 1))
    assert (between.known, between.valid, between.stale) == (True, None, True), "it may have begun by then"
    assert codes.diagnosis("C11.3", date(2021, 3, 1)).valid is False
    assert codes.diagnosis("C11.3", date(2025, 3, 1)).effective_from is None, "nothing here says when it began"
    gone = codes.diagnosis("C11.2", date(2025, 3, 1))
    assert (gone.valid, gone.effective_to) == (False, None), "nothing here says when it ended"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cut off or damaged"),
        ("older.xls", old_workbook(["HCPCS Code"], name="Book"), "save it as xlsx or csv"),
        ("letter.doc", compound({"WordDocument": b"words"}), "no workbook"),
        ("unicode_2026q1.txt", mue({"10001": (1, 2)}).encode("utf-16")[:-3], "cut off"),
        ("scan.pdf", b"%PDF-1.7\n\0", "a PDF"),
        ("twice.csv", b"HCPCS Code,MUE Values,MUE Values,MUE Adjudication Indicator\n10001,1,2,3 x\n", "stands twice"),
        (
            "middle_2026q1.csv",
            mue({"10001": (1, 2)}).encode() + b"* a note\r\n10002,3,2 x,y\r\n",
            "6: a note where a code is due",
        ),
        ("garbled_2026q1.csv", mue({"10001": (1, 2)}).encode() + b"garbled\r\n", "6: no code"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_to_do(store: Store, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(CodeFileError, match=reason):
        store.take(name, content)
    assert store.bytes() == b"" or not store.codes.editions


NOTICE = "CPT is a registered trademark.\r\nAll rights reserved.\r\n\r\n"


CONCEPTS = "Concept Id\tCPT Code\tLong\tMedium\tShort\n"
LICENSED = {
    "SHORTU_2026.txt": NOTICE + "10001 OUR OWN WORDS\r\n1000F Other words of ours\r\n",
    "LONGULT_2026.txt": NOTICE + "10001\tOur own words\r\n1000F\tOther words of ours\r\n",
    "Consolidated_Code_List_2026.txt": CONCEPTS
    + "1000001\t10001\tLong words\tOur own words\tOurs\n1000002\t1000F\tLong\tOther words of ours\tOther\n",
}


@pytest.mark.parametrize(("name", "content"), LICENSED.items())
def test_licensed_descriptions_come_with_and_without_headings(store: Store, name: str, content: str) -> None:
    assert kinds(store, name, content) == [("cpt_labels", "2026Q1", "", 2)]
    assert store.codes.procedure("10001", IN_2026).label.lower() == "our own words"
    assert store.codes.procedure("1000F", IN_2026).label == "Other words of ours"


def test_lines_that_begin_with_numbers_are_no_descriptions(store: Store) -> None:
    with pytest.raises(CodeFileError, match="not a code file known here"):
        store.take("zip codes 2026.txt", "00501 Holtsville\r\n00544 Holtsville\r\n" * 9)
    with pytest.raises(CodeFileError, match=r"5: no code"):
        store.take("SHORTU_2026.txt", NOTICE + "10001 Ours\r\nwords without a code\r\n10002 Ours\r\n")
