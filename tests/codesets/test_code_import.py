from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from onco_tui.codesets.editions import ClaimType, fiscal_year, quarter
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Wishes
from tests.codesets.code_files import (
    PTP_HEAD,
    PTP_ROWS,
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

IN_2026 = date(2026, 3, 2)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_editions_stand_side_by_side_and_the_date_of_service_picks(store: Store) -> None:
    store.take("icd10cm_order_2025.txt", order_file(("D71", 1, "Old disorder"), ("C111", 1, "Going")))
    store.take("icd10cm_order_2026.txt", order_file(("D71", 0, "Old disorder"), ("D711", 1, "Split one")))
    codes = store.codes
    before, after = (codes.diagnosis("D71", date(year, 3, 2)) for year in (2025, 2026))
    assert (before.billable, before.edition, before.replaced_by) == (True, "FY2025", ())
    assert (after.valid, after.billable, after.edition, after.replaced_by) == (True, False, "FY2026", ("D71.1",))
    gone = codes.diagnosis("C11.1", IN_2026)
    assert (gone.known, gone.valid, gone.effective_to) == (True, False, date(2025, 9, 30))
    early = codes.diagnosis("D71.1", date(2025, 3, 2))
    assert (early.known, early.valid, early.effective_from) == (True, False, date(2025, 10, 1))


def test_before_the_first_edition_is_unknown_and_after_the_last_is_stale(store: Store) -> None:
    store.take("icd10cm_order_2026.txt", order_file(("C111", 1, "Thing")))
    before = store.codes.diagnosis("C11.1", date(2025, 9, 30))
    assert (before.known, before.valid, before.edition) == (False, None, None)
    after = store.codes.diagnosis("C11.1", date(2026, 10, 1))
    assert (after.valid, after.stale, after.edition) == (True, True, "FY2026")
    assert store.codes.diagnosis("C11.1", date(2026, 9, 30)).stale is False
    unlisted = store.codes.diagnosis("C99.9", date(2026, 10, 1))
    assert (unlisted.known, unlisted.valid, unlisted.stale) == (False, None, True)
    assert store.codes.diagnosis("C99.9", IN_2026).valid is False


def test_tabular_writes_out_seventh_characters_with_placeholders(store: Store) -> None:
    sevenths = (
        "<sevenChrDef><extension char='A'>initial encounter</extension>"
        "<extension char='S'>sequela</extension></sevenChrDef>"
    )
    other = "<sevenChrDef><extension char='K'>nonunion</extension></sevenChrDef>"
    body = diag(
        "T88",
        "Harm",
        sevenths
        + diag("T88.1", "Short", "<useAdditionalCode><note>code for cause</note></useAdditionalCode>")
        + diag("T88.2", "Own", other + diag("T88.234", "Deep")),
    )
    store.take("tabular.xml", tabular(body))
    codes = store.codes
    assert codes.children("T88", IN_2026) == ("T88.1XXA", "T88.1XXS", "T88.234K")
    assert codes.diagnosis("t881xxa", IN_2026).label == "Short, initial encounter"
    for header in ("T88", "T88.1", "T88.2", "T88.234"):
        assert codes.diagnosis(header, IN_2026).billable is False
    assert codes.diagnosis("T88.1XXK", IN_2026).valid is False
    assert [note.text for note in codes.notes("T88.1XXA", IN_2026, "use_additional")] == ["code for cause"]
    assert codes.notes("T88.234K", IN_2026, "use_additional") == ()


def test_an_order_file_keeps_the_notes_of_its_years_tabular_list(store: Store) -> None:
    note = "<codeFirst><note>the cause</note></codeFirst>"
    store.take("tabular.xml", tabular(diag("C11", "Thing", note)))
    store.take("icd10cm_order_2026.txt", order_file(("C11", 1, "Thing")))
    assert [found.at for found in store.codes.notes("C11", IN_2026, "code_first")] == ["C11"]


def test_hcpcs_records_carry_dates_successors_and_modifiers(store: Store) -> None:
    long = "Injection of a thing with a description that goes on well beyond the eighty characters of one record, 1 mg"
    records = hcpcs_records(
        ("J1111", long, "20250701", "", ""),
        ("J2222", "Ended thing", "20100101", "20251231", "J1111"),
        ("ZZ", "Some modifier", "20200101", "", ""),
    )
    assert [(one.kind, one.edition, one.rows) for one in store.take("HCPC2026_JAN_ANWEB.txt", records)] == [
        ("hcpcs", "2026Q1", 5)
    ]
    codes = store.codes
    assert codes.procedure("J1111", date(2025, 6, 30)).valid is False
    assert codes.procedure("J1111", date(2025, 7, 1)).valid is True
    ended = codes.procedure("J2222", IN_2026)
    assert (ended.valid, ended.effective_to, ended.replaced_by) == (False, date(2025, 12, 31), ("J1111",))
    assert codes.procedure("J2222", date(2025, 12, 31)).valid is True
    assert codes.procedure("J2222", date(2015, 1, 1)).valid is True, "its own dates speak for it"
    assert codes.procedure("J3333", date(2015, 1, 1)).valid is None, "the file keeps ended codes for four years only"
    assert codes.modifier("zz", IN_2026).valid is True
    assert codes.modifier("QQ", IN_2026).valid is False
    assert codes.modifier("59", IN_2026).valid is None, "CPT modifiers are not in the file"
    assert [match.code for match in codes.find("eighty characters", IN_2026)] == ["J1111"]


def test_a_workbook_says_the_same_as_the_records(store: Store) -> None:
    rows: list[list[str | int]] = [
        [
            "HCPC",
            "SEQNUM",
            "RECID",
            "LONG DESCRIPTION",
            "SHORT DESCRIPTION",
            "XREF1",
            "ADD DT",
            "ACT EFF DT",
            "TERM DT",
        ],
        ["A0001", "0010", "3", "First thing", "First", "", 19900101, 19900101, ""],
        ["V9999", "0010", "3", "Last thing", "Last", "J1111", "19900101", "19900101", 20251231],
        ["   ZZ", "0010", "7", "Some modifier", "Modifier", "", "20200101", "20200101", ""],
    ]
    store.take("HCPC2026_JAN_ANWEB.xlsx", workbook(*rows))
    found = store.codes.procedure("V9999", IN_2026)
    assert (found.valid, found.effective_to, found.replaced_by) == (False, date(2025, 12, 31), ("J1111",))
    assert store.codes.modifier("ZZ", IN_2026).valid is True


def test_pairs_answer_in_column_order_for_the_period_of_the_date(store: Store) -> None:
    store.take("ccipra-v320r0-f1.txt", ptp())
    codes = store.codes
    pair = codes.pair("10002", "10001", IN_2026)
    assert (pair.column1, pair.column2, pair.modifier_indicator, pair.rationale) == (
        "10001", "10002", "1", "Some reason",
    )  # fmt: skip
    assert (pair.edition, pair.stale) == ("2026Q1", False)
    assert codes.pair("10001", "10003", IN_2026).effective_from == date(2026, 1, 1), "the later of two periods"
    assert codes.pair("10004", "10001", IN_2026).modifier_indicator == "9"
    free = codes.pair("10002", "10003", IN_2026)
    assert (free.known, free.modifier_indicator) == (True, None)
    assert codes.pair("10001", "10002", date(2026, 4, 1)).stale is True
    assert codes.pair("10001", "10002", date(2025, 12, 31)).known is False
    assert codes.pair("10001", "10002", IN_2026, "institutional").known is False


def test_the_hospital_table_answers_hospitals_only(store: Store) -> None:
    assert store.take("ccioph-v320r0-f1.txt", ptp())[0].claim_type == "institutional"
    assert store.codes.pair("10001", "10002", IN_2026, "institutional").known is True
    assert store.codes.pair("10001", "10002", IN_2026).known is False


def test_parts_of_a_table_add_up_and_a_part_again_replaces_itself(store: Store) -> None:
    first = (("10001", "10002", "20260101", "*", "0"), ("10009", "10002", "20260101", "*", "0"))
    second = (("20001", "10002", "20260101", "*", "0"),)
    store.take("ccipra-v320r0-f1.txt", ptp(first))
    store.take("ccipra-v320r0-f2.txt", ptp(second))
    assert [edition.rows for edition in store.codes.editions] == [3]
    corrected = (("10001", "10002", "20260101", "*", "1"), ("10009", "10005", "20260101", "*", "0"))
    store.take("ccipra-v320r0-f1.txt", ptp(corrected))
    codes = store.codes
    assert [edition.rows for edition in codes.editions] == [3]
    assert codes.pair("10001", "10002", IN_2026).modifier_indicator == "1"
    assert codes.pair("10009", "10002", IN_2026).modifier_indicator is None
    assert codes.pair("20001", "10002", IN_2026).modifier_indicator == "0"


def test_pairs_load_from_a_workbook(store: Store) -> None:
    head: list[str | int] = [
        "Column 1", "Column 2", "*=in existence\nprior to 1996", "Effective\nDate", "Deletion Date\n*=no data",
        "Modifier\n0=not allowed\n1=allowed", "PTP Edit Rationale",
    ]  # fmt: skip
    row: list[str | int] = [10001, "10002", "", 20260101, "*", 1, "Some reason"]
    store.take("ccipra-v320r0-f1.xlsx", workbook(["Column1/Column2 Edits"], head, row))
    assert store.codes.pair("10001", "10002", IN_2026).modifier_indicator == "1"


@pytest.mark.parametrize(
    ("whose", "claim_type"),
    [
        ("Practitioner Services", "professional"),
        ("Outpatient Hospital Services", "institutional"),
        ("DME Supplier Services", "dme"),
    ],
)
def test_unit_limits_know_whose_they_are(store: Store, whose: str, claim_type: ClaimType) -> None:
    store.take("MUE_Eff_01-01-2026.csv", mue({"10001": (0, 2), "J1111": (400, 3)}, whose))
    zero, many = (store.codes.limit(code, IN_2026, claim_type) for code in ("10001", "J1111"))
    assert (zero.units, zero.adjudication, zero.stale) == (0, "2", False)
    assert (many.units, many.adjudication) == (400, "3")
    missing = store.codes.limit("10002", IN_2026, claim_type)
    assert (missing.units, missing.edition) == (None, "2026Q1")


def test_add_on_codes_in_the_layout_of_cms(store: Store) -> None:
    head = "AOC,AOC Del Dt,Primary Code,Primary Code Del Dt,AOC Edit Eff Dt,AOC Edit Del Dt,AOC Edit Type,Special\n"
    rows = "10001,,10002,,2013091,,1,\n10001,,10003,,2013091,2020366,1,\n"
    rows += "10005,,CCCCC,,20130401,,2,\n10006,,10002,,20130401,,3,\n"
    store.take("AOC_V2026Q1-MCR.csv", head + rows)
    codes = store.codes
    assert codes.addon("10001", IN_2026).parents == {"10002"}, "the other parent was ended in 2020"
    contractor = codes.addon("10005", IN_2026)
    assert (contractor.is_addon, contractor.type, contractor.parents) == (True, "2", frozenset())
    assert codes.addon("10006", IN_2026).type == "3"
    assert codes.addon("10007", IN_2026).is_addon is False


def test_fee_schedule_columns_are_found_by_heading_not_by_place(store: Store) -> None:
    above = "2026 National Physician Fee Schedule Relative Value File January Release\n"
    columns = {
        "HCPCS": ("", "HCPCS"), "MOD": ("", "MOD"), "D": ("", "DESCRIPTION"), "S": ("STATUS", "CODE"),
        "W": ("WORK", "RVU"), "N": ("NON-FACILITY", "TOTAL"), "F": ("FACILITY", "TOTAL"), "P": ("PCTC", "IND"),
        "G": ("GLOB", "DAYS"), "M": ("MULT", "PROC"), "B": ("BILAT", "SURG"), "X": ("PRIC", "IND"),
        "C": ("CONV", "FACTOR"),
    }  # fmt: skip
    values = {
        "HCPCS": "10001",
        "MOD": "26",
        "S": "A",
        "W": "1.50",
        "N": "3.25",
        "F": "2.00",
        "P": "1",
        "G": "010",
        "M": "2",
        "B": "0",
        "C": "33.4",
    }
    for name, order in (
        ("PPRRVU26_JAN.csv", list(columns)),
        ("PPRRVU26_APR.csv", ["HCPCS", *reversed(list(columns)[1:])]),
    ):
        heads = "".join(",".join(columns[key][level] for key in order) + "\n" for level in (0, 1))
        store.take(name, above + heads + ",".join(values.get(key, "") for key in order) + "\n")
    for day, edition in ((IN_2026, "2026Q1"), (date(2026, 5, 1), "2026Q2")):
        fee = store.codes.fee("10001", day, "26")
        assert (fee.status, fee.pc_tc, fee.global_days, str(fee.nonfacility_total)) == ("A", "1", "010", "3.25")
        assert (str(fee.facility_total), fee.multiple_procedure, fee.edition) == ("2.00", "2", edition)
    listed = store.codes.procedure("10001", IN_2026)
    assert (listed.valid, listed.label) == (True, ""), "descriptions of CPT codes are not kept"
    assert store.codes.procedure("10002", IN_2026).valid is None


def test_drug_files_answer_prices_and_products(store: Store) -> None:
    title = '"Effective January 1, 2026 through March 31, 2026"\r\n'
    store.take(
        "asp.csv",
        title + "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,Notes\r\n"
        "J1111,Thing,1 MG,60.123,20.000,\r\nJ2222,Other,1 MG,N/A,20.000,\r\n",
    )  # fmt: skip
    head = "LABELER NAME,NDC2,Drug Name,HCPCS dosage,PKG SIZE,PKG QTY,BILLUNITS,BILLUNITSPKG,,\r\n"
    store.take(
        "cross.csv",
        title
        + "_2026_CODE,Short Description,"
        + head
        + "J1111,x,Maker\xa0,00006-3026-02,Thing,1 MG,4,1,100.5,100.5,,\r\n",
    )
    store.take(
        "noc.csv",
        title
        + "Drug Generic Name,"
        + head.replace("NDC2", "NDC or ALTERNATE ID").replace("HCPCS d", "D")
        + "Unnamed,Maker,00006-3026-03,Thing,1 MG,4,1,1,1,,\r\n",
    )
    codes = store.codes
    assert str(codes.price("J1111", IN_2026).payment_limit) == "60.123"
    assert codes.price("J2222", IN_2026).payment_limit is None
    (product,) = codes.products("00006-3026-02", IN_2026)
    assert (product.code, product.labeler, str(product.units_per_item)) == ("J1111", "Maker", "100.5")
    (unnamed,) = codes.products("00006302603", IN_2026)
    assert unnamed.code == "", "the second crosswalk stands beside the first and does not replace it"


def test_short_lists(store: Store) -> None:
    store.take("pos_2026-01.csv", "Place of Service Code(s),Place of Service Name\n11,Office\n27-30,Unassigned\n")
    store.take(
        "adj_2026-01.csv",
        "adj_code,adj_type,adj_description,adj_start_date,adj_end_date\nCO,Group,Contract,,\n"
        "45,CARC,Too much,1995-01-01,\nN1,RARC,Appeal,2000-01-01,2020-12-31\n",
    )
    store.take("cpt_2026.csv", "CPT Code,Short Description\n10001,Our own words\n")
    codes = store.codes
    assert codes.listed("place_of_service", "11", IN_2026).billable is True
    assert codes.listed("place_of_service", "28", IN_2026).billable is False
    assert codes.listed("carc", "45", IN_2026).valid is True
    assert codes.listed("rarc", "N1", IN_2026).valid is False
    assert codes.listed("adjustment_group", "CO", IN_2026).valid is True
    assert codes.procedure("10001", IN_2026).label == "Our own words"


def test_importing_again_changes_nothing(store: Store) -> None:
    assert store.take("ccipra-v320r0-f1.txt", ptp())[0].unchanged is False
    before = store.bytes()
    again = store.take("ccipra-v320r0-f1.txt", ptp())
    assert (again[0].unchanged, again[0].rows) == (True, len(PTP_ROWS))
    assert store.bytes() == before


def test_a_corrected_file_replaces_its_edition_in_look_ups_and_search(store: Store) -> None:
    store.take("icd10cm_order_2026.txt", order_file(("C111", 1, "Wrong words"), ("C112", 1, "Same words")))
    store.take("icd10cm_order_2026.txt", order_file(("C111", 1, "Right words"), ("C112", 1, "Same words")))
    codes = store.codes
    assert codes.diagnosis("C11.1", IN_2026).label == "Right words"
    assert [match.code for match in codes.find("wrong", IN_2026)] == []
    assert [match.code for match in codes.find("right", IN_2026)] == ["C11.1"]
    assert [match.code for match in codes.find("same words", IN_2026)] == ["C11.2"]
    assert len(codes.editions) == 1


def test_gzip_and_zip_are_read_directly_and_papers_passed_over(store: Store) -> None:
    assert store.take("ccipra-v320r0-f1.txt.gz", gzip.compress(ptp().encode()))[0].edition == "2026Q1"
    head: list[str | int] = ["Column 1", "Column 2", "*", "Effective", "Deletion", "Modifier", "PTP Edit Rationale"]
    archive = zipped(
        {
            "readme.txt": b"Dear user, these are the edits.\r\n",
            "ccipra-v321r0-f1.txt": ptp().encode(),
            "ccipra-v321r0-f1.xlsx": workbook(head, ["10001", "10002", "", "20260401", "*", "1", "x"]),
        }
    )
    assert [(one.edition, one.rows) for one in store.take("edits.zip", archive)] == [("2026Q2", len(PTP_ROWS))]


@pytest.mark.parametrize("ends", ["\n", "\r", "\r\n"])
def test_any_line_ends(store: Store, ends: str) -> None:
    text = ptp().replace("\r\n", ends)
    assert store.take("ccipra-v320r0-f1.txt", text)[0].rows == len(PTP_ROWS)


def test_mixed_line_ends_and_an_end_of_file_mark(store: Store) -> None:
    text = ptp().replace("\r\n", "\n", 4) + "\x1a"
    assert store.take("ccipra-v320r0-f1.txt", text)[0].rows == len(PTP_ROWS)


def test_a_person_can_overrule_edition_and_claim_type(store: Store) -> None:
    found = store.take("ccipra-v320r0-f1.txt", ptp(), Wishes(quarter(date(2025, 1, 1)), "institutional"))
    assert [(one.edition, one.claim_type) for one in found] == [("2025Q1", "institutional")]
    found = store.take("codes.txt", order_file(), Wishes(fiscal_year(2024)))
    assert [one.edition for one in found] == ["FY2024"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("letter.txt", "Dear Sir,\r\nnothing of interest.\r\n", "not a code file known here"),
        ("empty.txt", "", "empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither text nor a workbook"),
        ("v320r0.txt", PTP_HEAD, "no pair of codes"),
        ("v320r0.txt", ptp() + "10005\t10006\t\t20260101\t*\t7\tSome reason\r\n", "v320r0.txt:11: the modifier"),
        ("v320r0.txt", ptp() + "10005\t10006\t\t20261301\t*\t1\tSome reason\r\n", "v320r0.txt:11: the effective or"),
        ("v320r0.txt", ptp() + "10005\t10006\t\t20260101\t*\r\n", "v320r0.txt:11: 5 columns"),
        ("v320r0.txt", ptp() + "1000\t10006\t\t20260101\t*\t1\tSome reason\r\n", "v320r0.txt:11: not a pair"),
        ("mue.csv", mue({"10001": (1, 2)}), "--edition"),
        ("mue_2026q1.csv", mue({"10001": (1, 2)}) + "10002,many,2 x,y\r\n", "mue_2026q1.csv:6: the MUE value"),
        ("mue_2026q1.csv", mue({"10001": (1, 2)}) + "10001,1,2 x,y\r\n", "stands twice"),
        ("order_2026.txt", order_file().replace("00003 ", "00004 "), "order_2026.txt:3: order number"),
        ("order_2026.txt", "".join(order_file().splitlines(keepends=True)[:-3]), "begins with X, Y, Z"),
        ("order.txt", order_file(), "--edition"),
        ("hcpcs_2026.txt", hcpcs_records().replace("19900101", "19901350"), "the date added is not a date"),
        ("hcpcs_2026.txt", hcpcs_records(("J1111", "x", "20250101", "", "")).replace("J1111", "J111"), "not a HCPCS"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_line_and_reason_and_changes_nothing(
    store: Store, name: str, content: str | bytes, reason: str
) -> None:
    store.take("ccipra-v319r3-f1.txt", ptp())
    before = store.bytes()
    with pytest.raises(CodeFileError, match=reason.replace("(", r"\(")):
        store.take(name, content)
    assert store.bytes() == before


def test_a_file_that_would_leave_far_less_is_refused(store: Store) -> None:
    many = tuple((f"1{number:04}", "99999", "20260101", "*", "1") for number in range(100))
    store.take("ccipra-v320r0-f1.txt", ptp(many))
    with pytest.raises(CodeFileError, match="cut off"):
        store.take("ccipra-v320r0-again.txt", ptp((many[0], many[-1])))
    assert [edition.rows for edition in store.codes.editions] == [100]
