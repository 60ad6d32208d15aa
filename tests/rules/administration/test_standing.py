"""What stands beside a line is told before and after the chart's differences are settled: no fix brings up the next."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Severity
from onco_tui.rules.fixing import apply_fixes
from tests.rules.administration.visits import ADM, DAY, NEXT_DAY, Mistake, Row, charts, mistaken, mistakes, tally

PUSH: Row = {
    "id": "A1", "drug": "ondansetron", "drug_class": "therapeutic", "route": "iv_push", "start": f"{DAY}T09:00",
    "access_site": "port",
}  # fmt: skip
DRAW: Row = {"id": "P1", "kind": "port_blood_draw", "performed_at": f"{DAY}T08:50", "access_site": "port"}


def bill(*codes: str, rows: tuple[Row, ...] = (PUSH,), place: str = "11", **chart: object) -> Encounter:
    """A claim of one line a code; ``96372-59`` carries a modifier, ``96413@2026-03-03`` another date."""
    lines = []
    for number, text in enumerate(codes, start=1):
        coded, _, day = text.partition("@")
        code, *modifiers = coded.split("-")
        lines.append(
            {"line": number, "code": code, "modifiers": modifiers, "units": "1", "charge": f"{number}0.00",
             "date_of_service": day or DAY, "diagnosis_pointers": [1]}
        )  # fmt: skip
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-1",
            "coverage": {"payer_id": "MEDICARE_B"},
            "claim": {"claim_type": "professional", "place_of_service": place, "date_from": DAY, "date_to": NEXT_DAY,
                      "diagnoses": ["C34.11"], "lines": lines},
            "documentation": {"administrations": list(rows)} | chart,
        }
    )  # fmt: skip


def found(encounter: Encounter) -> dict[str, Finding]:
    return {finding.rule: finding for finding in check(encounter, shipped_reference(), ADM).findings}


@pytest.mark.parametrize(
    ("code", "rule"), [("99211", "ADM104"), ("36000", "ADM115"), ("99213", "ADM131"), ("96523", "ADM113")]
)
def test_a_charted_administration_stands_beside_a_line_before_it_is_billed(code: str, rule: str) -> None:
    findings = found(bill(code))
    assert findings["ADM116"].fixes[0].title.startswith("add 96374")
    assert "96374" in findings[rule].message
    assert findings[rule].evidence


def test_a_line_counts_as_what_it_is_to_be() -> None:
    encounter = bill("99211", "51720", rows=(PUSH | {"route": "intramuscular"},))
    assert "beside 96372, the right code of line 2" in found(encounter)["ADM104"].message


def test_a_draw_stays_where_the_service_beside_it_is_not_charted() -> None:
    encounter = bill("36591", "96374", rows=(), procedures=[DRAW])
    assert "ADM114" not in found(encounter)
    assert {fix.title for finding in found(encounter).values() for fix in finding.fixes} == {"remove line 2 (96374)"}


def test_a_draw_is_added_together_with_what_clears_its_date() -> None:
    encounter = bill("96372", rows=(), procedures=[DRAW])
    fixes = {fix.title for finding in found(encounter).values() for fix in finding.fixes}
    assert fixes == {"remove line 1 (96372); add 36591; charge to be entered"}


def test_a_charted_draw_is_not_missed_beside_a_visit() -> None:
    assert "ADM116" not in found(bill("99213-25", rows=(), procedures=[DRAW]))


def test_a_nurses_visit_beside_what_the_chart_does_not_support_is_for_a_person() -> None:
    encounter = bill("99211", "96372", rows=())
    assert [fix.grade for fix in found(encounter)["ADM104"].fixes] == ["review"]
    assert [fix.grade for fix in found(bill("99211", "96374"))["ADM104"].fixes] == ["safe"]


def test_declotting_from_a_note_without_an_agent_is_billed_by_a_person_only() -> None:
    note = [{"id": "P1", "kind": "catheter_declotting", "performed_at": f"{DAY}T08:00"}]
    agent: Row = {"id": "A2", "drug": "alteplase", "hcpcs": "J2997", "route": "oral", "start": f"{DAY}T08:00"}
    grades = [found(bill("96374", rows=rows, procedures=note))["ADM116"].fixes[0].grade
              for rows in ((PUSH,), (PUSH, agent))]  # fmt: skip
    assert grades == ["review", "safe"]


def test_lines_billed_for_one_derived_line_share_a_fix() -> None:
    pushes = tuple(PUSH | {"id": f"A{n}", "drug": f"d{n}", "start": f"{DAY}T09:0{n}"} for n in range(3))
    encounter = bill("96374", "96372", rows=pushes)
    fixes = {fix.title for finding in found(encounter).values() for fix in finding.fixes}
    assert fixes == {"line 2 96372 to 96375; add 96375; charges to be entered"}


@pytest.mark.parametrize(("beside", "blamed"), [("", True), ("79101", False)])
def test_59_owed_to_another_service_of_the_date_is_not_blamed(beside: str, *, blamed: bool) -> None:
    injection: Row = PUSH | {"route": "intramuscular"}
    codes = ["96372-59", *([beside] if beside else [])]
    assert ("ADM122" in found(bill(*codes, rows=(injection,)))) is blamed


def test_an_office_visit_over_midnight_has_one_parent() -> None:
    rows: tuple[Row, ...] = (
        PUSH | {"route": "iv_infusion", "start": f"{DAY}T22:45", "stop": f"{NEXT_DAY}T00:28"},
        PUSH | {"id": "A2", "drug": "x", "drug_class": "chemotherapy", "route": "iv_infusion",
                "start": f"{NEXT_DAY}T00:28", "stop": f"{NEXT_DAY}T01:48"},
    )  # fmt: skip
    encounter = bill("96366", "96367", f"96413@{NEXT_DAY}", rows=rows)
    assert "ADM111" not in found(encounter)
    misdated = bill("96366", "96367", "96413", rows=rows)
    assert tally(apply_fixes(misdated, shipped_reference(), "safe", rules=ADM).encounter.claim) == tally(
        encounter.claim
    )


@settings(max_examples=80, deadline=None)
@given(charts(), mistakes)
def test_a_fix_brings_up_no_other_administration_finding(encounter: Encounter, done: list[Mistake]) -> None:
    billed = mistaken(encounter, done)
    before = check(billed, shipped_reference(), ADM)
    known = {finding.id for finding in before.findings}
    for finding in before.findings:
        for fix in finding.fixes:
            after = check(apply(billed, fix.edits), shipped_reference(), ADM)
            new = [f.message for f in after.findings if f.id not in known and f.severity > Severity.INFO]
            assert new == [] or fix.grade == "review", (finding.message, fix.title)


@settings(max_examples=80, deadline=None)
@given(charts(), mistakes)
def test_safe_fixes_are_never_refused(encounter: Encounter, done: list[Mistake]) -> None:
    run = apply_fixes(mistaken(encounter, done), shipped_reference(), "safe", rules=ADM)
    assert [refusal.reason for refusal in run.refused] == []
