"""Reads an account of one drug on one day: units administered, units discarded, and what is in doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from onco_tui.codesets.drugs import Drug
from onco_tui.derive.drugs.account import Account, Containers
from onco_tui.derive.drugs.billing import division, in_unit, rounded_up, whole_units
from onco_tui.derive.drugs.containers import kind_of, marketed_sizes
from onco_tui.derive.drugs.quantity import shown
from onco_tui.derive.drugs.waste import Split, smallest_waste, split

Attested = Literal["nothing_discarded", "no_modifier"]


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one kind of container. ``attested`` says whether the administered line may carry JZ."""

    administered: int
    discarded: int = 0
    attested: Attested = "no_modifier"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an account comes to. ``others`` are what other answers to ``question`` give; ``gap`` what is missing."""

    parts: tuple[Part, ...]
    because: tuple[str, ...] = ()
    question: str = ""
    chosen: str = ""
    others: tuple[tuple[Part, ...], ...] = ()
    gap: str = ""


def read_account(account: Account, kind: Containers, drug: Drug | None) -> Reading:
    """Read an account by the kind of its containers."""
    match kind:
        case "single_dose":
            return _beside_smallest(_single(account, drug), account, drug)
        case "multi_dose":
            return _multi(account)
        case "mixed":
            return _mixed(account, drug)
        case _:
            return _unknown(account, drug)


def _single(account: Account, drug: Drug | None) -> Reading:
    if account.content is None:
        return _without_vials(account, drug)
    if account.dose > account.content:
        return _beyond_the_label(account, "nothing_discarded")
    computed = split(account.dose, account.content, account.size)
    sums = _sum(account, account.content)
    if account.discarded is not None:
        return _waste_charted(account, account.content, account.discarded, computed, sums)
    if computed.discarded:
        return _waste_not_charted(account, computed, sums)
    return Reading((_part(computed),), (f"{sums}; no whole unit is left",))


def _waste_charted(account: Account, content: Fraction, discarded: Fraction, computed: Split, sums: str) -> Reading:
    """Compare the charted discard with vials less dose; where they differ only what both support is waste."""
    left = content - account.dose
    supported = Split(computed.administered, min(computed.discarded, whole_units(discarded, account.size)))
    if discarded == left:
        whole = f"{whole_units(content, account.size)} - {computed.administered} = {computed.discarded} discarded"
        return Reading((_part(supported),), (f"{sums}; {whole if computed.discarded else 'no whole unit is left'}",))
    said = (
        f"{in_unit(discarded, account.unit)} is charted as discarded, "
        f"vials less dose leave {in_unit(left, account.unit)}"
    )
    others = [computed]
    if discarded < content:
        others.append(split(content - discarded, content, account.size))
    return Reading(
        (_part(supported),),
        (sums, said),
        question=f"{said}: which is right, and is the rest shared with another patient, overfill, or not charted?",
        chosen="only what both the containers and the charted discard support is billed as waste",
        others=tuple((_part(other),) for other in others),
    )


def _beside_smallest(reading: Reading, account: Account, drug: Drug | None) -> Reading:
    """Say which marketed containers would have left less: contractors pay waste only for those."""
    wasted = sum(part.discarded for part in reading.parts)
    if not wasted or account.content is None or _prepared_otherwise(account):
        return reading
    best = smallest_waste(account.dose, marketed_sizes(drug))
    if best is None or whole_units(best.content, account.size) >= whole_units(account.content, account.size):
        return reading
    words = f"a payer may pay waste only for the marketed containers that leave least: {best.words(account.unit)}"
    return replace(reading, because=(*reading.because, words))


def _prepared_otherwise(account: Account) -> bool:
    """Tell whether more than the dose given was prepared, or several doses each by itself."""
    ordered = [item.ordered_dose for item in account.given if item.ordered_dose and item.ordered_dose != item.dose]
    return len(account.doses) != 1 or bool(ordered)


def _waste_not_charted(account: Account, computed: Split, sums: str) -> Reading:
    left = in_unit((account.content or Fraction(0)) - account.dose, account.unit)
    if account.unreadable:
        missing = (
            f"the discarded amount is charted as {account.unreadable}, which cannot be brought into {account.unit.unit}"
        )
    else:
        missing = f"{left} of the opened containers is unaccounted for; no discarded amount is charted"
    return Reading(
        (Part(computed.administered),),
        (f"{sums}; {missing}",),
        question=f"{account.unit.code}: {missing}. Was it discarded?",
        chosen="only the administered units: JW needs the discarded amount in the record, JZ needs that there was none",
        others=((_part(computed),),),
        gap=f"{account.unit.code}: {missing}; JW for {computed.discarded} units needs it in the record",
    )


def _beyond_the_label(account: Account, attested: Attested) -> Reading:
    content = account.content or Fraction(0)
    billed = Part(rounded_up(content, account.size), 0, attested)
    given = Part(rounded_up(account.dose, account.size), 0, attested)
    said = (
        f"the dose of {in_unit(account.dose, account.unit)} is more than the {in_unit(content, account.unit)} "
        f"labelled on what was opened ({account.containers})"
    )
    return Reading(
        (billed,),
        (f"{said}; overfill is never billable: {division(content, account.unit, account.size)}",),
        question=f"{said}: is a container missing from the chart, or was overfill given?",
        chosen="only the labelled content is billed",
        others=((given,),),
    )


def _without_vials(account: Account, drug: Drug | None) -> Reading:
    division_text = division(account.dose, account.unit, account.size)
    administered = rounded_up(account.dose, account.size)
    if account.discarded is not None:
        content = account.dose + account.discarded
        wasted = whole_units(content, account.size) - administered
        line = (
            f"{division_text}; {_no_content(account)}, {in_unit(account.discarded, account.unit)} is charted as "
            f"discarded: {whole_units(content, account.size)} - {administered} = {max(wasted, 0)} discarded"
        )
        return Reading((_part(Split(administered, wasted)),), (line,))
    clean, plain_part = Part(administered, 0, "nothing_discarded"), Part(administered)
    best = smallest_waste(account.dose, _only_single(drug))
    missing = f"{account.unit.code}: {_no_content(account)}, and no discarded amount"
    if best is None:
        return Reading(
            (plain_part,), (division_text,), missing, "no modifier until the chart tells", ((clean,),), gap=missing
        )
    wanted = best.words(account.unit)
    likely = split(account.dose, best.content, account.size)
    if not likely.discarded:
        line = f"{division_text}; marketed only in single-dose containers: {wanted}"
        return Reading(
            (clean,),
            (line,),
            missing,
            "JZ, because the smallest marketed containers for this dose leave no whole unit",
            ((plain_part,),),
        )
    return Reading(
        (plain_part,),
        (f"{division_text}; the smallest marketed containers for it: {wanted}",),
        question=f"{missing}: was anything discarded?",
        chosen="no modifier: containers are not made up",
        others=((_part(likely),), (clean,)),
        gap=f"{missing}, so JW and JZ cannot be told apart",
    )


def _no_content(account: Account) -> str:
    if any(item.count != item.count.to_integral_value() for item in account.opened):
        return "the number of opened containers is not whole"
    if account.opened:
        return f"the size of the opened containers is not charted in {account.unit.unit}"
    return "no containers are charted"


def _only_single(drug: Drug | None) -> tuple[Fraction, ...]:
    if drug is None or any(kind_of(container) != "single_dose" for container in drug.containers):
        return ()
    return marketed_sizes(drug)


def _multi(account: Account) -> Reading:
    content = account.content
    why = "multi-dose container: neither JW nor JZ, what is left is not billable"
    if content is not None and account.dose > content:
        reading = _beyond_the_label(account, "no_modifier")
        return replace(reading, because=(*reading.because, why))
    units = rounded_up(account.dose, account.size)
    return Reading((Part(units),), (division(account.dose, account.unit, account.size), why))


def _unknown(account: Account, drug: Drug | None) -> Reading:
    """Without the kind of container the units stand but the modifier is open."""
    single, multi = _single(account, drug), _multi(account)
    missing = f"{account.unit.code}: the chart and the table do not tell whether the container is single-dose"
    return Reading(
        tuple(Part(part.administered) for part in multi.parts),
        (multi.because[0],),
        question=f"{missing}. Is it?",
        chosen="no modifier until the container is known",
        others=(single.parts, *single.others, *multi.others),
        gap=f"{missing}; JW and JZ depend on it",
    )


def _mixed(account: Account, drug: Drug | None) -> Reading:
    """Split a dose drawn from both kinds of container: what the single ones held and was not discarded is theirs."""
    single = tuple(item for item in account.opened if item.kind == "single_dose")
    inside = replace(account, opened=single).content
    content = account.content
    if inside is None or content is None:
        return _unknown(account, drug)
    if account.dose > content:
        return _beyond_the_label(account, "no_modifier")
    kept = min(account.dose, max(inside - (account.discarded or Fraction(0)), Fraction(0)))
    total = rounded_up(account.dose, account.size)
    first = split(kept, inside, account.size)
    from_single = min(first.administered, total)
    wasted = min(
        first.discarded,
        whole_units(account.discarded or Fraction(0), account.size),
        max(whole_units(content, account.size) - total, 0),
    )
    attested: Attested = (
        "no_modifier" if wasted or (first.discarded and account.discarded is None) else "nothing_discarded"
    )
    parts = (Part(from_single, wasted, attested), Part(total - from_single))
    line = (
        f"{_sum(account, content)}; {in_unit(kept, account.unit)} of it came from single-dose containers of "
        f"{in_unit(inside, account.unit)}"
    )
    used_up = tuple(part for part in parts if part.administered or part.discarded)
    return Reading(
        used_up,
        (line, "single-dose and multi-dose containers are billed apart: JW and JZ belong to the container"),
        question=f"{account.unit.code}: which container did the unused part come from?",
        chosen="the single-dose containers, less what is charted as discarded, were used first",
        others=((Part(total),),),
    )


def read_count(account: Account, kind: Containers, administrations: int, drug: Drug | None) -> Reading:
    """Read a code that counts doses or vials, whatever they hold; cells given from several bags are one dose."""
    if account.unit.basis == "vial":
        charted = sum(item.count for item in account.opened)
        count = int(charted) if charted == int(charted) and charted else administrations
        words = f"{account.unit.code} counts vials: {count}"
    else:
        one_dose = "therapeutic dose" in account.unit.name or (drug is not None and drug.admin_class == "cell_therapy")
        count = 1 if one_dose else administrations
        words = f"{account.unit.code} counts doses, whatever they hold: {count}"
    clean, bare = Part(count, 0, "nothing_discarded"), Part(count)
    if kind == "single_dose":
        return Reading((clean,), (words,))
    if kind == "multi_dose":
        return Reading((bare,), (words,))
    missing = f"{account.unit.code}: the chart and the table do not tell whether the container is single-dose"
    return Reading(
        (bare,), (words,), f"{missing}. Is it?", "no modifier until the container is known", ((clean,),), missing
    )


def _part(units: Split) -> Part:
    if units.discarded > 0:
        return Part(units.administered, units.discarded)
    return Part(units.administered, 0, "nothing_discarded")


def _sum(account: Account, content: Fraction) -> str:
    units, exact = whole_units(content, account.size), content / account.size
    words = f"{units} unit{'s' if units != 1 else ''}"
    if exact != units:
        words = f"{shown(exact)} units, {units} of them whole"
    return f"{division(account.dose, account.unit, account.size)}; {account.containers} opened = {words}"
