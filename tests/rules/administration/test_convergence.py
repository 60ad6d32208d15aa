"""Billed against charted over random visits: fixes lead to the derived lines, by every way, and touch nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.edits import apply
from onco_tui.rules.administration.codes import KINDS, ONLY_ALONE
from onco_tui.rules.administration.orphans import orphans as find_orphans
from onco_tui.rules.context import Context
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Finding, Fix, Report, Severity
from onco_tui.rules.fixing import apply_fixes, new_errors
from tests.rules.administration.visits import (
    ADM,
    BESIDE,
    Mistake,
    billed_as_derived,
    charts,
    derived,
    due,
    mistaken,
    mistakes,
    tally,
)

NOT_DERIVED = frozenset(BESIDE) - KINDS.keys()
bounded = settings(max_examples=120, deadline=None)
REFERENCE = shipped_reference()


def checked(encounter: Encounter) -> Report:
    return check(encounter, REFERENCE, ADM)


def settled_by_chart(encounter: Encounter) -> bool:
    """Tell whether nothing in the visit needs a person: no judgement, no gap, no line that cannot be judged.

    Nor a line of a date of which the chart has nothing: it may lack what was given. Nor a draw or flush beside a
    service, such as a visit, that is not derived here: it counts only when nothing else is reported.
    """
    derivation = derived(encounter)
    open_questions = derivation.judgements or any(entry.gap for entry in derivation.not_derived)
    unjudged = any(gap.lines for gap in checked(encounter).not_checked)
    charted = {a.start.date() for a in encounter.chart.administrations or () if a.start}
    billed = {encounter.claim.day_of(line) for line in encounter.claim.lines[1:]}
    alone = {line.date_of_service for line in derivation.lines if line.code in ONLY_ALONE}
    others = {encounter.claim.day_of(line) for line in encounter.claim.lines if line.code in NOT_DERIVED}
    return not (open_questions or unjudged or alone & others) and billed <= charted


def told(report: Report) -> list[str]:
    return [f"{f.rule} {f.severity.word} {f.message} | {[x.title for x in f.fixes]}" for f in report.findings]


def orphans(encounter: Encounter) -> set[int]:
    """Give the lines that bill an add-on without its parent, whichever rule tells of them."""
    return {orphan.line.line for orphan in find_orphans(Context(encounter, REFERENCE)) if orphan.elsewhere is None}


def twice_initial(report: Report) -> int:
    """Count the initial services too many."""
    return sum(finding.rule == "ADM107" for finding in report.findings)


def editing_fixes(report: Report) -> Iterator[tuple[Finding, Fix]]:
    for finding in report.findings:
        for fix in finding.fixes:
            if fix.edits:
                yield finding, fix
                break


@bounded
@given(charts())
def test_a_claim_billed_as_derived_is_clean(encounter: Encounter) -> None:
    report = checked(billed_as_derived(encounter))
    assert [text for f, text in zip(report.findings, told(report), strict=True) if f.severity > Severity.INFO] == []
    assert not [gap for gap in report.not_checked if gap.lines]


@bounded
@given(charts(), mistakes)
def test_safe_fixes_end_in_the_derived_lines(encounter: Encounter, done: list[Mistake]) -> None:
    billed = mistaken(encounter, done)
    run = apply_fixes(billed, REFERENCE, "safe", rules=ADM)
    assert not run.stopped
    if settled_by_chart(billed):
        assert not run.refused
        assert tally(run.encounter.claim) == due(derived(encounter)), told(checked(run.encounter))
    assert not new_errors(checked(billed), checked(run.encounter))
    assert orphans(run.encounter) <= orphans(billed)


@bounded
@given(charts(), mistakes)
def test_one_fix_removes_its_finding_and_brings_no_error(encounter: Encounter, done: list[Mistake]) -> None:
    billed = mistaken(encounter, done)
    report = checked(billed)
    for finding, fix in editing_fixes(report):
        fixed = apply(billed, fix.edits)
        after = checked(fixed)
        assert finding.id not in {other.id for other in after.findings}, (finding.message, fix.title)
        assert not new_errors(report, after), (finding.message, fix.title, told(after))
        assert orphans(fixed) <= orphans(billed), (finding.message, fix.title, told(after))
        assert twice_initial(after) <= twice_initial(report), (finding.message, fix.title, told(after))


@bounded
@given(charts(), mistakes, st.integers(0, 1_000_000))
def test_the_order_of_fixes_does_not_matter(encounter: Encounter, done: list[Mistake], seed: int) -> None:
    billed = mistaken(encounter, done)
    ends = [tally(_fixed_in_order(billed, Random(seed + turn)).claim) for turn in range(3)]  # noqa: S311  a shuffle
    assert ends[0] == ends[1] == ends[2]


def _fixed_in_order(encounter: Encounter, random: Random) -> Encounter:
    for _ in range(30):
        offers = list(editing_fixes(checked(encounter)))
        if not offers:
            return encounter
        encounter = apply(encounter, random.choice(offers)[1].edits)
    raise AssertionError("fixes do not come to an end")


@bounded
@given(charts(), mistakes)
def test_lines_without_a_difference_stay_as_they_are(encounter: Encounter, done: list[Mistake]) -> None:
    billed = mistaken(encounter, done)
    named = {number for finding in checked(billed).findings for number in finding.lines}
    after = apply_fixes(billed, REFERENCE, "review", rules=ADM).encounter.claim
    for line in billed.claim.lines:
        if line.line not in named:
            kept = after.line(line.line)
            assert kept is not None
            assert (kept.code, kept.charge, kept.diagnosis_pointers) == (
                line.code,
                line.charge,
                line.diagnosis_pointers,
            )
