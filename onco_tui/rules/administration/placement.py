"""Rules about the place of a service among the others: hydration, sequential, concurrent, repeat, class."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.administration.settling import drafts
from onco_tui.rules.authorities import fee_schedule, ncci_xi
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM109",
    "hydration-not-billable",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("sections B.5, B.6, B.16"),),
)
def hydration_not_billable(context: Context) -> Iterator[Draft | NotChecked]:
    """Hydration not billable.

    What it finds: Hydration billed that the chart does not support as hydration.
    Why it matters: Hydration counts from 31 minutes, with a purpose of its own, and only while no other service
        runs; keep-open, flush and carrier fluid never count.
    What the chart must show: Purpose, start, stop and what ran at the same time.
    Example: 1,000 mL beside chemotherapy from 10:00 to 11:00 overlaps it wholly: nothing to bill.
    Fix: Reduce the units or remove the line (safe when the times are charted).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.5, B.6 and B.16.
    """
    return drafts(context, "ADM109")


@rule(
    "ADM110",
    "sequential-or-concurrent",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("section B.2"),),
)
def sequential_or_concurrent(context: Context) -> Iterator[Draft | NotChecked]:
    """Sequential or concurrent.

    What it finds: A sequential infusion billed as concurrent or the reverse, or concurrent more than once a
        day.
    Why it matters: Concurrent is a second non-chemotherapy drug in its own bag through the same access at the
        same time, once a day; one after another is sequential.
    What the chart must show: Start and stop of both, bags and access site.
    Example: Leucovorin beside oxaliplatin is concurrent; an antiemetic before it is sequential.
    Fix: Recode the line (safe unless authorities differ on the overlap).
    Authority: NCCI Policy Manual 2026, chapter XI section B.2; CMS medically unlikely edit of 96368: one a day.
    """
    return drafts(context, "ADM110")


@rule(
    "ADM112",
    "repeat-push-misused",
    Severity.ERROR,
    needs=("administrations",),
    authority=(fee_schedule("status of 96376"),),
)
def repeat_push_misused(context: Context) -> Iterator[Draft | NotChecked]:
    """Repeat push misused.

    What it finds: A repeat push of the same drug billed by a practice, or less than 31 minutes after the last
        one.
    Why it matters: The repeat code is a hospital code, for pushes of the same drug more than 30 minutes apart.
    What the chart must show: The time of each push, and the drug.
    Example: Two pushes of morphine 20 minutes apart are one push.
    Fix: Remove the line (safe when the times are charted).
    Authority: CMS fee schedule status X for 96376; CMS medically unlikely edit 0 for practitioners.
    """
    return drafts(context, "ADM112")


@rule(
    "ADM118", "wrong-code-family", Severity.ERROR, needs=("administrations",), authority=(ncci_xi("sections B.1, B.5"),)
)
def wrong_code_family(context: Context) -> Iterator[Draft | NotChecked]:
    """Wrong code family.

    What it finds: A chemotherapy code for a drug that is not one, or a therapeutic code for a chemotherapy or
        complex drug.
    Why it matters: The chemotherapy codes are for antineoplastics and for antibodies of like complexity, not
        for antiemetics, growth factors, iron or bone agents.
    What the chart must show: The drug, its class and the complexity of giving it.
    Example: An antiemetic infused before chemotherapy is 96367, not 96417.
    Fix: Recode the line to the other family (safe when the class is charted or certain).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.1 and B.5.
    """
    return drafts(context, "ADM118")


@rule(
    "ADM124", "same-drug-or-new-drug", Severity.ERROR, needs=("administrations",), authority=(ncci_xi("section B.2"),)
)
def same_drug_or_new_drug(context: Context) -> Iterator[Draft | NotChecked]:
    """Same drug or new drug.

    What it finds: A sequential code for more of the same drug, or an hour code for a new drug.
    Why it matters: A second bag of the same drug adds minutes; a different drug after the first is a sequential
        infusion.
    What the chart must show: The drug of each bag, start and stop.
    Example: Two bags of magnesium one after another: one infusion, the minutes added.
    Fix: Recode the line (safe when drugs and times are charted).
    Authority: NCCI Policy Manual 2026, chapter XI section B.2.
    """
    return drafts(context, "ADM124")


@rule("ADM125", "wrong-injection-code", Severity.ERROR, needs=("administrations",), authority=(ncci_xi("section B.1"),))
def wrong_injection_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Wrong injection code.

    What it finds: An injection code that does not fit the class of the drug.
    Why it matters: Hormonal antineoplastics, other antineoplastics and all other drugs have injection codes of
        their own; an on-body injector has another.
    What the chart must show: The drug, its class and the route.
    Example: Leuprolide is 96402, bortezomib 96401, denosumab 96372.
    Fix: Recode the line (safe when the class is charted or certain).
    Authority: NCCI Policy Manual 2026, chapter XI section B.1.
    """
    return drafts(context, "ADM125")
