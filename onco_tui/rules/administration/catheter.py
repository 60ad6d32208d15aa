"""Rules about ports, draws and pumps."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.administration.settling import drafts
from onco_tui.rules.authorities import ncci_x, ncci_xi
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM113",
    "flush-with-other-services",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("sections B.9, N.4"),),
)
def flush_with_other_services(context: Context) -> Iterator[Draft | NotChecked]:
    """Flush with other services.

    What it finds: A port flush billed with another service of the same encounter.
    Why it matters: A flush is payable only when nothing else is reported; with any infusion it is part of it.
    What the chart must show: That the visit was for the flush alone.
    Example: 96523 beside 96413 is denied, and no modifier helps.
    Fix: Remove the line (safe).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.9 and N.4.
    """
    return drafts(context, "ADM113")


@rule(
    "ADM114", "draw-with-other-services", Severity.ERROR, needs=("administrations",), authority=(ncci_x("section 9"),)
)
def draw_with_other_services(context: Context) -> Iterator[Draft | NotChecked]:
    """Draw with other services.

    What it finds: A blood draw from a port or catheter billed with services other than laboratory tests.
    Why it matters: The draw is payable only beside laboratory services.
    What the chart must show: That nothing but laboratory work was done.
    Example: 36591 beside 96413 is denied, and no modifier helps.
    Fix: Remove the line (safe).
    Authority: NCCI Policy Manual 2026, chapter X section 9; CMS fee schedule status T.
    """
    return drafts(context, "ADM114")


@rule(
    "ADM120",
    "pump-codes-together",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("sections B.10, N.5"),),
)
def pump_codes_together(context: Context) -> Iterator[Draft | NotChecked]:
    """Pump codes together.

    What it finds: Pump start, refill and disconnect codes that exclude each other, or the code of the other
        payer.
    Why it matters: The start of a prolonged infusion includes filling the pump; the bundled Medicare code
        includes the disconnect visit too.
    What the chart must show: Pump type, who owns it, start and disconnect.
    Example: 96416 and G0498 for one pump: one of them.
    Fix: Recode or remove the line (safe when pump and payer settle it).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.10 and N.5.
    """
    return drafts(context, "ADM120")
