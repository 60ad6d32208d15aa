"""Builds encounters for derivation tests: one administration a line, clock times as a nurse writes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import Reference, shipped_reference
from onco_tui.derive.administrations import derive_administrations
from onco_tui.derive.result import Choice, Derivation, DerivedLine
from onco_tui.encounter.document import Encounter, parse_encounter

DAY = "2026-03-02"
Row = dict[str, object]


def clock(text: str) -> str:
    """``09:20`` on the first day, ``01:00+1`` on the day after."""
    time, _, later = text.partition("+")
    moment = datetime.fromisoformat(f"{DAY}T{time}") + timedelta(days=int(later or 0))
    return moment.isoformat(timespec="minutes")


def given(identifier: str, times: str = "", drug_class: str | None = "therapeutic", **fields: object) -> Row:
    """One administration; ``times`` is ``09:20-09:52``, ``09:20`` without a stop, or ``-09:52`` without a start."""
    start, _, stop = times.partition("-")
    row: Row = {"id": identifier, "drug": f"drug {identifier}", "route": "iv_infusion", "access_site": "port"}
    row |= {"drug_class": drug_class} if drug_class else {}
    row |= {"start": clock(start)} if start else {}
    row |= {"stop": clock(stop)} if stop else {}
    return row | fields


def chemo(identifier: str, times: str = "", **fields: object) -> Row:
    return given(identifier, times, "chemotherapy", **fields)


def push(identifier: str, times: str = "", drug_class: str = "therapeutic", **fields: object) -> Row:
    return given(identifier, times, drug_class, **({"route": "iv_push"} | fields))


def fluid(identifier: str, times: str = "", **fields: object) -> Row:
    return given(identifier, times, "hydration", **({"purpose": "hydration", "drug": "saline"} | fields))


def visit(
    *rows: Row, facility: bool = False, place: str = "11", payer: str = "MEDICARE_B", **chart: object
) -> Encounter:
    """An encounter with these administrations; more keywords become fields of the documentation."""
    return parse_encounter(
        {
            "schema": "onco-encounter/1",
            "encounter_id": "E-1",
            "coverage": {"payer_id": payer},
            "claim": {
                "claim_type": "institutional" if facility else "professional",
                "place_of_service": place,
                "date_from": DAY,
            },
            "documentation": {"administrations": list(rows)} | chart,
        }
    )


def under(**switches: object) -> Reference:
    """The shipped tables with one policy for every payer."""
    policy = Policy.model_validate({"name": "default"} | switches)
    return replace(shipped_reference(), policies={"default": policy})


def derive(*rows: Row, reference: Reference | None = None, **keywords: object) -> Derivation:
    encounter = visit(*rows, **keywords)  # type: ignore[arg-type]  # passed through to visit
    return derive_administrations(encounter, reference or shipped_reference())


def codes(lines: Derivation | Iterable[DerivedLine | Choice]) -> dict[str, int]:
    """Units by code."""
    units: Counter[str] = Counter()
    for line in lines.lines if isinstance(lines, Derivation) else lines:
        units[line.code] += int(line.units)
    return dict(units)


def coded(*rows: Row, **keywords: object) -> dict[str, int]:
    return codes(derive(*rows, **keywords))  # type: ignore[arg-type]  # passed through to visit


def line(derivation: Derivation, code: str) -> DerivedLine:
    """The one line of a code."""
    (found,) = [line for line in derivation.lines if line.code == code]
    return found


def reasons(derivation: Derivation) -> Mapping[str, str]:
    """What was not derived, by administration."""
    return {source: entry.reason for entry in derivation.not_derived for source in entry.sources}


def gaps(derivation: Derivation) -> set[str]:
    return {source for entry in derivation.not_derived if entry.gap for source in entry.sources}


def readings(derivation: Derivation, about: str) -> list[dict[str, int]]:
    """The alternatives of the judgement whose question holds some words; none when it was not asked."""
    return [codes(lines) for j in derivation.judgements if about in j.question for lines in j.alternatives]
