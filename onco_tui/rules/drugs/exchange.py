"""Drugs billed under one code that the chart supports under another: ended or unlisted, another route or product.

Two signs of it: a code is billed that the chart does not support while a related one is supported and not billed; or
the chart gives the billed code but its route, NDC or brand belongs to another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from onco_tui.derive.drugs.code_choice import Rival, rivals_of
from onco_tui.derive.result import Choice
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context
from onco_tui.rules.drugs.groups import gaps, groups, not_billable
from onco_tui.rules.drugs.narrative import may_be
from onco_tui.rules.drugs.plan import Group
from onco_tui.rules.unknown_codes import one_slip

Kind = Literal["dates", "route", "product", "unlisted"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Lines of one code and date that stand for another code.

    ``due`` is what the chart supports under the other code, empty when that is not known for the whole of it.
    ``because`` is what contradicts the billed code; empty when the chart simply supports the other one.
    """

    kind: Kind
    code: str
    instead: str
    day: date
    billed: tuple[ClaimLine, ...]
    given: tuple[Administration, ...]
    due: tuple[Choice, ...]
    because: str = ""
    judged: bool = False

    @property
    def lines(self) -> tuple[int, ...]:
        """The claim lines under the wrong code."""
        return tuple(line.line for line in self.billed)


def exchanges(context: Context) -> tuple[Exchange, ...]:
    """Find the drugs billed under another code. Use it through ``context.once``."""
    if not context.administrations:
        return ()
    found = context.once(groups)
    return (*_unmatched(context, found), *_contradicted(context, found))


def exchanged_codes(context: Context) -> frozenset[tuple[str, date]]:
    """Give codes and dates that an exchange explains: neither drug is missing, nor billed without being given."""
    return frozenset(
        (code, exchange.day)
        for exchange in context.once(exchanges)
        if not exchange.because
        for code in (exchange.code, exchange.instead)
    )


def relation(context: Context, billed: str, supported: str, day: date) -> Kind | None:
    """Say how two codes can stand for one drug; None when they cannot."""
    drugs = context.reference.drugs
    unit = drugs.billing_unit(billed)
    siblings = {drug.hcpcs for drug in drugs.siblings(billed)}
    if unit and not unit.in_force(day):
        linked = {after.code for after in drugs.successors(billed)} | siblings
        linked |= {supported} if any(after.code == billed for after in drugs.successors(supported)) else set()
        return "dates" if supported in linked else None
    pair = drugs.links.routes.get(billed)
    if pair and supported in {pair.intravenous, pair.subcutaneous}:
        return "route"
    if unit and unit.basis == "unlisted":
        return "unlisted"
    return "product" if supported in siblings else None


def _unmatched(context: Context, found: Sequence[Group]) -> Iterator[Exchange]:
    """Pair a code that is billed and not supported with the one related code that is supported and not billed."""
    unclear = {number for gap in context.once(gaps) for number in gap.lines}
    billed = [
        group
        for group in found
        if group.billed
        and not group.derived
        and unclear.isdisjoint(line.line for line in group.billed)
        and not not_billable(context, group.code, group.day)
    ]
    supported = [group for group in found if group.derived and not group.billed]
    related = {
        (a.code, b.code, a.day): kind
        for a in billed
        for b in supported
        if a.day == b.day
        and (kind := relation(context, a.code, b.code, a.day) or _slip(a, b))
        and (kind != "unlisted" or all(may_be(line, b.code, context.reference.drugs) for line in a.billed))
    }
    for group in billed:
        partners = [b for b in supported if (group.code, b.code, group.day) in related and b.day == group.day]
        rivals = [a for a in billed for b in partners if (a.code, b.code, group.day) in related and a.day == b.day]
        if len(partners) == 1 and len(rivals) == 1:
            other = partners[0]
            yield Exchange(
                kind=related[group.code, other.code, group.day],
                code=group.code,
                instead=other.code,
                day=group.day,
                billed=group.billed,
                given=tuple(a for a in context.administrations if a.id in other.sources),
                due=tuple(Choice(line.code, line.units, line.modifiers) for line in other.derived),
                judged=other.judged or bool(other.waste_unknown),
            )


def _slip(billed: Group, supported: Group) -> Kind | None:
    """Tell a slip of the pen: another drug's code, written almost the same, with just the units that are supported."""
    units = sum((line.units for line in billed.billed), Decimal(0))
    same = units == sum(supported.due.values(), Decimal(0))
    return "product" if same and one_slip(billed.code, supported.code) else None


def _contradicted(context: Context, found: Sequence[Group]) -> Iterator[Exchange]:
    """Find codes that chart and claim share although route, NDC or name in the chart belong to another."""
    billed = {(group.code, group.day) for group in found if group.billed}
    for group in found:
        given = tuple(a for a in context.administrations if a.id in group.sources) if group.billed else ()
        if not given:
            continue
        rivals = [_rivals(context, administration, group) for administration in given]
        codes = {rival.code for of_one in rivals for rival in of_one}
        if len(codes) != 1 or not all(rivals):
            continue
        instead = codes.pop()
        both = (instead, group.day) in billed  # then which line bills what is for a person
        yield Exchange(
            kind=relation(context, group.code, instead, group.day) or "product",
            code=group.code,
            instead=instead,
            day=group.day,
            billed=group.billed,
            given=given,
            due=() if both else _reading_as(context, instead, group.sources),
            because=rivals[0][0].question,
            judged=True,
        )


def _rivals(context: Context, administration: Administration, group: Group) -> tuple[Rival, ...]:
    """Give what speaks against the charted code of an administration, where the charted code is the billed one."""
    if administration.hcpcs != group.code:
        return ()
    drugs = context.reference.drugs
    unit = drugs.billing_unit(group.code)
    if unit is None or not unit.in_force(group.day):
        return ()
    return rivals_of(unit, administration, group.day, context.claim.claim_type, drugs)


def _reading_as(context: Context, code: str, sources: Sequence[str]) -> tuple[Choice, ...]:
    """Give the lines the derivation works out under another code for the same administrations."""
    for judgement in context.derivation.judgements:
        if judgement.about == tuple(sources):
            for choices in judgement.alternatives:
                if {choice.code for choice in choices} == {code}:
                    return choices
    return ()
