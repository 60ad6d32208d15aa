"""How a drug was bought: under 340B, free, or brought by the patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from onco_tui.derive.result import DerivedLine
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import remove_line, set_line_field
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_17, free_drugs_article, hcpcs_level2
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import (
    DrugLine,
    alike,
    drug_lines,
    given_as,
    medicare,
    on_day,
    same_drug,
    weighed,
    without_chart,
)
from onco_tui.rules.finding import Draft, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

TB, JG = "TB", "JG"
_JG_ENDED = date(2024, 12, 31)
_MAX_MODIFIERS = 4


@rule("DRG120", "modifier-340b", Severity.ERROR, authority=(hcpcs_level2("modifier records of JG and TB"),))
def modifier_340b(context: Context) -> Iterator[Draft | NotChecked]:
    """340B modifier.

    What it finds: JG after it ended, a drug bought under 340B without its modifier, or the modifier on a drug that
        was bought at the usual price.
    Why it matters: Medicare leaves 340B drugs out of inflation rebates by this modifier; several pages still ask for
        JG.
    What the chart must show: How the drug was acquired.
    Example: J9271 from 340B stock on 2026-03-02 carries TB; JG ended on 2024-12-31.
    Fix: Replace JG by TB, or add TB (safe when 340B is charted); take the modifier off a purchased drug (review).
        Before 2025 exempt hospitals used TB where others used JG, so a person decides.
    Authority: HCPCS Level II modifier records: TB for every covered entity from 2025-01-01, JG ended 2024-12-31.
        Medicare only; a warning where the payer is not known to be Medicare.
    """
    if not context.policy.medicare:
        return
    if not any(a.acquisition == "340b" for a in context.administrations) and not any(
        {TB, JG}.intersection(line.modifiers) for line in context.claim.lines
    ):
        yield from without_chart(context)
        return
    found = [(item, wrong) for item in context.once(drug_lines) if (wrong := _wrong(context, item))]
    for items in alike(found, lambda pair: (same_drug(pair[0]), pair[1].kind)):
        yield _draft(context, items)
    yield from _unsure(context)
    yield from without_chart(context)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with a line's 340B modifier, what the line should carry, and how sure that is."""

    kind: str
    said: str
    modifiers: tuple[str, ...]
    grade: Grade


def _wrong(context: Context, item: DrugLine) -> _Wrong | None:
    line = item.line
    bought = {a.acquisition for a in given_as(context, line.code, item.day)}
    carried = {TB, JG}.intersection(line.modifiers)
    others = tuple(m for m in line.modifiers if m not in carried)
    due = _due(context, item)
    if JG in carried and item.day > _JG_ENDED:
        said = f"carries JG, which ended {_JG_ENDED}; 340B drugs carry TB since"
        return _Wrong("ended", said, (*others, TB), "safe" if bought == {"340b"} else "review")
    if bought == {"340b"} and due and not carried:
        said = f"bills {line.code} from 340B stock without {' or '.join(due)}"
        return _Wrong("missing", said, (*others, due[0]), "safe" if item.day > _JG_ENDED else "review")
    if bought == {"purchased"} and carried:
        said = f"carries {' '.join(sorted(carried))}; the chart has the drug as purchased, not under 340B"
        return _Wrong("purchased", said, others, "review")
    return None


def _unsure(context: Context) -> Iterator[NotChecked]:
    for item in context.once(drug_lines):
        bought = {a.acquisition for a in given_as(context, item.line.code, item.day)}
        number = item.line.line
        if len(bought) > 1 and "340b" in bought:
            yield NotChecked(f"line {number}: only a part of {item.line.code} is charted as 340B", lines=(number,))
        elif {TB, JG}.intersection(item.line.modifiers) and bought == {None}:
            yield NotChecked(f"line {number}: how {item.line.code} was acquired is not charted", lines=(number,))


def _due(context: Context, item: DrugLine) -> tuple[str, ...]:
    """Give the 340B modifiers the derivation puts on the drug; before 2025 either of the two may be right."""

    def of(derived: DerivedLine) -> bool:
        return (derived.code, derived.date_of_service) == (item.line.code, item.day)

    found = {m for derived in context.derivation.lines if of(derived) for m in derived.modifiers if m in {TB, JG}}
    return (JG, TB) if JG in found else tuple(found)


def _draft(context: Context, items: Sequence[tuple[DrugLine, _Wrong]]) -> Draft:
    first, wrong = items[0]
    fits = all(len(other.modifiers) <= _MAX_MODIFIERS for _, other in items)
    words = [f"line {item.line.line} modifiers {' '.join(other.modifiers) or 'none'}" for item, other in items]
    edits = [set_line_field(item.line, "modifiers", other.modifiers) for item, other in items]
    given = given_as(context, first.line.code, first.day)
    return Draft(
        f"line {first.line.line} {wrong.said}",
        lines=(first.line.line,),
        evidence=(
            *(found for item, _ in items for found in line_evidence(item.line, "code", "modifiers")),
            *(found for a in given for found in chart_evidence(a, "acquisition")),
        ),
        fixes=(Fix("; ".join(words), wrong.grade, tuple(edits)),) if fits else (),
        subject=wrong.kind,
        severity=weighed(Severity.ERROR, certain=medicare(context)),
    )


@rule("DRG121", "free-drug-charged", Severity.ERROR, authority=(free_drugs_article(), claims_manual_17("10")))
def free_drug_charged(context: Context) -> Iterator[Draft | NotChecked]:
    """Free drug charged.

    What it finds: A charge for a drug the chart has as free or as brought by the patient.
    Why it matters: A drug that cost the practice nothing must not be billed; it is a false claim.
    What the chart must show: Who supplied the drug.
    Example: A free trial drug billed at 5,400.00; payers that want it shown take 0.01.
    Fix: Set the charge to the payer's token amount, or remove the line (review).
    Authority: Medicare contractor instructions on free and patient-supplied drugs; the token amount is the payer's.
    """
    token = context.policy.free_drug_charge
    for administration in context.administrations:
        if administration.acquisition in {"free", "patient_supplied"}:
            for item in _billing(context, administration):
                if item.line.charge is not None and item.line.charge > token:
                    yield _charged(context, administration, item.line)
                elif item.line.charge is None:
                    yield NotChecked(f"line {item.line.line} has no charge", lines=(item.line.line,))
    yield from without_chart(context)


def _billing(context: Context, administration: Administration) -> Iterator[DrugLine]:
    """Give the lines that can only bill this administration: its code, and nothing of it that was bought."""
    drugs = context.reference.drugs
    codes = {administration.hcpcs} if administration.hcpcs else set(drugs.codes_named(administration.drug))
    others = [a for a in context.administrations if a.acquisition not in {"free", "patient_supplied"}]
    for item in context.once(drug_lines):
        bought = any(
            on_day(a, item.day) and item.line.code in ({a.hcpcs} if a.hcpcs else set(drugs.codes_named(a.drug)))
            for a in others
        )
        if item.line.code in codes and on_day(administration, item.day) and not bought:
            yield item


def _charged(context: Context, administration: Administration, line: ClaimLine) -> Draft:
    token = context.policy.free_drug_charge
    source = "brought by the patient" if administration.acquisition == "patient_supplied" else "received free"
    return Draft(
        f"line {line.line} charges {line.charge} for {administration.name}, which was {source}",
        lines=(line.line,),
        evidence=(*line_evidence(line, "code", "charge"), *chart_evidence(administration, "drug", "acquisition")),
        direction="over",
        amount_at_risk=line.charge - token if line.charge is not None else None,
        fixes=(
            Fix(f"line {line.line} charge {plain(token)}", "review", (set_line_field(line, "charge", token),)),
            Fix(f"remove line {line.line}", "review", (remove_line(context.claim, line.line),)),
        ),
        subject=administration.id,
    )
