"""Rules about how a drug was given: injected or infused, beside an infusion, into spine, lesion, artery or cavity."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.administration.drafts import drafts
from onco_tui.rules.authorities import ncci_i, ncci_xi
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM126",
    "injection-beside-infusion",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_i("section E"), ncci_xi("section B.2")),
)
def injection_beside_infusion(context: Context) -> Iterator[Draft | NotChecked]:
    """Injection beside an infusion.

    What it finds: An injection or on-body injector billed beside a code it is bundled into, without 59 or an X
        modifier.
    Why it matters: 96372 and 96377 are the second column of the pairs with every initial service; without a modifier
        the injection is denied.
    What the chart must show: A drug of its own given under the skin or into muscle.
    Example: Pegfilgrastim injected on the day of 96413: 96372 with modifier 59.
    Fix: Add the modifier (safe: the chart shows the injection).
    Authority: NCCI procedure-to-procedure edits of 2024-07-01, indicator 1; NCCI Policy Manual 2026, chapter I
        section E.
    """
    return drafts(context, "ADM126")


@rule(
    "ADM129",
    "injection-or-infusion",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("section B.1"),),
)
def injection_or_infusion(context: Context) -> Iterator[Draft | NotChecked]:
    """Injection or infusion.

    What it finds: A code for a vein billed for an injection, or the reverse, and other codes of the wrong route.
    Why it matters: A product given under the skin is an injection even when it takes some minutes; it earns no infusion
        code and no time.
    What the chart must show: The route.
    Example: Daratumumab and hyaluronidase under the skin over 5 minutes: 96401, not 96413.
    Fix: Recode the line (safe when the route is charted).
    Authority: NCCI Policy Manual 2026, chapter XI section B.1.
    """
    return drafts(context, "ADM129")


@rule(
    "ADM132",
    "special-route-code",
    Severity.WARNING,
    needs=("administrations",),
    authority=(ncci_xi("section B.1"),),
)
def special_route_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Code of a special route.

    What it finds: The wrong code for chemotherapy into the spinal canal, a reservoir, lesions, an artery or a cavity,
        or such a code without that route in the chart.
    Why it matters: Puncture, reservoir and pump have codes of their own, and so have a push, an infusion and a pump
        into an artery.
    What the chart must show: Route, device and, for lesions, their number.
    Example: Methotrexate through an Ommaya reservoir is 96542, not 96450.
    Fix: Recode or remove the line (safe when the chart names the device).
    Authority: NCCI Policy Manual 2026, chapter XI section B.1.
    """
    return drafts(context, "ADM132")
