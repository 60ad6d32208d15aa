"""The lines of one drug code on one date of service, with what is in doubt about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from onco_tui.codesets.drugs import DrugTable
from onco_tui.codesets.hcpcs_units import BillingUnit
from onco_tui.derive.drugs.account import Account, Containers, Unmeasured, account_of, kind_of_containers
from onco_tui.derive.drugs.billing import rounded_up, unit_size
from onco_tui.derive.drugs.code_choice import Rival
from onco_tui.derive.drugs.modifiers import LineRules, without_waste_modifiers
from onco_tui.derive.drugs.reading import Part, Reading, read_account, read_count
from onco_tui.derive.result import Choice, Derivation, DerivedLine, Judgement, NotDerived
from onco_tui.encounter.chart import Administration


@dataclass(frozen=True, slots=True)
class DrugDay:
    """Administrations of one code on one date from one kind of container, bought one way."""

    administrations: tuple[Administration, ...]
    unit: BillingUnit
    kind: Containers
    because: tuple[str, ...]
    rivals: tuple[Rival, ...]


def lines_of(day: DrugDay, rules: LineRules, drugs: DrugTable) -> Derivation:
    """Derive the lines of a day's drug."""
    sources = tuple(administration.id for administration in day.administrations)
    account = account_of(day.administrations, day.unit, drugs)
    if isinstance(account, Unmeasured):
        return Derivation(not_derived=(NotDerived(sources, account.reason, account.gap),))
    reading = _read(account, day.kind, day.administrations, rules, drugs)
    lines = rules.choices(day.unit.code, reading.parts)
    doubts = [*_doubts(reading, lines, rules, day.unit.code), *_code_doubts(day, lines, rules, drugs)]
    settled = not doubts or not reading.question or doubts[0].question != reading.question
    because = (*reading.because[:1], *account.notes, *reading.because[1:], *day.because, *rules.caveat(lines, drugs))
    return Derivation(
        tuple(DerivedLine(c.code, c.units, c.modifiers, rules.on, sources, because) for c in lines),
        tuple(replace(doubt, about=sources) for doubt in doubts),
        (NotDerived(sources, reading.gap, gap=True),) if reading.gap and not settled else (),
    )


def _read(
    account: Account, kind: Containers, given: Sequence[Administration], rules: LineRules, drugs: DrugTable
) -> Reading:
    drug = drugs.by_code(account.unit.code)
    if unit_size(account.unit) is None:
        return read_count(account, kind, len(given), drug)
    if exempt := without_waste_modifiers(rules.claim, account.unit, drug):
        reading = read_account(account, "multi_dose", drug)
        return replace(reading, because=(*reading.because[:1], exempt))
    return _one_by_one(account, read_account(account, kind, drug))


def _one_by_one(account: Account, reading: Reading) -> Reading:
    """Add the reading that rounds each dose by itself, where it gives other units."""
    added = sum(part.administered for part in reading.parts)
    apart = sum(rounded_up(dose, account.size) for dose in account.doses)
    if apart == added or len(reading.parts) != 1 or len(account.doses) < 2 or apart < added:
        return reading
    part = reading.parts[0]
    left = max(0, part.discarded - (apart - added))
    other = Part(apart, left, "nothing_discarded" if part.discarded and not left else part.attested)
    return replace(
        reading,
        question=reading.question or f"{account.unit.code}: are the doses of one day added before rounding?",
        chosen=reading.chosen or "added, then rounded once",
        others=(*reading.others, (other,)),
    )


def _doubts(reading: Reading, lines: tuple[Choice, ...], rules: LineRules, code: str) -> list[Judgement]:
    found = []
    others = tuple(
        choices for choices in dict.fromkeys(rules.choices(code, parts) for parts in reading.others) if choices != lines
    )
    if others:
        found.append(Judgement((), reading.question, reading.chosen, others))
    if other := rules.other_acquisition_modifier:
        swapped = tuple(Choice(c.code, c.units, tuple(other if m == "JG" else m for m in c.modifiers)) for c in lines)
        question = "Is the 340B hospital one of the exempt kinds that reported TB instead of JG before 2025?"
        found.append(Judgement((), question, "JG, the modifier of most hospitals", (swapped,)))
    return found


def _code_doubts(day: DrugDay, lines: tuple[Choice, ...], rules: LineRules, drugs: DrugTable) -> list[Judgement]:
    """Give the lines each rival code would have; rivals raised by the same question stand in one judgement."""
    by_question: dict[str, list[tuple[Choice, ...]]] = {}
    for rival in day.rivals:
        unit = drugs.billing_unit(rival.code)
        choices = _lines_under(unit, day, rules, drugs) if unit else ()
        if choices and choices != lines:
            by_question.setdefault(rival.question, []).append(choices)
    chosen = (
        f"{day.unit.code}, as charted" if any(a.hcpcs for a in day.administrations) else f"{day.unit.code}, by name"
    )
    return [Judgement((), question, chosen, tuple(others)) for question, others in by_question.items()]


def _lines_under(unit: BillingUnit, day: DrugDay, rules: LineRules, drugs: DrugTable) -> tuple[Choice, ...]:
    account = account_of(day.administrations, unit, drugs)
    if isinstance(account, Unmeasured) or unit.basis in ("none", "unlisted"):
        return ()
    kinds = {kind_of_containers(administration, unit, drugs) for administration in day.administrations}
    kind = kinds.pop() if len(kinds) == 1 else "unknown"
    return rules.choices(unit.code, _read(account, kind, day.administrations, rules, drugs).parts)
