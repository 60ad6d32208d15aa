"""Waste that a better choice of containers would have avoided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from onco_tui.derive.drugs.account import measured_dose
from onco_tui.derive.drugs.billing import in_unit, whole_units
from onco_tui.derive.drugs.containers import marketed_sizes
from onco_tui.derive.drugs.waste import Combination, smallest_waste
from onco_tui.rules.authorities import claims_manual_17, drug_wastage_article
from onco_tui.rules.context import Context, charge_for
from onco_tui.rules.drugs.billed import added, counted, listed, without_chart
from onco_tui.rules.drugs.opened import Opened, numbers, opened_drugs
from onco_tui.rules.drugs.packages import charted_ndcs
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule


@rule("DRG115", "waste-avoidable", Severity.WARNING, authority=(claims_manual_17("40"), drug_wastage_article()))
def waste_avoidable(context: Context) -> Iterator[Draft | NotChecked]:
    """Waste that smaller containers avoid.

    What it finds: JW units that another combination of marketed single-dose sizes would not have left over.
    Why it matters: Contractors pay waste only for the combination of sizes that leaves least, not for what was on the
        shelf.
    What the chart must show: The containers opened, and why smaller ones could not be used, a shortage for example.
    Example: 50 mg of carfilzomib from a vial of 60 mg bills 10 units of waste; 30 mg + 10 mg + 10 mg leave none.
    Fix: Ask whether the smaller sizes were to be had (query); the units follow what was opened.
    Authority: Medicare Claims Processing Manual, chapter 17 section 40, as contractors apply it. Sizes are those of
        the same labeler where the crosswalk has the charted NDC's, else of the same code; multi-dose sizes are left
        out. Information only where the table is not sure of the sizes.
    """
    for drug in context.once(opened_drugs):
        if drug.wasted_units <= 0 or not drug.single_dose_only or drug.content is None:
            continue
        row = context.reference.drugs.by_code(drug.group.code)
        marketed = marketed_sizes(row)
        best = _best(drug, marketed)
        if best is None:
            yield NotChecked(
                f"{drug.group.code}: the single-dose sizes on the market are not known here",
                lines=numbers(drug.wasted),
            )
            continue
        sure = row is not None and row.containers_confidence == "high"
        if _saved(drug, drug.content, best) >= 1 and (own := _sizes_of_labeler(context, drug)):
            best = _best(drug, tuple(size for size in marketed if size in own)) or best
            sure = True
        saved = _saved(drug, drug.content, best)
        if saved >= 1:
            yield replace(_avoidable_draft(drug, best, saved), severity=None if sure else Severity.INFO)
    yield from without_chart(context)


def _saved(drug: Opened, content: Fraction, best: Sequence[Combination]) -> Decimal:
    """Give the billed units of waste that the best containers would not have left."""
    least = sum((combination.content for combination in best), Fraction(0))
    saved = whole_units(content, drug.account.size) - whole_units(least, drug.account.size)
    return min(Decimal(max(saved, 0)), drug.wasted_units)


def _avoidable_draft(drug: Opened, best: Sequence[Combination], saved: Decimal) -> Draft:
    unit = drug.unit
    words = "; ".join(combination.words(unit) for combination in best)
    shares = [charge_for(line, saved * line.units / drug.wasted_units) for line in drug.wasted]
    record = (
        f"{drug.given[0].name} on {drug.group.day}: {in_unit(drug.account.dose, unit)} was given from "
        f"{drug.account.containers}; other sizes are on the market ({words})"
    )
    return Draft(
        f"line {listed(numbers(drug.wasted))} bills {counted(drug.wasted_units)} JW of {drug.account.containers} "
        f"for {in_unit(drug.account.dose, unit)}; the least waste on the market is {words}, {counted(saved)} less",
        lines=numbers(drug.wasted),
        evidence=drug.evidence(),
        direction="over",
        amount_at_risk=added(shares),
        fixes=(
            query(
                "ask why larger containers were opened",
                record,
                "Why were these container sizes used?",
                "other sizes were not at hand",
                "a reason of preparation or safety (please describe)",
                "no particular reason",
            ),
        ),
        subject=f"{drug.group.code} {drug.group.day}",
    )


def _best(drug: Opened, sizes: tuple[Fraction, ...]) -> tuple[Combination, ...] | None:
    """Find the smallest combination for each dose as it was prepared: a dose stopped early was ordered whole."""
    found = []
    for administration in drug.given:
        prepared = [measured_dose(administration, drug.unit)]
        if administration.ordered_dose:
            whole = administration.model_copy(update={"dose": administration.ordered_dose})
            prepared.append(measured_dose(whole, drug.unit))
        amounts = [amount for amount in prepared if isinstance(amount, Fraction)]
        best = smallest_waste(max(amounts), sizes) if amounts else None
        if best is None:
            return None
        found.append(best)
    return tuple(found)


def _sizes_of_labeler(context: Context, drug: Opened) -> tuple[Fraction, ...]:
    """Give the sizes the crosswalk has of the charted labeler under this code, with those opened; none when unknown."""
    crosswalk = context.reference.drugs.crosswalk
    labelers = {ndc[:5] for ndc in charted_ndcs(drug.given)}
    found = {
        Fraction(units) * drug.account.size
        for labeler in labelers
        for units in crosswalk.sizes(labeler, drug.group.code)
    }
    opened = {item.content / Fraction(item.count) for item in drug.account.opened if item.content}
    return tuple(sorted(found | opened)) if found else ()
