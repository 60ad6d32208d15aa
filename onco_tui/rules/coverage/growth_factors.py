"""Long-acting growth factors of white cells: too near to chemotherapy, and neoplasms outside the label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from onco_tui.codesets.coverage import Prefixes
from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.derive.planned_regimen import planned_regimen
from onco_tui.encounter.counting import counted
from onco_tui.rules.authorities import drug_labels, lcd_pegfilgrastim
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.coverage.services import (
    Service,
    billed,
    by_day,
    chart_text,
    charted_diagnoses,
    conditions,
    cytotoxic_given,
    diagnoses_of,
    evidence_of,
    given,
    money,
    name_of,
    numbers,
    titles,
    unchecked,
)
from onco_tui.rules.drugs.billed import listed
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

LONG_ACTING = frozenset({"J2506", "Q5108", "Q5111", "Q5120", "Q5122", "Q5127", "Q5130"})
_ON_BODY = "96377"
_EXCEPTION = re.compile(r"on-?body|onpro|\bobi\b|same[- ]day (?:g-?csf|peg)", re.IGNORECASE)
_MYELOID = Prefixes.of(("C92-C94",))
_NEXT_CYCLE = 13
_AGE = 65
_NEUTROPENIA = "D70"


@rule(
    "COV115",
    "growth-factor-near-chemotherapy",
    Severity.WARNING,
    authority=(drug_labels("dosage"), lcd_pegfilgrastim()),
)
def growth_factor_near_chemotherapy(context: Context) -> Iterator[Draft | NotChecked]:
    """Growth factor near chemotherapy.

    What it finds: Pegfilgrastim on the day of cytotoxic chemotherapy without the on-body injector, or chemotherapy on
        the same claim less than 13 days after it.
    Why it matters: The label keeps it out of the 14 days before and the 24 hours after chemotherapy; contractors deny
        the same day without a documented reason.
    What the chart must show: When it was given, with which device, and the cycle of the regimen.
    Example: Q5111 with docetaxel on one day and no 96377. With the injector the day of chemotherapy is the right date.
        Antibodies and hormones are not cytotoxic; a cycle of 14 days, a day early too, is accepted practice.
    Fix: Ask for time and device (query).
    Authority: Product labels; Medicare contractor LCD L37176, revision of 2023-02-05. Where the claim has no
        chemotherapy, the dates around the dose are not checked.
    """
    for group in by_day(billed(context, LONG_ACTING)):
        day = group[0].day
        if not cytotoxic_given(context, day):
            soon = [d for d in _chemotherapy_days(context) if 0 < (d - day).days < _NEXT_CYCLE]
            if soon:
                yield _near(
                    context,
                    group,
                    f"chemotherapy follows {counted((min(soon) - day).days, 'day')} later, on {min(soon)}",
                )
            elif not _chemotherapy_days(context):
                reason = "the dates of chemotherapy around the dose are not on the claim"
                yield unchecked(group, reason)
        elif not _by_injector(context, group):
            yield _near(context, group, "chemotherapy was given the same day, and no on-body injector is on record")


def _chemotherapy_days(context: Context) -> tuple[date, ...]:
    return tuple(day for day in context.claim.days if cytotoxic_given(context, day))


def _by_injector(context: Context, group: Sequence[Service]) -> bool:
    """Tell whether the injector, or another reason for the day, is on record."""
    day = group[0].day
    applied = any(context.day_of(line) == day for line in context.claim.lines if line.code == _ON_BODY)
    named = any(_EXCEPTION.search(a.drug or "") for a in given(context, day))
    return applied or named or any(_EXCEPTION.search(note.text) for note in context.chart.notes or ())


def _near(context: Context, group: Sequence[Service], why: str) -> Draft:
    name, day = name_of(context, group[0].line.code), group[0].day
    charted = [a for a in given(context, day) if a.hcpcs == group[0].line.code]
    return Draft(
        f"line {listed(numbers(group))} bills {name} on {day}; {why}",
        lines=numbers(group),
        evidence=(
            *(item for s in group for item in line_evidence(s.line, "code", "date_of_service")),
            *(item for a in charted for item in chart_evidence(a, "drug", "start", "route")),
        ),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for time and device",
                f"{name} is recorded on {day}; {why}",
                f"When was {name} given in relation to chemotherapy, and with which device?",
                "by an on-body injector, delivered later",
                "by injection, at the time recorded",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
    )


@rule(
    "COV116", "growth-factor-in-myeloid-leukemia", Severity.WARNING, authority=(lcd_pegfilgrastim(), drug_labels("use"))
)
def growth_factor_in_myeloid_leukemia(context: Context) -> Iterator[Draft | NotChecked]:
    """Growth factor in myeloid leukemia.

    What it finds: Pegfilgrastim for a claim whose only neoplasms are myeloid leukemias.
    Why it matters: The label is for other neoplasms, and a contractor's policy excludes these.
    What the chart must show: The neoplasm under chemotherapy.
    Example: J2506 with C92.00. Filgrastim is labelled in acute myeloid leukemia and is left alone, and so is a
        lymphoma beside the leukemia.
    Fix: Ask for the indication (query). The diagnosis is never changed to fit.
    Authority: Medicare contractor LCD L37176, revision of 2023-02-05; it binds in that contractor's states only, so
        this is a warning.
    """
    for group in by_day(billed(context, LONG_ACTING)):
        neoplasms = [code for code in context.claim.diagnoses if is_treatable_neoplasm(code)]
        if neoplasms and all(map(_MYELOID.cover, neoplasms)):
            name, day = name_of(context, group[0].line.code), group[0].day
            yield Draft(
                f"line {listed(numbers(group))} bills {name} for {', '.join(neoplasms)}; it is for neoplasms that "
                f"are not myeloid",
                lines=numbers(group),
                diagnoses=diagnoses_of(group),
                evidence=(
                    *evidence_of(context, group, "diagnosis_pointers"),
                    *charted_diagnoses(context, is_treatable_neoplasm),
                ),
                amount_at_risk=money(group),
                fixes=(
                    query(
                        "ask for the indication",
                        f"{name} was given on {day}; listed are {titles(context, neoplasms, day)}",
                        f"What was {name} given for?",
                        *conditions(context),
                    ),
                ),
                subject=f"{group[0].line.code} {day}",
            )


@rule("COV125", "growth-factor-risk-not-shown", Severity.INFO, authority=(lcd_pegfilgrastim(),))
def growth_factor_risk_not_shown(context: Context) -> Iterator[Draft | NotChecked]:
    """Growth factor, risk not shown.

    What it finds: Pegfilgrastim with a planned regimen of intermediate risk of febrile neutropenia, where the record
        shows no neutropenia and the patient is younger than 65.
    Why it matters: Primary prophylaxis is for regimens of 20% risk and more, or of 10 to 20% with a risk factor of the
        patient; after neutropenia it is secondary prophylaxis.
    What the chart must show: The risk factor: age, earlier chemotherapy or radiation, other disease, earlier
        neutropenia.
    Example: FOLFOX and Q5111 at 52 years of age. Dose-dense AC needs no more; D70.1 or neutropenia in a note answers.
    Fix: Ask for the risk factor (query).
    Authority: Medicare contractor LCD L37176, revision of 2023-02-05. Information only: risks of regimens are
        approximate. A plan that names no regimen of known risk is not checked.
    """
    for group in by_day(billed(context, LONG_ACTING)):
        regimens = planned_regimen(context.chart.treatment_plan, context.reference).regimens
        known = context.reference.coverage.neutropenia_risk
        risks = {known[regimen.id] for regimen in regimens if regimen.id in known}
        if _neutropenia_or_age(context, group[0].day) or "high" in risks:
            continue
        if not risks:
            reason = "the regimen's risk of febrile neutropenia is not known here"
            yield unchecked(group, reason)
        else:
            yield _risk_not_shown(context, group, regimens[0].name)


def _neutropenia_or_age(context: Context, day: date) -> bool:
    """Tell whether the record shows neutropenia, or an age that is a risk of its own."""
    codes = [*context.claim.diagnoses, *(d.code for d in context.chart.diagnoses or () if d.code)]
    born = context.encounter.patient.birth_date
    old = born is not None and (day.year - born.year - ((day.month, day.day) < (born.month, born.day))) >= _AGE
    return old or any(c.startswith(_NEUTROPENIA) for c in codes) or "neutropeni" in context.once(chart_text).casefold()


def _risk_not_shown(context: Context, group: Sequence[Service], regimen: str) -> Draft:
    name, day = name_of(context, group[0].line.code), group[0].day
    plan = context.chart.treatment_plan
    return Draft(
        f"line {listed(numbers(group))} bills {name} with {regimen}, of intermediate risk of febrile neutropenia; the "
        f"record shows no risk factor of the patient",
        lines=numbers(group),
        evidence=(
            *evidence_of(context, group),
            Evidence("documentation.treatment_plan.regimen", (plan.regimen if plan else "") or ""),
        ),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for the risk factor",
                f"{name} was given on {day} with {regimen}; no neutropenia is on record",
                "Which risk of febrile neutropenia led to the growth factor?",
                "the regimen and a risk factor of the patient (please name it)",
                "neutropenia in an earlier cycle",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
    )
