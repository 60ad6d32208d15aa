"""Supportive drugs: iron and what it is for, antiemetics by mouth in place of those by vein."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from onco_tui.codesets.coverage import Prefixes
from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.rules.authorities import benefit_manual_15, drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    billed,
    by_day,
    charted_diagnoses,
    cytotoxic_given,
    diagnoses_of,
    evidence_of,
    money,
    name_of,
    numbers,
    titles,
    unchecked,
)
from onco_tui.rules.diagnosis.listing import addition
from onco_tui.rules.drugs.billed import listed
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_IRON = frozenset({"J1437", "J1439", "J1750", "J1756", "J2916", "Q0138"})
_IRON_DEFICIENCY = Prefixes.of((
    "D50", "D62", "D63.1", "E61.1", "E83.1", "I12", "I13", "K50", "K51", "K90", "K91.2", "N17", "N18", "N19", "N92",
    "O99.0", "Z99.2",
))  # fmt: skip
_OTHER_ANEMIA = ("D63.0", "D64.81")
_BY_MOUTH = frozenset({
    "J8501", "J8650", "J8655", "J8670", "Q0161", "Q0162", "Q0163", "Q0164", "Q0166", "Q0167", "Q0169", "Q0173",
    "Q0174", "Q0175", "Q0177", "Q0180", "Q0181",
})  # fmt: skip
_WITHIN = timedelta(hours=48)
_GIVES_CHEMOTHERAPY = range(96401, 96550)


@rule("COV120", "iron-without-deficiency", Severity.WARNING, authority=(drug_labels("indications and usage"),))
def iron_without_deficiency(context: Context) -> Iterator[Draft | NotChecked]:
    """Iron without iron deficiency.

    What it finds: Iron by vein where the claim has the anemia of a neoplasm or of chemotherapy, or the neoplasm, and
        no iron deficiency or kidney disease.
    Why it matters: The labels are for iron deficiency; D63.0 and D64.81 alone do not support iron.
    What the chart must show: Iron deficiency with ferritin and transferrin saturation, and what came of iron by mouth.
    Example: J1439 with D64.81 and C18.7. D50.9, or D63.1 with N18.4, supports it.
    Fix: Add the iron deficiency the chart has as active (review); else ask (query).
    Authority: Product labels; contractors' articles follow them. Never an error. Only the claim's diagnoses are judged.
    """
    for group in by_day(billed(context, _IRON)):
        on_claim = context.claim.diagnoses
        anemic = any(code.startswith(_OTHER_ANEMIA) or is_treatable_neoplasm(code) for code in on_claim)
        if anemic and not _IRON_DEFICIENCY.cover_any(on_claim):
            yield _without_deficiency(context, group)


def _without_deficiency(context: Context, group: Sequence[Service]) -> Draft:
    name, day = name_of(context, group[0].line.code), group[0].day
    charted = charted_diagnoses(context, _IRON_DEFICIENCY.cover, active=True)
    return Draft(
        f"line {listed(numbers(group))} bills {name} for {', '.join(diagnoses_of(group))}; no iron deficiency "
        f"is listed",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=(*evidence_of(context, group, "diagnosis_pointers"), *charted),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=addition(context.claim, [found.value for found in charted[:1]], "review")
        or (
            query(
                "ask what the iron was for",
                f"{name} was given on {day}; listed is {titles(context, diagnoses_of(group), day)}",
                "What condition was the iron given for, and which iron studies show it?",
                "iron deficiency (please give ferritin and transferrin saturation)",
                "the condition listed",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
    )


@rule("COV122", "oral-antiemetic-without-chemotherapy", Severity.INFO, authority=(benefit_manual_15("50.5.4"),))
def oral_antiemetic_without_chemotherapy(context: Context) -> Iterator[Draft | NotChecked]:
    """Oral antiemetic without chemotherapy.

    What it finds: An antiemetic by mouth billed to Medicare Part B with no chemotherapy within 48 hours on the claim or
        in the chart.
    Why it matters: Part B pays it only as the full replacement of one by vein, given within 48 hours of chemotherapy;
        otherwise it belongs to Part D.
    What the chart must show: The date of chemotherapy, and that the drug replaced one by vein.
    Example: Q0162 on a day without chemotherapy. With 96413 the day before nothing is said.
    Fix: Ask for the chemotherapy it went with (query).
    Authority: Medicare Benefit Policy Manual, chapter 15 section 50.5.4; aprepitant by mouth (J8501) has NCD 110.18
        besides. Information only; without charted administrations it is not checked.
    """
    if not context.policy.medicare:
        return
    for group in by_day(billed(context, _BY_MOUTH)):
        if _chemotherapy_near(context, group[0]):
            continue
        if context.chart.administrations is None:
            reason = "chemotherapy within 48 hours may be on another claim"
            yield unchecked(group, reason)
            continue
        name, day = name_of(context, group[0].line.code), group[0].day
        yield Draft(
            f"line {listed(numbers(group))} bills {name} by mouth on {day}; no chemotherapy within 48 "
            f"hours is on record",
            lines=numbers(group),
            evidence=evidence_of(context, group, "date_of_service"),
            direction="documentation",
            amount_at_risk=money(group),
            fixes=(
                query(
                    "ask which chemotherapy it went with",
                    f"an antiemetic by mouth is recorded on {day}, without chemotherapy within 48 hours",
                    "Which chemotherapy was it given with, and when?",
                    "chemotherapy on another date (please give it)",
                    "none",
                ),
            ),
            subject=f"{group[0].line.code} {day}",
        )


def _chemotherapy_near(context: Context, service: Service) -> bool:
    days = {*context.claim.days, *(a.start.date() for a in context.administrations if a.start)}
    near = [day for day in days if abs(day - service.day) <= _WITHIN]
    giving = any(
        line.code.isdigit() and int(line.code) in _GIVES_CHEMOTHERAPY and context.day_of(line) in near
        for line in context.claim.lines
    )
    return giving or any(cytotoxic_given(context, day) for day in near)
