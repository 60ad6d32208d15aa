"""The verbs without a screen: check, derive and fix over encounters from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from onco_tui.codesets.reference import Reference
from onco_tui.derive.administration.timeline import Timeline, timeline_of
from onco_tui.derive.derivation import derive
from onco_tui.derive.result import Derivation, NotDerived
from onco_tui.encounter.document import Encounter
from onco_tui.rules.engine import check
from onco_tui.rules.finding import Report, Severity
from onco_tui.rules.fixing import FixRun, apply_fixes
from onco_tui.rules.registry import Rule, all_rules

if TYPE_CHECKING:
    from onco_tui.review.desk import Desk

_TRIES = 5


class UnknownRule(ValueError):
    """A rule code or family that does not exist."""


def chosen_rules(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
    """Choose rules by code or family prefix (``ADM``, ``DRG101``). Raises UnknownRule for one that matches nothing."""
    rules = tuple(all_rules().values())
    wanted, unwanted = tuple(part.upper() for part in select), tuple(part.upper() for part in ignore)
    for prefix in wanted + unwanted:
        if not any(rule.code.startswith(prefix) for rule in rules):
            raise UnknownRule(f"no rule is called {prefix}")
    return tuple(
        rule
        for rule in rules
        if (not wanted or rule.code.startswith(wanted)) and not (unwanted and rule.code.startswith(unwanted))
    )


def check_all(encounters: Iterable[Encounter], reference: Reference, rules: Iterable[Rule]) -> Iterator[Report]:
    """Check encounters one by one."""
    rules = tuple(rules)
    return (check(encounter, reference, rules) for encounter in encounters)


def derive_all(encounters: Iterable[Encounter], reference: Reference) -> Iterator[tuple[Encounter, Derivation]]:
    """Derive encounters one by one; where nothing comes of one, say why."""
    return ((encounter, _with_reason(encounter, derive(encounter, reference))) for encounter in encounters)


def _with_reason(encounter: Encounter, derivation: Derivation) -> Derivation:
    if derivation != Derivation():
        return derivation
    without = "no administration, port procedure or radiation course is charted"
    reason = "no chart came with the claim" if encounter.documentation is None else without
    return Derivation(not_derived=(NotDerived((), reason),))


def picture_of(encounter: Encounter, reference: Reference) -> Timeline:
    """Lay the charted administrations out on the clock."""
    return timeline_of(encounter, reference)


def fix_all(encounters: Iterable[Encounter], reference: Reference, rules: Iterable[Rule]) -> Iterator[FixRun]:
    """Apply safe fixes to encounters one by one until nothing changes; nothing is written."""
    rules = tuple(rules)
    return (apply_fixes(encounter, reference, "safe", rules=rules) for encounter in encounters)


def fix_database(desk: Desk, rules: Iterable[Rule], *, dry_run: bool) -> Iterator[FixRun]:
    """Accept safe fixes in every open encounter of a database through the audit trail. Raises StoreError.

    An encounter that someone else changes meanwhile is read again; after some tries the conflict is raised.
    """
    from onco_tui.store.encounters import encounter_ids  # noqa: PLC0415  files need no database

    rules = tuple(rules)
    for identifier in tuple(encounter_ids(desk.database)):
        if run := _fix(desk, identifier, rules, dry_run=dry_run):
            yield run


def _fix(desk: Desk, identifier: str, rules: tuple[Rule, ...], *, dry_run: bool) -> FixRun | None:
    from onco_tui.review.errors import Conflict, NotPossible  # noqa: PLC0415  same

    for attempt in range(1, _TRIES + 1):
        sitting = desk.sit(identifier)
        if sitting.status == "finalized":
            return None
        try:
            return sitting.plan_safe(rules) if dry_run else sitting.accept_safe(rules)
        except (Conflict, NotPossible):
            if attempt == _TRIES:
                raise
    return None


@dataclass(slots=True)
class Tally:
    """Running totals of a check over many encounters."""

    encounters: int = 0
    checked: int = 0
    not_checked: int = 0
    by_severity: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    amount_at_risk: Decimal = Decimal(0)

    def add(self, report: Report) -> None:
        """Count one report."""
        self.encounters += 1
        self.checked += report.checked
        self.not_checked += len(report.not_checked)
        for finding in report.findings:
            self.by_severity[finding.severity] += 1
            self.amount_at_risk += finding.amount_at_risk or Decimal(0)

    def reaches(self, severity: Severity) -> bool:
        """Tell whether any finding is at or above a severity."""
        return any(count and level >= severity for level, count in self.by_severity.items())

    def as_json(self) -> dict[str, object]:
        """Give the ``summary`` of ``onco-check/1``."""
        counts = {f"{level.word}s": self.by_severity[level] for level in sorted(Severity, reverse=True)}
        return {
            "encounters": self.encounters,
            **counts,
            "checked": self.checked,
            "not_checked": self.not_checked,
            "amount_at_risk": f"{self.amount_at_risk:.2f}",
        }
