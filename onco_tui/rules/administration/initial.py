"""Rules about the initial service of a visit: one per access site, the right one, and the modifier of a second."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.administration.settling import drafts
from onco_tui.rules.authorities import claims_manual_12, ncci_i, ncci_xi
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM107", "initial-more-than-once", Severity.ERROR, needs=("administrations",), authority=(ncci_xi("section B.2"),)
)
def initial_more_than_once(context: Context) -> Iterator[Draft | NotChecked]:
    """Initial more than once.

    What it finds: Two initial services at one access site in one encounter.
    Why it matters: Only one initial code is payable per encounter and access site; recovery audits look for the
        second.
    What the chart must show: The access site of each administration, and why a second site was needed.
    Example: 96413 and 96365 at one port: the therapeutic infusion is 96367.
    Fix: Recode the lower one to its add-on code (safe when the chart names the sites).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.2 and N.1.
    """
    return drafts(context, "ADM107")


@rule(
    "ADM108",
    "wrong-initial-service",
    Severity.ERROR,
    needs=("administrations",),
    authority=(
        ncci_xi("section B.2"),
        claims_manual_12("30.5"),
    ),
)
def wrong_initial_service(context: Context) -> Iterator[Draft | NotChecked]:
    """Wrong initial service.

    What it finds: The initial code stands on a service that is not the initial one of the visit.
    Why it matters: A hospital ranks chemotherapy infusion, chemotherapy push, therapeutic infusion, push,
        hydration; a practice bills the primary reason for the visit as initial.
    What the chart must show: All services with route and minutes, and the reason for the visit.
    Example: 96365 for an antiemetic beside 96417: chemotherapy holds the initial place.
    Fix: Move the initial code to the right service, with all lines it changes (safe when the chart settles it).
    Authority: NCCI Policy Manual 2026, chapter XI section B.2; claims manual chapter 12 section 30.5.
    """
    return drafts(context, "ADM108")


@rule(
    "ADM122",
    "second-initial-modifier",
    Severity.WARNING,
    needs=("administrations",),
    authority=(
        ncci_i("section E"),
        ncci_xi("section B.2"),
    ),
)
def second_initial_modifier(context: Context) -> Iterator[Draft | NotChecked]:
    """Second initial modifier.

    What it finds: A second initial service without the modifier that sets it apart, or with one the chart does
        not support.
    Why it matters: Without 59 or an X modifier the second initial is denied; with one the chart does not bear
        out it is taken back.
    What the chart must show: A second access site or a second visit that day, and the reason for it.
    Example: A second line in the left arm for an incompatible drug: 96365 with modifier 59 or XS.
    Fix: Add or remove the modifier (safe when the chart names site or visit).
    Authority: NCCI Policy Manual 2026, chapter I section E and chapter XI section B.2.
    """
    return drafts(context, "ADM122")
