"""What a rule may look at: the encounter, the reference tables, the payer's policy and the derivation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import Reference
from onco_tui.derive.result import Derivation, Judgement
from onco_tui.encounter.chart import Administration, Amount, Documentation, Vial
from onco_tui.encounter.claim import Claim, ClaimLine, NdcQuantity
from onco_tui.encounter.document import Encounter
from onco_tui.encounter.values import plain
from onco_tui.rules.derived import Derived
from onco_tui.rules.finding import Evidence, Fix
from onco_tui.rules.whole_claim import fit_to_claim

Answer = TypeVar("Answer")
_CENT = Decimal("0.01")
_BEYOND_SENSE = Decimal(10) ** 12  # more than a claim holds: a slip of the pen in charge or units
_SLIP = 5


class Context:
    """One encounter under review. Costly answers are worked out once and kept."""

    def __init__(self, encounter: Encounter, reference: Reference, derived: Derived | None = None) -> None:
        self.encounter = encounter
        self.reference = reference
        self.claim: Claim = encounter.claim
        """The bill."""
        self.chart: Documentation = encounter.chart
        """The chart; empty when none came with the claim."""
        self.administrations: tuple[Administration, ...] = self.chart.administrations or ()
        """All charted administrations."""
        self._derived = derived.after(encounter) if derived else Derived(encounter, reference)
        self._answers: dict[object, object] = {}
        self._fitted: dict[object, tuple[Fix, Fix | None]] = {}

    @cached_property
    def policy(self) -> Policy:
        """The payer's switches."""
        return self.reference.policy_for(self.encounter.coverage.payer_id)

    @property
    def derivation(self) -> Derivation:
        """What the chart supports; the other readings of administrations are in ``judgements``."""
        return self._derived.derivation

    @property
    def judgements(self) -> tuple[Judgement, ...]:
        """Where authorities differ, with the lines of the other readings; worked out when first asked for."""
        return self._derived.judgements

    def once(self, work: Callable[[Context], Answer]) -> Answer:
        """Do a piece of work that several rules share only once for this encounter."""
        if work not in self._answers:
            self._answers[work] = work(self)
        return self._answers[work]  # type: ignore[return-value]  # the key's own return type

    def fitted(self, fix: Fix) -> Fix | None:
        """Give a fix as the claim as a whole allows it; findings that share one edit list share the work."""
        key = (id(fix.edits), fix.title, fix.grade)
        if key not in self._fitted:
            self._fitted[key] = (fix, fit_to_claim(self.encounter, fix))
        return self._fitted[key][1]

    @property
    def practitioner(self) -> bool:
        """True for a professional claim, False for a hospital's."""
        return self.claim.claim_type == "professional"

    def day_of(self, line: ClaimLine) -> date | None:
        """Give the date of service of a line."""
        return self.claim.day_of(line)

    def lines_with(self, codes: frozenset[str]) -> Iterator[ClaimLine]:
        """Give the lines whose code is one of ``codes``."""
        return (line for line in self.claim.lines if line.code in codes)


def line_evidence(line: ClaimLine, *fields: str) -> tuple[Evidence, ...]:
    """Point at fields of a claim line: ``claim.lines[3].units``."""
    return tuple(Evidence(f"claim.lines[{line.line}].{name}", _shown(getattr(line, name))) for name in fields)


def chart_evidence(administration: Administration, *fields: str) -> tuple[Evidence, ...]:
    """Point at fields of an administration: ``documentation.administrations[A2].stop``."""
    base = f"documentation.administrations[{administration.id}]"
    return tuple(Evidence(f"{base}.{name}", _shown(getattr(administration, name))) for name in fields)


def _shown(value: object) -> str:
    match value:
        case None:
            shown = ""
        case Decimal():
            shown = plain(value)
        case tuple():
            shown = " ".join(_shown(item) for item in value)
        case Amount():
            shown = f"{plain(value.amount)} {value.unit}"
        case Vial():
            kind = (value.container or "kind not charted").replace("_", "-")
            shown = f"{plain(value.count)} x {_shown(value.size)} {value.unit or 'container'} {kind}"
        case NdcQuantity():
            shown = f"{value.code} {_shown(value.quantity)} {value.unit or ''}".strip()
        case datetime():
            shown = value.isoformat(timespec="minutes")
        case _:
            shown = str(value)
    return shown


def charge_for(line: ClaimLine, units: Decimal) -> Decimal | None:
    """Give the share of a line's charge that falls on some of its units; None where there is none, or beyond sense."""
    if line.charge is None or not line.units:
        return None
    charge = line.charge * units / line.units
    return charge.quantize(_CENT) if abs(charge) < _BEYOND_SENSE else None


def charge_after(line: ClaimLine, units: Decimal) -> Decimal | None:
    """Give a line's charge once its units are mended.

    In proportion where the units were off by a factor below five and whole cents come out. A greater factor is rather
    a slip of the pen, which leaves the charge right: then it stays as billed, and the chart knows no other.
    """
    if line.charge is None or line.units <= 0:
        return line.charge
    charge = line.charge * units / line.units
    plausible = line.units < _SLIP * units and units < _SLIP * line.units and charge < _BEYOND_SENSE
    return charge.quantize(_CENT) if plausible and charge == charge.quantize(_CENT) else line.charge
