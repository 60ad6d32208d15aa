"""Lines, findings, worklist and reports in words, at every width."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from onco_tui.encounter.document import parse_encounter
from onco_tui.encounter.edits import set_claim_field, set_line_field
from onco_tui.present.check_text import check_text
from onco_tui.present.claim_lines import LineTable, claim_head, diagnosis_rows
from onco_tui.present.findings import (
    finding_rows,
    not_checked_row,
    not_checked_rows,
    preview_rows,
    standing_rows,
)
from onco_tui.present.history import history_rows, when
from onco_tui.present.spans import Role, plain_text, row_width
from onco_tui.present.worklist import query_words, worklist_heading, worklist_row
from onco_tui.rules.finding import Authority, Evidence, Finding, Fix, NotChecked, Report, Severity
from tests.tui.tui_documents import carboplatin_day

ENCOUNTER = parse_encounter(carboplatin_day())
CLAIM = ENCOUNTER.claim
FIX = Fix("bill one more hour", "safe", (set_line_field(CLAIM.lines[1], "units", 1),))
FINDING = Finding(
    "f1", "TST101", "hours-not-supported", Severity.ERROR, (2,), ("C34.11",),
    (Evidence("documentation.administrations[A2].stop", "2026-03-02T11:35"),), "125 min are 2 hours, not 4",
    (Authority("Claims Manual", "chapter 12", "https://example.org/12"),), "over", Decimal(180), (FIX,), "facts",
)  # fmt: skip
OTHER = replace(FINDING, id="f2", rule="TST102", severity=Severity.INFO, lines=(), amount_at_risk=None, fixes=())
WIDTHS = [36, 58, 77, 117]


@dataclass(frozen=True)
class Stand:
    finding: Finding
    state: str = "open"

    @property
    def open(self) -> bool:
        return self.state != "dismissed"


@pytest.mark.parametrize("cells", WIDTHS)
def test_claim_lines_line_up_and_name_the_rules_found(cells: int) -> None:
    table = LineTable(CLAIM, [FINDING], cells)
    rows = table.rows()
    assert len({row_width(row) for row in (table.heading, *rows)}) == 1
    assert row_width(rows[0]) <= cells
    assert len(rows) == len(CLAIM.lines) + 1
    assert "96415" in plain_text(rows[1])
    assert "3" in plain_text(rows[1])
    if cells >= 58:
        assert "■E TST101" in plain_text(rows[1])
        assert "2,585.00" in plain_text(rows[-1])


def test_a_line_of_another_day_shows_its_day() -> None:
    other = CLAIM.lines[0].model_copy(
        update={"date_of_service": CLAIM.date_from.replace(day=9) if CLAIM.date_from else None}
    )
    shown = [
        plain_text(row)
        for row in LineTable(CLAIM.model_copy(update={"lines": (other, *CLAIM.lines[1:])}), [], 77).rows()
    ]
    assert "03-09" in shown[0]
    assert "03-02" not in shown[1]


def test_diagnoses_carry_their_pointer_numbers_and_lit_ones_a_mark() -> None:
    assert [plain_text(row) for row in diagnosis_rows(CLAIM, 60, {"C34.11"})] == ["dx 1 C34.11*  2 Z51.11  3 C79.51"]
    assert len(diagnosis_rows(CLAIM, 20)) > 1
    assert "none on the claim" in plain_text(diagnosis_rows(CLAIM.model_copy(update={"diagnoses": ()}), 60)[0])


def test_the_head_keeps_what_names_the_encounter() -> None:
    assert plain_text(claim_head(ENCOUNTER, "finalized", 120)).startswith(
        "E-2026-0101  Testperson, Ada  2026-03-02  finalized"
    )
    assert plain_text(claim_head(ENCOUNTER, "open", 20)).startswith("E-2026-0101")


@pytest.mark.parametrize("cells", WIDTHS)
def test_findings_line_up_and_say_state_severity_and_rule(cells: int) -> None:
    rows = standing_rows([Stand(FINDING), Stand(OTHER, "dismissed"), Stand(OTHER, "reopened")], cells)
    assert len({row_width(row) for row in rows}) == 1
    shown = [plain_text(row) for row in rows]
    assert [line.split()[0] for line in shown] == ["○", "✗", "⟳"]
    assert all("TST10" in line for line in shown)
    assert "■E" in shown[0]
    assert "·I" in shown[1]


def test_a_preview_starts_with_what_changes() -> None:
    shown = [plain_text(row) for row in preview_rows([OTHER], [OTHER], [FINDING], 77)]
    assert shown[0].startswith("+ ·I TST102")
    assert shown[1].startswith("✓ ■E TST101")
    assert preview_rows([], [], [], 77) == []


@pytest.mark.parametrize("cells", WIDTHS)
def test_the_detail_gives_reason_change_authority_and_evidence(cells: int) -> None:
    rows = finding_rows(Stand(FINDING), 0, cells)
    assert all(row_width(row) <= cells for row in rows)
    text = " ".join(" ".join(plain_text(row).split()) for row in rows)
    for part in ("TST101", "125 min", "(safe)", "3", "1", "Claims Manual, chapter 12", "11:35"):
        assert part in text
    assert any(part.role is Role.REMOVED for row in rows for part in row)
    assert any(part.role is Role.ADDED for row in rows for part in row)


def test_the_detail_says_when_there_is_no_fix_or_several() -> None:
    assert "none; edit the line, or dismiss" in " ".join(plain_text(row) for row in finding_rows(Stand(OTHER), 0, 77))
    several = replace(FINDING, fixes=(FIX, Fix("ask", "query", question="Please document the stop time.")))
    text = " ".join(" ".join(plain_text(row).split()) for row in finding_rows(Stand(several), 1, 77, "", "o goes on"))
    assert "fix 2 of 2, o goes on" in text
    assert "asks Please document the stop time." in text
    assert "open again because what it rested on has changed" in " ".join(
        plain_text(row) for row in finding_rows(Stand(FINDING, "reopened"), 0, 100)
    )


def test_a_new_total_is_told_once() -> None:
    total = set_claim_field(CLAIM, "total_charge", "320.00")
    finding = replace(FINDING, fixes=(Fix("bill less", "review", (*FIX.edits, total)),))

    def detail(effect: str) -> str:
        return " ".join(" ".join(plain_text(row).split()) for row in finding_rows(Stand(finding), 0, 77, effect))

    assert detail("").count("2,585.00 -> 320.00") == 1
    assert "total charge" in detail("")
    told = detail("resolves 1, adds none, total 2,585.00 -> 320.00")
    assert told.count("2,585.00 -> 320.00") == 1
    assert "effect resolves 1, adds none, total 2,585.00 -> 320.00" in told
    assert "total charge 2,585.00 -> 320.00" in detail("resolves 1, adds none, total 320.00"), "no before in the effect"


def test_what_was_not_checked_is_counted_by_rule_and_grouped_by_reason() -> None:
    entries = (
        NotChecked("no chart", "A"),
        NotChecked("no chart", "B"),
        NotChecked("no chart", "A"),
        NotChecked("old", "C"),
    )
    report = Report("E", (), entries, 5)
    assert "3 rules not checked, 5 checked" in plain_text(not_checked_row(report, 60))
    text = [plain_text(row) for row in not_checked_rows(entries, 60)]
    assert "rules      A B" in text
    assert "because    old" in text


def test_services_no_rule_reads_stand_before_the_count_of_rules() -> None:
    unread = NotChecked("lines 1, 2 (77427): nobody looked", "CLM206", (1, 2), service="radiation")
    report = Report("E", (), (unread, NotChecked("no chart", "A")), 5)
    assert "not read: radiation on lines 1, 2; 1 rule not checked, 5 checked" in plain_text(not_checked_row(report, 70))
    alone = Report("E", (), (unread,), 6)
    assert "not read: radiation on lines 1, 2; 6 rules checked" in plain_text(not_checked_row(alone, 70))


def test_the_report_says_everything_and_ends_with_what_was_not_checked() -> None:
    report = Report("E-1", (FINDING, OTHER), (NotChecked("no table", "NCC101"),), 7)
    text = list(check_text(report))
    assert text[0].startswith("E-1  1 error  0 warnings  1 info  7 rules checked  1 not checked")
    whole = "\n".join(text)
    for part in ("error   TST101  line 2  hours not supported  180.00 at risk", "fix (safe): bill one more hour"):
        assert part in whole
    assert "line 2 units  3 -> 1" in whole
    assert text[-1].strip() == "not checked: no table (NCC101)"


@dataclass(frozen=True)
class Entry:
    encounter_id: str = "E-1"
    status: str = "open"
    patient_name: str = "Rivera, Marta"
    payer_name: str = "Medicare Part B"
    date_of_service: str = "2026-03-02"
    errors: int = 2
    warnings: int = 0
    infos: int = 11
    amount_at_risk: Decimal = Decimal("180.00")
    line_count: int = 5
    first_finding: str = "line 2 bills too much"
    owner: str = ""


@pytest.mark.parametrize("cells", [37, 57, 63, 64, 77, 97, 117, 157])
def test_the_worklist_lines_up_at_every_width(cells: int) -> None:
    entries = [
        Entry(),
        Entry(errors=0, infos=0),
        Entry(errors=1234, warnings=56),
        Entry(patient_name="", date_of_service="", amount_at_risk=Decimal(0)),
    ]
    widths = {row_width(worklist_row(entry, cells)) for entry in entries} | {row_width(worklist_heading(cells))}
    assert len(widths) == 1
    assert widths.pop() <= cells
    shown = plain_text(worklist_row(Entry(), cells))
    assert "■E2" in shown
    assert "Rivera" in shown
    if cells >= 77:
        for part in ("○ open", "Medicare Part B", "2026-03-02", "180.00", "·I11"):
            assert part in shown
        assert "■E++ ▲W56" in plain_text(worklist_row(entries[2], cells))
    if cells >= 117:
        assert "line 2 bills" in shown


def test_the_query_in_words() -> None:
    row = query_words("amount_at_risk", {"status": "open", "payer": "", "search": "rivera"}, descending=True)
    assert plain_text(row) == "by money at risk, highest first  status: open  search: rivera"


@dataclass(frozen=True)
class Audited:
    seq: int
    action: str = "accept"
    at: str = "2026-03-05T08:12:03.123456Z"
    actor: str = "coder"
    rule: str = "TST101"
    reason: str = ""

    @property
    def before(self) -> dict[str, object]:
        return {"lines[2].units": "3"}

    @property
    def after(self) -> dict[str, object]:
        return {"lines[2].units": "1"}


def test_history_is_newest_first_with_before_and_after() -> None:
    text = [plain_text(row).strip() for row in history_rows([Audited(1), Audited(2, "undo", reason="undoes 1")], 77)]
    assert text[0] == "2 2026-03-05 08:12:03 coder undo TST101"
    assert text[1] == "undoes 1"
    assert text[2] == "line 2 units  3 -> 1"
    assert text[3].startswith("1 2026-03-05")
    assert "nothing has been done" in plain_text(history_rows([], 77)[0])
    assert when("2026-03-05T08:12:03+00:00") == "2026-03-05 08:12:03"
