"""National provider identifiers: ten digits with a check digit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from onco_tui.rules.authorities import npi_standard
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

# The health industry's issuer number stands before the NPI when its check digit is worked out.
_ISSUER = "80840"
_WHOSE = {
    "billing": "the practice's",
    "rendering": "the treating provider's",
    "line rendering": "the treating provider's",
}
_DIGITS = frozenset("0123456789")


@rule("CLM102", "npi-check-digit", Severity.ERROR, authority=(npi_standard(),))
def npi_check_digit(context: Context) -> Iterator[Draft | NotChecked]:
    """NPI check digit.

    What it finds: A billing or rendering NPI, of the claim or of a line, that is not ten digits with a right check
        digit.
    Why it matters: Clearing houses reject the whole claim.
    What the chart must show: Nothing; the number is looked up in the NPI registry.
    Example: 1234567890; with the right check digit it ends in 3.
    Fix: None by the program (query): which digit is wrong nobody can tell from the number.
    Authority: 45 CFR 162.406; the check digit is Luhn's over 80840 and the NPI.
    """
    places = _places(context)
    if not places:
        yield NotChecked("the claim names no NPI")
    for (what, npi), paths in places.items():
        if reason := fault(npi):
            yield Draft(
                f"{what} NPI {npi}: {reason}",
                lines=tuple(number for number, _ in paths if number),
                evidence=tuple(Evidence(path, npi) for _, path in paths),
                fixes=(
                    query(
                        f"ask for the {what} NPI",
                        f"{_WHOSE[what]} NPI is given as {npi}, and {reason}",
                        f"What is {_WHOSE[what]} NPI?",
                        "the NPI is (please give its ten digits)",
                    ),
                ),
                subject=what,
            )


def fault(npi: str) -> str:
    """Say what is wrong with an NPI; empty when nothing is."""
    if not _DIGITS.issuperset(npi):
        return "it holds other characters than digits"
    if len(npi) != 10:
        return f"it has {len(npi)} digits, not 10"
    return "" if _luhn(_ISSUER + npi) % 10 == 0 else "its check digit is wrong"


def _luhn(digits: str) -> int:
    """Sum the digits, every second one from the right doubled and its own digits added."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return sum(int(digit) for digit in digits[-1::-2]) + sum(doubled)


def _places(context: Context) -> dict[tuple[str, str], list[tuple[int, str]]]:
    """Group by role and number, so that one wrong number on twenty lines is one finding."""
    places: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    claim = context.claim
    if claim.billing_npi:
        places["billing", claim.billing_npi].append((0, "claim.billing_npi"))
    if claim.rendering_npi:
        places["rendering", claim.rendering_npi].append((0, "claim.rendering_npi"))
    for line in claim.lines:
        if line.rendering_npi:
            places["line rendering", line.rendering_npi].append((line.line, f"claim.lines[{line.line}].rendering_npi"))
    return places
