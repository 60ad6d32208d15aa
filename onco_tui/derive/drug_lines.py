"""Drug lines with waste from dose, containers and discarded amount.

Doses of one drug code on one date are added and rounded up once, whatever packages they came from; single-dose and
multi-dose containers, and drug bought under 340B, stand on lines of their own because their modifiers differ.
"""

from __future__ import annotations

from datetime import date

from onco_tui.codesets.policy import Policy
from onco_tui.codesets.reference import Reference
from onco_tui.derive.drugs.account import Containers, kind_of_containers
from onco_tui.derive.drugs.code_choice import Chosen, Refused, choose_code
from onco_tui.derive.drugs.day import DrugDay, lines_of
from onco_tui.derive.drugs.modifiers import LineRules
from onco_tui.derive.drugs.supply import why_no_line, why_not_oral
from onco_tui.derive.result import Derivation, NotDerived
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.document import Encounter


def derive_drug_lines(encounter: Encounter, reference: Reference) -> Derivation:
    """Derive J, Q and other drug lines with JW and JZ, for every drug purchased and administered."""
    policy = reference.policy_for(encounter.coverage.payer_id)
    days: dict[tuple[date, str, Containers, bool], list[tuple[Administration, Chosen]]] = {}
    refused: list[NotDerived] = []
    for administration in sorted(encounter.chart.administrations or (), key=_in_time):
        on = _day_of(administration, encounter)
        if on is None:
            reason = f"{administration.name}: no date of service is charted or billed"
            refused.append(NotDerived((administration.id,), reason, gap=True))
            continue
        found = _code(administration, on, encounter, reference, policy)
        if isinstance(found, Refused):
            refused.append(NotDerived((administration.id,), found.reason, found.gap))
            continue
        kind = kind_of_containers(administration, found.unit, reference.drugs)
        key = (on, found.unit.code, kind, administration.acquisition == "340b")
        days.setdefault(key, []).append((administration, found))
    derived = Derivation(not_derived=tuple(refused))
    for on, _, kind, bought_340b in sorted(days):
        given = days[on, _, kind, bought_340b]
        derived += lines_of(
            DrugDay(
                administrations=tuple(administration for administration, _ in given),
                unit=given[0][1].unit,
                kind=kind,
                because=tuple(dict.fromkeys(text for _, chosen in given for text in chosen.because)),
                rivals=tuple(dict.fromkeys(rival for _, chosen in given for rival in chosen.rivals)),
            ),
            LineRules(on, policy, encounter.claim, bought_340b),
            reference.drugs,
        )
    return derived


def _code(
    administration: Administration, on: date, encounter: Encounter, reference: Reference, policy: Policy
) -> Chosen | Refused:
    """Choose the code, or say why this administration has no line."""
    if reason := why_no_line(administration, policy):
        return Refused(reason)
    claim_type = encounter.claim.claim_type
    found = choose_code(administration, on, claim_type, reference.drugs)
    if isinstance(found, Chosen) and (reason := why_not_oral(administration, found.unit, claim_type)):
        return Refused(reason)
    return found


def _day_of(administration: Administration, encounter: Encounter) -> date | None:
    return administration.start.date() if administration.start else encounter.claim.date_from


def _in_time(administration: Administration) -> tuple[str, str]:
    start = administration.start.isoformat() if administration.start else ""
    return (start, administration.id)
