"""More drug given than the opened containers are labelled for, and billed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from onco_tui.derive.drugs.billing import in_unit, rounded_up
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import claims_manual_17, labelled_content
from onco_tui.rules.context import Context, charge_for
from onco_tui.rules.drugs.billed import counted, is_certain, weighed, without_chart
from onco_tui.rules.drugs.opened import Opened, numbers, opened_drugs
from onco_tui.rules.drugs.plan import JW
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule


@rule("DRG118", "overfill-billed", Severity.ERROR, authority=(labelled_content(), claims_manual_17("40")))
def overfill_billed(context: Context) -> Iterator[Draft | NotChecked]:
    """Overfill billed.

    What it finds: A charted dose above what the opened containers are labelled for, billed beyond the labels.
    Why it matters: Overfill is free to the provider and never payable, given or discarded.
    What the chart must show: Every container that was opened.
    Example: 305 mg charted from three vials of 100 mg: 31 units of 10 mg are billed, the labels allow 30.
    Fix: Ask whether a container is missing from the record (query). Units or waste that neither dose nor labels support
        are told by DRG101.
    Authority: 42 CFR 414.904; Medicare Claims Processing Manual, chapter 17 section 40.
    """
    for drug in context.once(opened_drugs):
        if drug.content is None:
            if any(a.vials for a in drug.given):
                yield NotChecked(
                    f"{drug.group.code}: the content of the opened containers is not known",
                    lines=numbers(drug.group.billed),
                )
            continue
        if drug.left is None or drug.left >= 0:
            continue
        given = tuple(line for line in drug.group.billed if JW not in line.modifiers)
        labelled = rounded_up(drug.content, drug.account.size)
        if sum(line.units for line in given) > labelled:
            yield _overfill(context, drug, given, drug.content, labelled)
    yield from without_chart(context)


def _overfill(context: Context, drug: Opened, given: tuple[ClaimLine, ...], content: Fraction, labelled: int) -> Draft:
    unit, account = drug.unit, drug.account
    billed = sum((line.units for line in given), Decimal(0))
    dose = in_unit(account.dose, unit)
    record = f"{drug.given[0].name} on {drug.group.day}: {dose} given from {account.containers}"
    return Draft(
        f"line {given[0].line} bills {drug.group.code} for {dose} given, {counted(billed)}; the opened containers "
        f"are labelled for {account.containers} = {in_unit(content, unit)}, {labelled} units of {unit.words}",
        lines=(given[0].line,),
        evidence=drug.evidence(),
        direction="over",
        amount_at_risk=charge_for(given[-1], min(billed - labelled, given[-1].units)),
        fixes=(
            query(
                "ask for the containers opened",
                record,
                "Which containers were opened for this dose?",
                "the containers as charted",
                "further containers (please list)",
            ),
        ),
        subject=f"{drug.group.code} {drug.group.day}",
        severity=weighed(Severity.ERROR, certain=is_certain(context, drug.group.code)),
    )
