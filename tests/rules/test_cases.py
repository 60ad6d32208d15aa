"""Every rule's own cases, and what every rule must carry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter, unknown_fields
from onco_tui.encounter.edits import apply
from onco_tui.rules.cases import Case, CaseFile, base_names, differences, encounter_of, read_base, read_cases
from onco_tui.rules.context import Context
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Draft, NotChecked, Report, Severity
from onco_tui.rules.registry import HEADINGS, Rule, all_rules, rule

RULES = tuple(all_rules().values())


def _cases() -> Iterator[object]:
    for one in RULES:
        if one.cases.is_file():
            file = read_cases(one)
            for case in file.cases:
                yield pytest.param(one, file, case, id=f"{one.code}: {case.name}")


@pytest.mark.parametrize(("one", "file", "case"), tuple(_cases()))
def test_the_rule_answers_as_its_case_says(one: Rule, file: CaseFile, case: Case) -> None:
    encounter = encounter_of(file, case)
    report = check(encounter, shipped_reference(), [one])
    _compare(case, report)
    if case.after_fix is not None:
        _compare_after_fix(one, case, encounter, report)


def _compare(case: Case, report: Report) -> None:
    told = [f"{f.lines} {f.severity.word}: {f.message}" for f in report.findings]
    told += [f"not checked: {gap.reason}" for gap in report.not_checked]
    findings = list(report.findings)
    for expected in case.findings:
        match = next((finding for finding in findings if expected.fits(finding)), None)
        assert match is not None, f"expected {expected}, answered {told}"
        findings.remove(match)
    gaps = list(report.not_checked)
    for expected_gap in case.gaps:
        gap = next((gap for gap in gaps if expected_gap.fits(gap)), None)
        assert gap is not None, f"expected {expected_gap}, answered {told}"
        gaps.remove(gap)
    assert not findings, f"answered more than expected: {told}"
    assert not gaps, f"answered more than expected: {told}"


def _compare_after_fix(one: Rule, case: Case, encounter: Encounter, report: Report) -> None:
    fixed = _with_first_fixes(one, encounter, {finding.id for finding in report.findings})
    if case.after_fix == "none":
        assert fixed == encounter, "a fix with edits exists"
        return
    assert case.after_fix is not None
    assert fixed != encounter, "no fix changes the claim"
    assert not list(differences(fixed, case.after_fix))


def _with_first_fixes(one: Rule, encounter: Encounter, ids: set[str]) -> Encounter:
    """Accept the first fix of each finding, one after another; none of them may come back."""
    for _ in range(len(ids) + 1):
        findings = [f for f in check(encounter, shipped_reference(), [one]).findings if f.fixes and f.fixes[0].edits]
        finding = next((f for f in findings if f.id in ids), None)
        if finding is None:
            return encounter
        encounter = apply(encounter, finding.fixes[0].edits)
    raise AssertionError("a finding outlives its fix")


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.code)
def test_a_rule_has_cases_of_every_kind(one: Rule) -> None:
    assert one.cases.is_file(), f"{one.cases.name} is missing beside {one.module.name}"
    file = read_cases(one)
    cases = file.cases
    assert any(not case.expect for case in cases), "no case that passes"
    if not file.never_finds:
        assert any(case.findings for case in cases), "no case that fails"
        assert any(case.findings and case.after_fix is not None for case in cases), "no case says what the fix leaves"
    else:
        assert not any(case.findings for case in cases), "it finds something after all"
        assert not file.never_unchecked, "it would have nothing to say"
    if not file.never_unchecked:
        assert any(case.gaps for case in cases), "no case that cannot be checked"
    else:
        assert not any(case.gaps for case in cases), "it can be unchecked after all"
        assert not one.needs, "it can be unchecked: it needs parts of the chart"


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.code)
def test_a_rule_is_documented_and_cites_its_authority(one: Rule) -> None:
    assert all(one.doc.get(heading) for heading in HEADINGS)
    assert one.doc.get("Summary")
    assert one.authority
    for authority in one.authority:
        assert authority.source
        assert authority.section
        assert authority.url.startswith("https://")


def test_rule_names_are_distinct() -> None:
    assert len({one.name for one in RULES}) == len(RULES)


def test_no_cases_file_without_its_rule() -> None:
    folders = {one.cases.parent for one in RULES}
    files = {path for folder in folders for path in folder.glob("*")}
    assert files == {one.cases for one in RULES if one.cases.is_file()}


def _documented(_context: Context) -> Iterator[Draft | NotChecked]:
    """Something.

    What it finds: a.
    Why it matters: b.
    What the chart must show: c.
    Example: d.
    Fix: e.
    Authority: f.
    """
    return iter(())


def test_a_code_cannot_be_used_twice() -> None:
    with pytest.raises(ValueError, match="CLM101: not a free rule code"):
        rule("CLM101", "again", Severity.INFO, authority=())(_documented)


def test_a_docstring_without_all_headings_is_refused() -> None:
    def bare(_context: Context) -> Iterator[Draft | NotChecked]:
        """Something.

        What it finds: a.
        """
        return iter(())

    with pytest.raises(ValueError, match="docstring lacks Why it matters"):
        rule("ZZZ999", "bare", Severity.INFO, authority=())(bare)
    assert "ZZZ999" not in all_rules()


@pytest.mark.parametrize("name", base_names())
def test_a_base_encounter_holds_only_known_fields_and_no_error(name: str) -> None:
    encounter = parse_encounter(read_base(name))
    assert not list(unknown_fields(encounter))
    report = check(encounter, shipped_reference())
    assert [f"{f.rule} {f.message}" for f in report.findings if f.severity > Severity.INFO] == []
