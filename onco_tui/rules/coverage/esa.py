"""Drugs that stimulate red cells, on Medicare claims: blood value over the limit, causes that are not covered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.codesets.coverage import Prefixes
from onco_tui.derive.neoplasms import is_anemia, is_treatable_neoplasm
from onco_tui.encounter.edits import set_line_field
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_17, ncd_esa
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    billed,
    by_day,
    cytotoxic_given,
    diagnoses_of,
    evidence_of,
    lines_of,
    money,
    name_of,
    national_policy_binds,
    numbers,
    titles,
    unchecked,
)
from onco_tui.rules.drugs.billed import finished, listed, medicare, weighed
from onco_tui.rules.drugs.esa import EA, EB, EC, NOT_DIALYSIS, REQUIRED_FROM, charted_causes
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_DIALYSIS_MODIFIERS = frozenset({"ED", "EE"})
_DIALYSIS = ("N18.6", "Z99.2")
_MYELOID = Prefixes.of(("C92-C94",))
_IRON = "D50"
_LIMITS = {"hemoglobin": (Decimal(10), "g/dL"), "hematocrit": (Decimal(30), "%")}
_HEMOGLOBIN = re.compile(r"\b(?:ha?emoglobin|hgb|hb)\b(?!.*(?:a1c|glyc))", re.IGNORECASE)
_HEMATOCRIT = re.compile(r"\b(?:ha?ematocrit|hct)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_PER_LITRE = re.compile(r"g\s*/\s*l\b", re.IGNORECASE)
_MOST_PER_DECILITRE = Decimal(25)


def _esa(context: Context) -> Iterator[tuple[Service, ...]]:
    """Give the lines of each such drug and date that Medicare might pay outside dialysis."""
    if national_policy_binds(context):
        for group in by_day(s for s in billed(context, NOT_DIALYSIS) if s.day >= REQUIRED_FROM):
            if not any(service.denial_expected for service in group):
                yield group


def _cause(context: Context, group: Sequence[Service]) -> str:
    """Give the modifier of the one charted cause, else the one the lines carry; empty when that is not one."""
    charted = charted_causes(context)
    if len(charted) == 1:
        return charted[0]
    carried = {m for service in group for m in service.line.modifiers if m in {EA, EB, EC}}
    return carried.pop() if len(carried) == 1 else ""


@rule("COV107", "dialysis-modifier-on-esa", Severity.ERROR, authority=(ncd_esa(), claims_manual_17("80.9 to 80.12")))
def dialysis_modifier_on_esa(context: Context) -> Iterator[Draft | NotChecked]:
    """Dialysis modifier on an ESA.

    What it finds: A drug that stimulates red cells, under a code for use outside dialysis, with ED or EE and no
        diagnosis of dialysis.
    Why it matters: ED and EE report the monitoring of patients in dialysis; outside it EA, EB or EC states the cause.
    What the chart must show: Whether the patient has end-stage renal disease.
    Example: J0881 with EA and ED for anemia from chemotherapy. With N18.6 or Z99.2 on the claim nothing is said.
    Fix: Take the modifier off (review).
    Authority: Medicare NCD 110.21; Claims Processing Manual, chapter 17 sections 80.9 to 80.12, from 2008-01-01. A
        warning where the payer is not known to be Medicare.
    """
    for group in _esa(context) if context.policy.medicare else ():
        wrong = [s for s in group if not _DIALYSIS_MODIFIERS.isdisjoint(s.line.modifiers)]
        if wrong and not any(code.startswith(_DIALYSIS) for code in context.claim.diagnoses):
            edits = tuple(
                set_line_field(line, "modifiers", tuple(m for m in line.modifiers if m not in _DIALYSIS_MODIFIERS))
                for line in lines_of(wrong)
            )
            carried = " and ".join(sorted(_DIALYSIS_MODIFIERS.intersection(wrong[0].line.modifiers)))
            yield Draft(
                f"line {listed(numbers(wrong))} bills {wrong[0].line.code} with {carried}, a modifier for dialysis; "
                f"the claim has no diagnosis of it",
                lines=numbers(wrong),
                evidence=evidence_of(context, wrong, "modifiers"),
                amount_at_risk=money(wrong),
                fixes=(Fix(f"line {listed(numbers(wrong))} without {carried}", "review", edits),),
                subject=f"{wrong[0].line.code} {wrong[0].day}",
                severity=weighed(Severity.ERROR, certain=medicare(context) and all(map(finished, lines_of(wrong)))),
            )


@rule("COV108", "esa-blood-value-over-limit", Severity.ERROR, authority=(ncd_esa(),))
def esa_blood_value_over_limit(context: Context) -> Iterator[Draft | NotChecked]:
    """ESA with a blood value over the limit.

    What it finds: A drug that stimulates red cells for anemia from chemotherapy (EA) where the latest hemoglobin by the
        dose is 10.0 g/dL or more, or the latest hematocrit 30.0 % or more.
    Why it matters: Medicare denies the line; since 2025 without a person looking at it.
    What the chart must show: The value and the date it was drawn.
    Example: Hemoglobin 10.4 g/dL three days before J0881 with EA; 9.9 is covered. EC follows a contractor's own limits.
        Drawn on one day, hemoglobin decides.
    Fix: Ask for a later value from before the dose (query).
    Authority: Medicare NCD 110.21 from 2007-07-30, modifiers from 2008-01-01, automatic in Part B from 2025-01-01. A
        warning where the payer is not known to be Medicare. A line that expects a denial (GA, GZ, GY) is left alone.
    """
    for group in _esa(context):
        if _cause(context, group) != EA:
            continue
        answer = _latest(context, group[0].day)
        if isinstance(answer, str):
            yield unchecked(group, answer)
        elif answer is not None and answer.value >= _LIMITS[answer.kind][0]:
            yield _over_limit(context, group, answer)


@dataclass(frozen=True, slots=True)
class _Value:
    kind: str
    value: Decimal
    drawn: date
    evidence: Evidence


def _latest(context: Context, day: date) -> _Value | str | None:
    """Give the latest value by a date, hemoglobin before hematocrit; None without any; why when that is not known."""
    results = context.chart.biomarkers
    if results is None:
        return "no results came with the chart"
    found: list[_Value] = []
    undated = False
    for index, result in enumerate(results):
        kind = _kind(result.name)
        if not kind or not result.result or (result.collected_on and result.collected_on > day):
            continue
        if result.collected_on is None:
            undated = True
            continue
        value = _read(kind, result.result)
        if value is None:
            return f"the {kind} of {result.collected_on} cannot be read"
        evidence = Evidence(f"documentation.biomarkers[{index}].result", result.result)
        found.append(_Value(kind, value, result.collected_on, evidence))
    if found:
        return max(found, key=lambda item: (item.drawn, item.kind == "hemoglobin"))
    return "the blood value in the chart has no date" if undated else None


def _kind(name: str) -> str:
    if _HEMOGLOBIN.search(name):
        return "hemoglobin"
    return "hematocrit" if _HEMATOCRIT.search(name) else ""


def _read(kind: str, text: str) -> Decimal | None:
    numbers_in_it = _NUMBER.findall(text)
    if len(numbers_in_it) != 1:
        return None
    value = Decimal(numbers_in_it[0])
    if kind == "hemoglobin" and _PER_LITRE.search(text):
        value /= 10
    return None if kind == "hemoglobin" and value > _MOST_PER_DECILITRE else value


def _over_limit(context: Context, group: Sequence[Service], found: _Value) -> Draft:
    limit, unit = _LIMITS[found.kind]
    name, day = name_of(context, group[0].line.code), group[0].day
    return Draft(
        f"line {listed(numbers(group))} bills {group[0].line.code} for anemia from chemotherapy; the {found.kind} of "
        f"{found.drawn} is {plain(found.value)} {unit}; covered is less than {plain(limit)}.0",
        lines=numbers(group),
        evidence=(*evidence_of(context, group, "modifiers", "date_of_service"), found.evidence),
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for a later blood value",
                f"{name} was given on {day}; the latest {found.kind} on record is {plain(found.value)} {unit} of "
                f"{found.drawn}",
                f"What was the last {found.kind} before this dose, and when was it drawn?",
                "the value on record",
                "a later value (please give it)",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=weighed(Severity.ERROR, certain=medicare(context) and all(map(finished, lines_of(group)))),
    )


@rule("COV109", "esa-cause-not-covered", Severity.ERROR, authority=(ncd_esa(),))
def esa_cause_not_covered(context: Context) -> Iterator[Draft | NotChecked]:
    """ESA for a cause that is not covered.

    What it finds: A drug that stimulates red cells for anemia from radiotherapy alone (EB), for anemia from treatment
        of a myeloid leukemia only (EA with C92 to C94), or with iron deficiency as the only anemia.
    Why it matters: Medicare's national policy excludes these uses.
    What the chart must show: The cause of the anemia, the neoplasm, the dates of chemotherapy, iron studies.
    Example: EA with D64.81 and C92.00. A lymphoma or solid tumor beside it leaves the question open, and nothing is
        said. EC with D46 is left to the contractor.
    Fix: Ask for the cause (query). The diagnosis is never changed to fit.
    Authority: Medicare NCD 110.21 from 2007-07-30, modifiers from 2008-01-01. A warning for iron deficiency and where
        the payer is not known to be Medicare; a line that expects a denial (GA, GZ, GY) is left alone. Eight weeks
        after the last chemotherapy cannot be told from a claim without it.
    """
    for group in _esa(context):
        cause = _cause(context, group)
        why, certain = _excluded(context, group, cause)
        if why:
            yield _not_covered(context, group, why, certain=certain)
        elif cause == EA and not cytotoxic_given(context, group[0].day):
            reason = "the date of the last chemotherapy is not in the record; eight weeks from it are not checked"
            yield unchecked(group, reason)


def _excluded(context: Context, group: Sequence[Service], cause: str) -> tuple[str, bool]:
    """Say why a use is excluded, and whether the national policy says so in as many words."""
    if cause == EB:
        return "anemia from radiotherapy alone", True
    pointed = diagnoses_of(group)
    neoplasms = [code for code in pointed if is_treatable_neoplasm(code)]
    neoplasms = neoplasms or [code for code in context.claim.diagnoses if is_treatable_neoplasm(code)]
    if cause == EA and neoplasms and all(map(_MYELOID.cover, neoplasms)):
        return f"anemia from treatment of a myeloid leukemia ({', '.join(neoplasms)})", True
    anemias = [code for code in context.claim.diagnoses if is_anemia(code)]
    if anemias and all(code.startswith(_IRON) for code in anemias):
        return f"iron deficiency ({', '.join(anemias)}) as the only anemia", False
    return "", False


def _not_covered(context: Context, group: Sequence[Service], why: str, *, certain: bool) -> Draft:
    name, day = name_of(context, group[0].line.code), group[0].day
    sure = certain and medicare(context) and all(map(finished, lines_of(group)))
    return Draft(
        f"line {listed(numbers(group))} bills {group[0].line.code} for {why}, which the national policy excludes; a "
        f"denial that is expected is billed with GA or GZ",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=evidence_of(context, group, "modifiers", "diagnosis_pointers"),
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for the cause of the anemia",
                f"{name} was given on {day}; listed are {titles(context, context.claim.diagnoses, day)}",
                "What caused the anemia that was treated?",
                "chemotherapy",
                "radiotherapy",
                "chronic kidney disease",
                "another cause",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=weighed(Severity.ERROR, certain=sure),
    )
