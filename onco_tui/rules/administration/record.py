"""Rules about the record itself: the order and the signature of what was given."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.administration.charted import told
from onco_tui.rules.administration.queries import ask_order
from onco_tui.rules.authorities import article_a53778, claims_manual_12
from onco_tui.rules.context import Context, chart_evidence
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM121",
    "administration-without-order",
    Severity.WARNING,
    needs=("administrations",),
    authority=(claims_manual_12("30.5"), article_a53778()),
)
def administration_without_order(context: Context) -> Iterator[Draft | NotChecked]:
    """Administration without an order or a signature.

    What it finds: Something given, of the kind a line is billed for, with no ordering clinician in a chart that names
        one for other administrations; for a missing signature an information.
    Why it matters: A service without an order is not payable; auditors ask for it first.
    What the chart must show: Who ordered the drug and who gave it.
    Example: Carboplatin with start and stop but without ordered_by, beside drugs that have one.
    Fix: Ask for the order or signature (query); the chart is never changed here.
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5; contractor article A53778.
    """
    ordered = any(a.ordered_by for a in context.administrations)
    signed = any(a.documented_by for a in context.administrations)
    if context.administrations and not (ordered or signed):
        yield NotChecked("the chart names no ordering or administering person anywhere")
        return
    reported = {source for line in context.derivation.lines for source in line.sources}
    for administration in context.administrations:
        lacks_order = ordered and not administration.ordered_by
        lacks_signature = signed and not administration.documented_by
        if administration.id not in reported or not (lacks_order or lacks_signature):
            continue
        missing = [word for word, lacks in (("an order", lacks_order), ("a signature", lacks_signature)) if lacks]
        yield Draft(
            f"{told(context, administration)} is charted without {' and '.join(missing)}; others of the chart have one",
            evidence=chart_evidence(administration, "drug", "ordered_by", "documented_by"),
            direction="documentation",
            fixes=(ask_order(context, administration, missing),),
            subject=administration.id,
            severity=None if lacks_order else Severity.INFO,
        )
