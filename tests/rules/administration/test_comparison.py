"""How billed lines are matched with derived ones: dates, units, and the likeliest mistake first."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.document import Encounter, parse_encounter
from onco_tui.rules.administration.codes import KINDS, distance
from onco_tui.rules.administration.comparison import Difference, differences
from onco_tui.rules.cases import patch, read_base
from onco_tui.rules.context import Context


def found(encounter: Encounter) -> tuple[Difference, ...]:
    return differences(Context(encounter, shipped_reference()))


def told(encounter: Encounter) -> list[tuple[object, object, object]]:
    return [
        (d.line.line if d.line else None, d.derived.code if d.derived else None, d.supported) for d in found(encounter)
    ]


def changed(base: str, changes: Mapping[str, object]) -> Encounter:
    document = read_base(base)
    for path, value in changes.items():
        patch(document, path, value)  # type: ignore[arg-type]  # test data is JSON
    return parse_encounter(document)


@pytest.mark.parametrize(
    "base", ["hospital_chemotherapy", "hospital_infusion", "office_infusion", "pump_visit", "hydration_visit"]
)
def test_a_right_claim_has_no_difference(base: str) -> None:
    assert told(changed(base, {})) == []


def test_a_line_of_no_units_is_matched_with_what_it_stands_for() -> None:
    assert told(changed("hospital_chemotherapy", {"claim.lines[1].units": "0"})) == [(1, "96413", Decimal(1))]


def test_a_line_of_negative_units_takes_nothing() -> None:
    assert told(changed("hospital_chemotherapy", {"claim.lines[1].units": "-2"})) == [(1, "96413", Decimal(1))]


def test_part_of_a_unit_too_much() -> None:
    assert told(changed("hospital_chemotherapy", {"claim.lines[2].units": "2.5"})) == [(2, None, Decimal(2))]


def test_the_line_of_just_the_right_units_is_kept() -> None:
    more = {"line": "11", "code": "96415", "units": "2", "charge": "260.00", "date_of_service": "2026-03-02"}
    encounter = changed("hospital_chemotherapy", {"claim.lines[2].units": "1", "claim.lines[+]": more})
    assert told(encounter) == [(2, None, Decimal(0))]


def test_a_line_of_several_days_stands_for_each_of_them() -> None:
    push = {"drug_class": "therapeutic", "route": "iv_push", "access_site": "port"}
    changes = {
        "claim.date_to": "2026-03-03",
        "documentation.administrations[A3]": push | {"id": "A3", "drug": "famotidine", "start": "2026-03-02T23:30"},
        "documentation.administrations[+]": push | {"id": "A7", "drug": "ondansetron", "start": "2026-03-03T00:30"},
        "claim.lines[5].units": "3",
        "claim.lines[5].date_to": "2026-03-03",
    }
    assert told(changed("hospital_chemotherapy", changes)) == []


def test_a_near_code_is_likelier_than_too_few_units() -> None:
    changes = {"claim.lines[5].units": "1", "claim.lines[4].code": "96374"}
    assert told(changed("hospital_chemotherapy", changes)) == [
        (4, "96375", Decimal(1)),
        (None, "96367", Decimal(1)),
    ]


def test_without_a_chart_of_administrations_nothing_is_compared() -> None:
    assert told(changed("hospital_chemotherapy", {"documentation.administrations": "null"})) == []


@pytest.mark.parametrize("code", sorted(KINDS))
def test_distance_is_the_same_both_ways(code: str) -> None:
    assert all(distance(code, other) == distance(other, code) for other in KINDS)


def test_the_nearest_codes_are_of_one_family_and_form() -> None:
    near = {other: far for other in KINDS if other != "96413" and (far := distance("96413", other)) is not None}
    assert near["96417"] == 0
    assert near["96415"] == near["96365"] == near["96409"] == 1
    assert near["96401"] == 3
    assert "96523" not in near
