"""JW and JZ as far as a claim without a chart tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.derive.drugs.containers import kind_of
from onco_tui.derive.drugs.waste import JZ_FROM
from onco_tui.rules.authorities import claims_manual_17, discarded_drugs
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import DrugLine, drug_lines, listed, medicare
from onco_tui.rules.drugs.plan import BOTH, JW, JZ, NEITHER, mark_of
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_JW_FROM = date(2017, 1, 1)
# Where a practitioner's separately payable drugs carry JW or JZ; elsewhere the drug may be packaged or not payable.
_PLACES = frozenset({"11", "20", "49"})
_AUTHORITY = (claims_manual_17("40"), discarded_drugs())


@rule("DRG134", "waste-not-attested", Severity.WARNING, authority=_AUTHORITY)
def waste_not_attested(context: Context) -> Iterator[Draft | NotChecked]:
    """Waste not attested.

    What it finds: A claim without a chart that bills to Medicare a drug known only in single-dose containers, with
        neither JW nor JZ on any of its lines that day.
    Why it matters: Since October 2023 such claims are returned as unprocessable.
    What the chart must show: The containers opened and the amount discarded, zero included.
    Example: J9271, 200 units, no modifier, date of service in 2026.
    Fix: None by the program: which of the two is true only the chart tells. With a chart DRG102 offers it.
    Authority: Medicare Claims Processing Manual, chapter 17 section 40; JZ required from 2023-07-01. Only in an
        office or clinic; elsewhere the drug may be packaged.
    """
    if context.chart.administrations is not None or not context.policy.jw_jz_required or not medicare(context):
        return
    marked = {
        (item.line.code, item.day) for item in context.once(drug_lines) if mark_of(item.line.modifiers) != NEITHER
    }
    for item in context.once(drug_lines):
        if item.day < JZ_FROM or (item.line.code, item.day) in marked:
            continue
        if not _single_dose_only(item):
            yield NotChecked(
                f"line {item.line.line}: the NDC must tell whether {item.line.code} came in a single-dose container",
                lines=(item.line.line,),
            )
        elif not context.practitioner or (item.line.place_of_service or context.claim.place_of_service) not in _PLACES:
            yield NotChecked(
                f"line {item.line.line}: where it was given the drug may be packaged", lines=(item.line.line,)
            )
        else:
            yield Draft(
                f"line {item.line.line} bills {item.line.code}, known only in single-dose containers, "
                f"with neither JW nor JZ",
                lines=(item.line.line,),
                evidence=line_evidence(item.line, "code", "modifiers", "date_of_service"),
                amount_at_risk=item.line.charge,
            )


def _single_dose_only(item: DrugLine) -> bool:
    drug = item.drug
    if drug is None or drug.confidence != "high" or drug.containers_confidence != "high" or not drug.containers:
        return False
    return all(kind_of(container) == "single_dose" for container in drug.containers)


@rule("DRG135", "waste-modifiers-contradict", Severity.ERROR, authority=_AUTHORITY)
def waste_modifiers_contradict(context: Context) -> Iterator[Draft | NotChecked]:
    """Waste modifiers contradict each other.

    What it finds: On a claim without a chart, JW and JZ on one line, or JZ on a line beside a JW line of the same
        code and package.
    Why it matters: JZ attests that nothing was discarded, JW bills what was; the claim contradicts itself.
    What the chart must show: The amount discarded.
    Example: J9041 JZ with 24 units beside J9041 JW with 11.
    Fix: None by the program: which of the two is true only the chart tells. With a chart DRG103 offers it.
    Authority: CMS JW and JZ modifier questions; JZ from 2023-07-01.
    """
    if context.chart.administrations is not None:
        return
    lines = context.once(drug_lines)
    billed_waste = [item for item in lines if mark_of(item.line.modifiers) == JW]
    for item in lines:
        mark = mark_of(item.line.modifiers)
        if mark == BOTH:
            yield _contradicting(item, f"line {item.line.line} carries both JW and JZ", (item,))
        elif mark == JZ:
            wasted = tuple(other for other in billed_waste if _same(item, other))
            if wasted:
                numbers = listed(other.line.line for other in wasted)
                yield _contradicting(
                    item, f"line {item.line.line} carries JZ beside JW on line {numbers}", (item, *wasted)
                )
        elif mark == JW and item.day < _JW_FROM:
            yield NotChecked(f"line {item.line.line}: before {_JW_FROM} each contractor decided on JW")


def _same(one: DrugLine, other: DrugLine) -> bool:
    packages = {item.line.ndc.code if item.line.ndc else None for item in (one, other)}
    return one.line.code == other.line.code and one.day == other.day and len(packages) == 1


def _contradicting(item: DrugLine, said: str, lines: tuple[DrugLine, ...]) -> Draft:
    evidence: tuple[Evidence, ...] = ()
    for other in lines:
        evidence += line_evidence(other.line, "code", "modifiers")
    return Draft(said, lines=(item.line.line,), evidence=evidence, amount_at_risk=item.line.charge)
