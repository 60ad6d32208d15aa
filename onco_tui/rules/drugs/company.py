"""Drugs and their administration on a claim without a chart: one seldom comes without the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import KINDS
from onco_tui.rules.administration.drafts import changed_lines
from onco_tui.rules.authorities import claims_manual_17, free_drugs_article
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import drug_lines, listed, on_day
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_GIVES_DRUG = frozenset(
    code
    for code, kind in KINDS.items()
    if kind.family in {"therapeutic", "chemotherapy"} and kind.place not in {"hour", "repeat"}
)
_PRODUCT = "JQPAS"  # first letters of HCPCS codes for drugs, blood and radiopharmaceuticals
_VACCINES = range(90281, 90760)
_VISITS = range(99202, 99500)
_LABORATORY = range(80000, 90000)
_DRAW = frozenset({"36415", "36416", "36591", "36592"})
_NEEDS_GIVING = frozenset(
    {
        "chemo_infusion", "chemo_push", "complex_biologic_infusion", "nonhormonal_chemo_or_complex_injection",
        "hormonal_injection", "therapeutic_injection",
    }
)  # fmt: skip


@rule(
    "DRG122", "administration-without-drug", Severity.WARNING, authority=(free_drugs_article(), claims_manual_17("10"))
)
def administration_without_drug(context: Context) -> Iterator[Draft | NotChecked]:
    """Administration without a drug.

    What it finds: A practitioner's claim that bills giving a drug on a day without any drug line.
    Why it matters: The drug was missed, or it was free or brought along and the payer wants it shown with a token
        charge; many payers deny the administration alone.
    What the chart must show: Who supplied the drug.
    Example: 96413 alone. A drug from the patient's own pharmacy is shown at 0.01 where the payer wants it.
    Fix: None by the program without a chart; with one, DRG105 offers the drug. Free drug in the chart is information
        only.
    Authority: Medicare contractor instructions on free and patient-supplied drugs. Hospitals may bill packaged drugs
        without a code, so their claims are not checked. Lines that the chart says should differ, in their date for
        one, are told by the ADM rules.
    """
    days = {context.day_of(line) for line in context.claim.lines if _is_product(context, line)}
    giving = [line for line in context.lines_with(_GIVES_DRUG) if context.day_of(line) not in days]
    giving = [line for line in giving if line.line not in context.once(changed_lines)]
    if not context.practitioner and giving:
        yield NotChecked("hospital claims may carry packaged drugs without a code", lines=_numbers(giving))
        return
    for day in dict.fromkeys(context.day_of(line) for line in giving):
        if day is not None:
            yield from _alone(context, day, [line for line in giving if context.day_of(line) == day])


def _is_product(context: Context, line: ClaimLine) -> bool:
    code = line.code
    if code.isdigit():
        return len(code) == 5 and int(code) in _VACCINES
    return code[:1] in _PRODUCT or code.startswith("C9") or is_drug(context, code)


def _alone(context: Context, day: date, giving: list[ClaimLine]) -> Iterator[Draft]:
    given = [a for a in context.administrations if on_day(a, day)]
    free = [a for a in given if a.acquisition in {"free", "patient_supplied"}]
    if given and len(free) < len(given):
        return
    codes = ", ".join(dict.fromkeys(line.code for line in giving))
    said = f"line {listed(_numbers(giving))} bills {codes} on {day} and no line bills a drug"
    names = ", ".join(a.name for a in free)
    token = context.policy.free_drug_charge
    yield Draft(
        f"{said}: {names} was free or brought along; a payer that wants it shown takes a line charged {token}"
        if free
        else f"{said}: was it missed, free, or supplied by the patient?",
        lines=_numbers(giving),
        evidence=(
            *(found for line in giving for found in line_evidence(line, "code", "date_of_service")),
            *(found for a in free for found in chart_evidence(a, "acquisition")),
        ),
        direction="under",
        subject=f"{day}",
        severity=Severity.INFO if free else None,
    )


@rule("DRG123", "drug-without-administration", Severity.WARNING, authority=(claims_manual_17("10"),))
def drug_without_administration(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug without an administration.

    What it finds: An injected or infused drug on a practitioner's claim with nothing that day that gives it, where no
        chart tells more.
    Why it matters: The administration was missed; or the drug was dispensed and belongs to another benefit.
    What the chart must show: The route and who gave the drug.
    Example: J9271 with an office visit and no 96413.
    Fix: None by the program; with a chart, the rules on administrations offer the line.
    Authority: Medicare Claims Processing Manual, chapter 17 section 10. Days with another procedure are left alone:
        the drug may be part of it.
    """
    if not context.practitioner:
        return
    lines = [item for item in context.once(drug_lines) if item.drug and item.drug.admin_class in _NEEDS_GIVING]
    if context.chart.administrations is not None:
        return
    for day in dict.fromkeys(item.day for item in lines):
        if any(_may_give(context, line) for line in context.claim.lines if context.day_of(line) == day):
            continue
        alone = tuple(item.line for item in lines if item.day == day and item.drug and item.drug.confidence == "high")
        if alone:
            yield Draft(
                f"line {listed(_numbers(alone))} bills {', '.join(dict.fromkeys(line.code for line in alone))} "
                f"on {day} and no line bills giving it",
                lines=_numbers(alone),
                evidence=tuple(found for line in alone for found in line_evidence(line, "code", "date_of_service")),
                direction="under",
                subject=f"{day}",
            )
    for item in context.once(drug_lines):
        if item.unit is None:
            yield NotChecked(f"{item.line.code} is not in the drug table; how it is given is not known")


def _may_give(context: Context, line: ClaimLine) -> bool:
    """Tell whether a line may be what gives a drug: any procedure but visits, laboratory and blood draws."""
    if not line.code.isdigit() or len(line.code) != 5:
        return not is_drug(context, line.code) and line.code[:1] not in _PRODUCT
    number = int(line.code)
    return not (number in _VISITS or number in _LABORATORY or line.code in _DRAW)


def _numbers(lines: list[ClaimLine] | tuple[ClaimLine, ...]) -> tuple[int, ...]:
    return tuple(line.line for line in lines)
