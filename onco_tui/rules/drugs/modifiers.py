"""JW and JZ: missing, doubled, or where neither belongs."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.authorities import claims_manual_17, discarded_drugs
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.drafts import drafts, lines_unchecked, waste_unchecked
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_AUTHORITY = (claims_manual_17("40"), discarded_drugs())


@rule("DRG102", "waste-modifier-missing", Severity.ERROR, needs=("administrations",), authority=_AUTHORITY)
def waste_modifier_missing(context: Context) -> Iterator[Draft | NotChecked]:
    """JW or JZ missing.

    What it finds: A drug from single-dose containers without the JW line for what was discarded, or without JZ when
        nothing was.
    Why it matters: Since October 2023 such claims are returned as unprocessable; before, the discarded part was lost.
    What the chart must show: The dose, the containers opened, and the amount discarded, zero included.
    Example: 75 mg from a vial of 100 mg: 75 units, and 25 units with JW. 200 mg from two vials of 100 mg: JZ.
    Fix: Add JZ, or take the discarded units out of a line that bills them with the dose (safe when dose, containers and
        discard are charted); add a JW line that is not there at all (review).
    Authority: Medicare Claims Processing Manual, chapter 17 section 40; JW required from 2017-01-01, JZ from
        2023-07-01. What is less than one unit is no waste: the line carries JZ. For a hospital, information only where
        the drug may be packaged (OPPS status N): only separately paid drugs carry either.
    """
    yield from drafts(context, "DRG102")
    yield from lines_unchecked(context)
    yield from waste_unchecked(context)


@rule("DRG103", "waste-modifiers-doubled", Severity.ERROR, needs=("administrations",), authority=_AUTHORITY)
def waste_modifiers_doubled(context: Context) -> Iterator[Draft | NotChecked]:
    """JW and JZ together.

    What it finds: JW and JZ on one line, or JZ on the administered line of a drug that also has a JW line.
    Why it matters: JZ attests that nothing was discarded, JW bills what was; both cannot be true.
    What the chart must show: The amount discarded.
    Example: 75 units with JZ beside 25 units with JW: the administered line carries neither.
    Fix: Take off the modifier the chart contradicts (safe when dose, containers and discard are charted); remove a JW
        line for waste that did not happen (review).
    Authority: CMS JW and JZ modifier questions; JZ from 2023-07-01.
    """
    yield from drafts(context, "DRG103")
    yield from lines_unchecked(context)
    yield from waste_unchecked(context)


@rule("DRG104", "waste-modifier-misplaced", Severity.ERROR, needs=("administrations",), authority=_AUTHORITY)
def waste_modifier_misplaced(context: Context) -> Iterator[Draft | NotChecked]:
    """JW or JZ where neither belongs.

    What it finds: JW or JZ on a drug from multi-dose containers, or JZ on a date before it existed.
    Why it matters: The unused part of a multi-dose container is not payable; the line is denied.
    What the chart must show: The kind of container, which belongs to the package and not to the code.
    Example: Carboplatin from a multi-dose vial billed with JZ.
    Fix: Take the modifier off (safe when the containers are charted); remove a JW line (review).
    Authority: Medicare Claims Processing Manual, chapter 17 section 40; CMS JW and JZ modifier questions; JZ exists
        from 2023-01-01.
    """
    yield from drafts(context, "DRG104")
    yield from lines_unchecked(context)
    yield from waste_unchecked(context)
