"""The discarded amount in the record: whether it is there, agrees with the vials, and belongs to this patient."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from onco_tui.derive.drugs.billing import in_unit, rounded_up, whole_units
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_17, discarded_drugs, drug_wastage_article
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.drugs.billed import charges, counted, drug_lines, given_as, listed, medicare, weighed, without_chart
from onco_tui.rules.drugs.opened import Opened, numbers, opened_drugs
from onco_tui.rules.drugs.plan import JZ
from onco_tui.rules.drugs.queries import as_charted
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_WASTE = (claims_manual_17("40"), drug_wastage_article())


@rule("DRG116", "discard-not-charted", Severity.ERROR, authority=_WASTE)
def discard_not_charted(context: Context) -> Iterator[Draft | NotChecked]:
    """Discard not charted.

    What it finds: A JW line of a drug whose record has no discarded amount; or JZ, although the opened single-dose
        containers hold a whole unit or more beyond the dose and nothing says what became of it.
    Why it matters: JW is paid only for a discarded amount that stands in the medical record; JZ attests that there was
        none.
    What the chart must show: The amount discarded, with date, time and signature.
    Example: 355 mg from four vials of 100 mg, 4 units with JW, and no word of the 45 mg left.
    Fix: Ask for the amount (query). The vials alone do not say what became of the rest. Where a note speaks of waste
        in its text, a person reads it.
    Authority: Medicare Claims Processing Manual, chapter 17 section 40; JW required from 2017-01-01, JZ from
        2023-07-01. A warning for JZ: the rest may have gone to another patient.
    """
    yield from _attested(context)
    for item in context.once(drug_lines):
        given = given_as(context, item.line.code, item.day) if item.wasted and item.line.units > 0 else ()
        if not given or any(a.discarded for a in given):
            continue
        if _a_note_speaks_of_waste(context):
            yield _for_a_person((item.line,))
            continue
        name = given[0].name
        record = f"{as_charted(context, given)} on {item.day}; no discarded amount is documented"
        units = f"{plain(item.line.units)} unit{'' if item.line.units == 1 else 's'}"
        yield Draft(
            f"line {item.line.line} bills {units} JW of {name}; no discarded amount is charted",
            lines=(item.line.line,),
            evidence=(
                *line_evidence(item.line, "modifiers", "units"),
                *(found for a in given for found in chart_evidence(a, "vials", "discarded")),
            ),
            direction="documentation",
            amount_at_risk=item.line.charge,
            fixes=(_ask_for_the_rest(record),),
            severity=weighed(Severity.ERROR, certain=item.certain and medicare(context)),
        )
    yield from without_chart(context)


def _attested(context: Context) -> Iterator[Draft | NotChecked]:
    """Find JZ on drugs of whose opened containers a whole unit or more is unaccounted for."""
    for drug in context.once(opened_drugs):
        lines = tuple(line for line in drug.group.billed if JZ in line.modifiers)
        if not lines or drug.left is None or drug.left <= 0 or drug.content is None:
            continue
        account = drug.account
        over = whole_units(drug.content, account.size) - rounded_up(account.dose, account.size)
        if over < 1 or not drug.single_dose_only or any(a.discarded for a in drug.given):
            continue
        if _a_note_speaks_of_waste(context):
            yield _for_a_person(lines)
            continue
        left = in_unit(drug.left, drug.unit)
        yield Draft(
            f"line {listed(numbers(lines))} attests with JZ that nothing was discarded; {account.containers} less "
            f"{in_unit(account.dose, drug.unit)} leave {left}, and no discarded amount is charted",
            lines=numbers(lines),
            evidence=drug.evidence(),
            direction="documentation",
            fixes=(
                _ask_for_the_rest(
                    f"{as_charted(context, drug.given)} on {drug.group.day} from {account.containers}; what became of "
                    f"the {left} left is not documented"
                ),
            ),
            severity=Severity.WARNING,
        )


def _ask_for_the_rest(record: str) -> Fix:
    return query(
        "ask for the discarded amount",
        record,
        "How much of the opened containers was discarded, when, and who recorded it?",
        "amount, time and name (please give)",
        "nothing was discarded",
    )


def _for_a_person(lines: Sequence[ClaimLine]) -> NotChecked:
    found = numbers(lines)
    return NotChecked(
        f"line {listed(found)}: a note speaks of waste; its amount is not read from free text", lines=found
    )


def _a_note_speaks_of_waste(context: Context) -> bool:
    words = ("discard", "wast")
    return any(word in note.text.casefold() for note in context.chart.notes or () for word in words)


@rule("DRG117", "discard-disagrees", Severity.WARNING, authority=_WASTE)
def discard_disagrees(context: Context) -> Iterator[Draft | NotChecked]:
    """Discard disagreeing with the vials.

    What it finds: A charted discard that is not what the opened single-dose containers hold beyond the dose, by a
        billing unit or more.
    Why it matters: Either the waste billed is not supported, or a part of the vial went to another patient, whose
        claim then bills it too.
    What the chart must show: Dose, containers and discard that add up; for a shared vial what each patient received.
        The waste goes to the last patient, once.
    Example: 355 mg from four vials of 100 mg and 20 mg discarded: 25 mg are unaccounted for.
    Fix: Ask which amount is right (query).
    Authority: Medicare Claims Processing Manual, chapter 17 section 40; overfill counts neither as given nor
        discarded.
    """
    for drug in context.once(opened_drugs):
        account = drug.account
        if any(not a.discarded for a in drug.given) or account.discarded is None or not drug.single_dose_only:
            if account.unreadable:
                yield NotChecked(
                    f"{drug.group.code}: the discarded amount ({account.unreadable}) cannot be brought into "
                    f"{drug.unit.unit}",
                    lines=numbers(drug.group.billed),
                )
            continue
        left = drug.left
        if left is None or left < 0 or account.discarded == left:
            continue
        if abs(account.discarded - left) >= account.size:
            yield _disagreeing(drug, left, account.discarded)
    yield from without_chart(context)


def _disagreeing(drug: Opened, left: Fraction, discarded: Fraction) -> Draft:
    unit, account = drug.unit, drug.account
    sums = (
        f"{account.containers} hold {in_unit(account.content or left, unit)}, {in_unit(account.dose, unit)} was given, "
        f"{in_unit(left, unit)} left; {in_unit(discarded, unit)} is charted as discarded"
    )
    if discarded < left:
        hint = f"{in_unit(left - discarded, unit)} went to another patient, was not charted, or is overfill"
    else:
        hint = "a container or a part of the dose is missing from the record, or overfill was counted"
    return Draft(
        f"{drug.given[0].name}: {sums}: {hint}",
        lines=numbers(drug.group.billed),
        evidence=drug.evidence(),
        direction="documentation",
        amount_at_risk=charges(drug.wasted) if drug.wasted else None,
        fixes=(
            query(
                "ask which amount is right",
                f"{drug.given[0].name} on {drug.group.day}: {sums}",
                "Which amounts are right?",
                "the dose given was (please give)",
                "the amount discarded was (please give)",
                "the containers opened were (please list)",
            ),
        ),
        subject=f"{drug.group.code} {drug.group.day}",
    )


@rule("DRG119", "vial-shared", Severity.WARNING, authority=(claims_manual_17("40"), discarded_drugs()))
def vial_shared(context: Context) -> Iterator[Draft | NotChecked]:
    """Vial shared.

    What it finds: A JW line for a drug of which only a part of a container is charted as opened for this patient.
    Why it matters: Each patient is billed what that patient received; the waste of a shared vial is billed once, to
        the last patient.
    What the chart must show: What of the vial each patient received, and where the rest was discarded.
    Example: Half a vial of 100 mg is charted, 50 mg given, and 50 units are billed with JW.
    Fix: Ask whether this patient was the last one (query).
    Authority: Medicare Claims Processing Manual, chapter 17 section 40; claims of other patients are not seen here.
    """
    for item in context.once(drug_lines):
        given = given_as(context, item.line.code, item.day) if item.wasted and item.line.units > 0 else ()
        parts = [vial for a in given for vial in a.vials if vial.count != vial.count.to_integral_value()]
        if parts:
            record = f"{given[0].name} on {item.day}: {plain(parts[0].count)} of a container is documented"
            yield Draft(
                f"line {item.line.line} bills {counted(item.line.units)} JW; the chart has "
                f"{plain(parts[0].count)} of a container for this patient, and waste is billed "
                f"to the last patient only",
                lines=(item.line.line,),
                evidence=(
                    *line_evidence(item.line, "modifiers", "units"),
                    *(found for a in given for found in chart_evidence(a, "vials", "discarded")),
                ),
                direction="over",
                amount_at_risk=item.line.charge,
                fixes=(
                    query(
                        "ask who received the rest",
                        record,
                        "What became of the rest of the container?",
                        "another patient received it before this one",
                        "another patient received it after this one",
                        "it was discarded (please give the amount)",
                    ),
                ),
            )
    yield from without_chart(context)
