"""More units than the labels of the opened containers allow."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from onco_tui.derive.drugs.billing import in_unit, whole_units
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_17, labelled_content
from onco_tui.rules.context import Context, charge_for
from onco_tui.rules.drugs.billed import is_certain, listed, weighed, without_chart
from onco_tui.rules.drugs.comparison import UNITS, differences
from onco_tui.rules.drugs.opened import Opened, numbers, opened_drugs
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("DRG118", "overfill-billed", Severity.ERROR, authority=(labelled_content(), claims_manual_17("40")))
def overfill_billed(context: Context) -> Iterator[Draft | NotChecked]:
    """Overfill billed.

    What it finds: More units billed for a drug, given and discarded together, than the opened containers are labelled
        for.
    Why it matters: Overfill is free to the provider and never payable, given or discarded.
    What the chart must show: Every container that was opened.
    Example: 305 mg charted from three vials of 100 mg: 31 units of 10 mg are billed, the labels allow 30.
    Fix: Ask whether a container is missing from the record (query). Units that the dose does not support either are
        told by DRG101.
    Authority: 42 CFR 414.904; Medicare Claims Processing Manual, chapter 17 section 40.
    """
    told = {n for difference in context.once(differences) if difference.rule == UNITS for n in difference.lines}
    for drug in context.once(opened_drugs):
        content = drug.account.content
        if content is None or not told.isdisjoint(numbers(drug.group.billed)):
            if content is None and any(a.vials for a in drug.given):
                yield NotChecked(
                    f"{drug.group.code}: the content of the opened containers is not known",
                    lines=numbers(drug.group.billed),
                )
            continue
        billed = sum((line.units for line in drug.group.billed), Decimal(0))
        labelled = _labelled_units(drug, content)
        if billed > labelled:
            yield _overfill(context, drug, billed, labelled)
    yield from without_chart(context)


def _labelled_units(drug: Opened, content: Fraction) -> int:
    """Give the units the labels allow; a started unit counts for the dose, so less than a unit of content is one."""
    given = -(-min(drug.account.dose, content) // drug.account.size)
    return max(int(whole_units(content, drug.account.size)), int(given))


def _overfill(context: Context, drug: Opened, billed: Decimal, labelled: int) -> Draft:
    unit, account = drug.unit, drug.account
    sums = f"{account.containers} = {in_unit(account.content or account.dose, unit)}, {labelled} units of {unit.words}"
    last = drug.group.billed[-1]
    question = (
        f"{drug.given[0].name} on {drug.group.day}: {in_unit(account.dose, unit)} is charted from "
        f"{account.containers}. Was another container opened?"
    )
    return Draft(
        f"line {listed(numbers(drug.group.billed))} bills {plain(billed)} units of {drug.group.code}; the opened "
        f"containers are labelled for {sums}",
        lines=numbers(drug.group.billed),
        evidence=drug.evidence(),
        direction="over",
        amount_at_risk=charge_for(last, min(billed - labelled, last.units)),
        fixes=(Fix("ask for the containers opened", "query", question=question),),
        subject=f"{drug.group.code} {drug.group.day}",
        severity=weighed(Severity.ERROR, certain=is_certain(context, drug.group.code)),
    )
