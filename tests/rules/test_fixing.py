"""Fixing in rounds, with rules made for the purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.encounter.edits import Edit, remove_line, set_claim_field, set_line_field
from onco_tui.rules.cases import patch, read_base
from onco_tui.rules.context import Context
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Draft, Fix, Grade, NotChecked, Severity
from onco_tui.rules.fixing import MAX_ROUNDS, apply_fixes
from onco_tui.rules.registry import Rule

REFERENCE = shipped_reference()


def _encounter(**changes: str) -> Encounter:
    document = read_base("claim_only")
    for path, value in changes.items():
        patch(document, path.replace("__", "."), value)
    return parse_encounter(document)


def _rule(code: str, when: Callable[[Context], bool], edit: Callable[[Context], Edit], grade: Grade = "safe") -> Rule:
    def check_it(context: Context) -> Iterator[Draft | NotChecked]:
        if when(context):
            yield Draft("wrong", lines=(1,), fixes=(Fix("mend it", grade, (edit(context),)),), subject=code)

    return Rule(code, code.lower(), Severity.ERROR, (), (), check_it, {}, Path(__file__))


def _units_are(units: int) -> Callable[[Context], bool]:
    return lambda context: context.claim.lines[0].units == units


def _set_units(units: int) -> Callable[[Context], Edit]:
    return lambda context: set_line_field(context.claim.lines[0], "units", str(units))


def test_fixes_that_build_on_one_another_come_to_rest() -> None:
    rules = [_rule("AAA101", _units_are(1), _set_units(2)), _rule("AAA102", _units_are(2), _set_units(3))]
    run = apply_fixes(_encounter(), REFERENCE, "safe", rules=rules)
    assert [finding.rule for finding, _ in run.applied] == ["AAA101", "AAA102"]
    assert run.encounter.claim.lines[0].units == 3
    assert (run.stopped, run.refused) == ("", ())
    assert run.rounds == 2


def test_a_fix_that_brings_a_new_error_is_refused_and_changes_nothing() -> None:
    rules = [
        _rule("AAA101", _units_are(1), _set_units(2)),
        _rule("BBB101", _units_are(2), _set_units(1), grade="review"),
    ]
    run = apply_fixes(_encounter(), REFERENCE, "safe", rules=rules)
    assert run.applied == ()
    assert run.encounter == _encounter()
    assert [(refusal.finding.rule, refusal.reason) for refusal in run.refused] == [
        ("AAA101", "it would bring a new error: BBB101 bbb101")
    ]


def test_fixes_that_undo_one_another_stop_with_a_word() -> None:
    rules = [_rule("AAA101", _units_are(1), _set_units(2)), _rule("AAA102", _units_are(2), _set_units(1))]
    run = apply_fixes(_encounter(), REFERENCE, "safe", rules=rules)
    assert run.stopped == "fixes undo one another; stopped"


def test_an_endless_row_of_fixes_stops_after_ten_rounds() -> None:
    def more(context: Context) -> Edit:
        line = context.claim.lines[0]
        return set_line_field(line, "units", line.units + 1)

    run = apply_fixes(_encounter(), REFERENCE, "safe", rules=[_rule("AAA101", lambda _: True, more)])
    assert run.stopped == "still changing after 10 rounds; stopped"
    assert len(run.applied) == MAX_ROUNDS
    assert run.encounter.claim.lines[0].units == 1 + MAX_ROUNDS


@pytest.mark.parametrize(("wanted", "applied"), [("safe", ["AAA101"]), ("review", ["AAA101", "CCC101"]), ("query", [])])
def test_a_grade_takes_the_better_ones_too(wanted: Grade, applied: list[str]) -> None:
    rules = [
        _rule("AAA101", _units_are(1), _set_units(2)),
        _rule(
            "CCC101",
            lambda context: context.claim.frequency_code == "1",
            lambda context: set_claim_field(context.claim, "frequency_code", "7"),
            grade="review",
        ),
    ]
    run = apply_fixes(_encounter(), REFERENCE, wanted, rules=rules)
    assert [finding.rule for finding, _ in run.applied] == applied


@pytest.mark.parametrize(
    ("offered", "wanted", "units"),
    [
        (["review", "review"], "review", 1),
        (["safe", "safe"], "safe", 1),
        (["review", "safe", "review"], "review", 3),
        (["review"], "review", 2),
        (["query", "review"], "review", 3),
    ],
)
def test_between_alternatives_a_person_chooses(offered: list[Grade], wanted: Grade, units: int) -> None:
    def check_it(context: Context) -> Iterator[Draft | NotChecked]:
        if context.claim.lines[0].units == 1:
            edits = (set_line_field(context.claim.lines[0], "units", str(number)) for number in (2, 3, 4))
            fixes = [
                Fix(f"way {place}", grade, question="?") if grade == "query" else Fix(f"way {place}", grade, (edit,))
                for place, (grade, edit) in enumerate(zip(offered, edits, strict=False))
            ]
            yield Draft("wrong", lines=(1,), fixes=tuple(fixes))

    rule = Rule("AAA101", "aaa101", Severity.ERROR, (), (), check_it, {}, Path(__file__))
    run = apply_fixes(_encounter(), REFERENCE, wanted, rules=[rule])
    assert run.encounter.claim.lines[0].units == units


def test_two_fixes_of_one_field_do_not_both_apply() -> None:
    rules = [_rule("AAA101", _units_are(1), _set_units(2)), _rule("AAA102", _units_are(1), _set_units(3))]
    run = apply_fixes(_encounter(), REFERENCE, "safe", rules=rules)
    assert [finding.rule for finding, _ in run.applied] == ["AAA101"]
    assert run.encounter.claim.lines[0].units == 2


def _removal(number: int) -> Callable[[Context], Edit]:
    return lambda context: remove_line(context.claim, number)


def test_a_total_that_was_right_stays_right() -> None:
    rules = [_rule("AAA101", lambda context: context.claim.line(2) is not None, _removal(2))]
    run = apply_fixes(_encounter(claim__total_charge="506.00"), REFERENCE, "safe", rules=rules)
    assert run.encounter.claim.total_charge == Decimal("410.00")


def test_a_total_that_was_wrong_is_left_to_its_own_rule() -> None:
    rules = [_rule("AAA101", lambda context: context.claim.line(2) is not None, _removal(2))]
    run = apply_fixes(_encounter(claim__total_charge="500.00"), REFERENCE, "safe", rules=rules)
    assert run.encounter.claim.total_charge == Decimal("500.00")


def test_no_fix_takes_the_last_line() -> None:
    only = _encounter(**{"claim__lines[2]": "null"})
    (finding,) = check(only, REFERENCE, [_rule("AAA101", lambda _: True, _removal(1))]).findings
    assert finding.fixes == ()
