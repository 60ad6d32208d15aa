"""What a difference says to a coder: one sentence with the codes, the clock times and the minutes."""

from __future__ import annotations

from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.administration.codes import HOURS
from onco_tui.rules.administration.comparison import COUNTED, Difference
from onco_tui.rules.administration.doubt import OtherReading
from onco_tui.rules.administration.phrases import because, coded, drugs_told, right_code
from onco_tui.rules.administration.reasons import REASONS, derived_reason
from onco_tui.rules.context import Context


def message(context: Context, owner: str, difference: Difference, reading: OtherReading | None) -> str:
    """Say what is wrong; with a reading that supports the line, say that too."""
    line, derived = difference.line, difference.derived
    if line is None:
        text = _not_billed(context, difference)
    elif derived is not None and line.units < difference.supported and not difference.recoded:
        text = f"{_bills(line)}; the chart supports {plain(difference.supported)}: {_why(context, difference)}"
    else:
        text = f"{_bills(line)}; {REASONS.get(owner, derived_reason)(context, difference)}"
    if reading is None:
        return text
    supports = "the claim" if reading.whole else "this line"
    return f"{text}; authorities differ ({reading.question}), and another published reading supports {supports}"


def _bills(line: ClaimLine) -> str:
    return f"line {line.line} bills {coded(line.code, line.units, (m for m in line.modifiers if m in COUNTED))}"


def _why(context: Context, difference: Difference) -> str:
    derived = difference.derived
    if derived is None:
        return ""
    return because(derived) if derived.code in HOURS else drugs_told(context, difference)


def _not_billed(context: Context, difference: Difference) -> str:
    derived = difference.derived
    if derived is None:
        return ""
    left = difference.supported
    if left == derived.units:
        return f"{_why(context, difference)}; {right_code(difference)} is not billed"
    billed = plain(derived.units - left)
    times = "once" if billed == "1" else f"{billed} times"
    return f"{_why(context, difference)}; {derived.code} is billed {times}, not {plain(derived.units)} times"
