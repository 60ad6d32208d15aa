"""Rules about whole services: given and not billed, billed and not given."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.administration.drafts import drafts
from onco_tui.rules.authorities import claims_manual_12
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM116",
    "administration-not-billed",
    Severity.WARNING,
    needs=("administrations",),
    authority=(claims_manual_12("30.5"),),
)
def administration_not_billed(context: Context) -> Iterator[Draft | NotChecked]:
    """Administration not billed.

    What it finds: A documented administration that no line of the claim bills.
    Why it matters: The practice gives up a documented service.
    What the chart must show: The administration with route, drug and times.
    Example: A palonosetron push before chemotherapy without 96375.
    Fix: Add the line or its units, without a charge unless the claim shows one (safe when the chart settles
        it).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5.
    """
    return drafts(context, "ADM116")


@rule(
    "ADM117",
    "administration-not-documented",
    Severity.ERROR,
    needs=("administrations",),
    authority=(claims_manual_12("30.5"),),
)
def administration_not_documented(context: Context) -> Iterator[Draft | NotChecked]:
    """Administration not documented.

    What it finds: A billed administration that no documented administration supports.
    Why it matters: A service without documentation is taken back on audit.
    What the chart must show: The administration with route, drug and times.
    Example: 96375 twice, one push charted.
    Fix: Reduce the units or remove the line (safe when the charted administrations are complete).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5.
    """
    return drafts(context, "ADM117")
