"""More units of a code than are likely on a line or a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from onco_tui.codesets.answers import LimitAnswer
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import ncci_i, unit_limits
from onco_tui.rules.context import Context, charge_after, line_evidence
from onco_tui.rules.drugs.billed import charges, medicare
from onco_tui.rules.drugs.groups import is_drug
from onco_tui.rules.edit_series import EditSeries, removal
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.ncci.tables import Gaps, basis, billed_days, of_another_program, practitioner_of, weight
from onco_tui.rules.ncci.told import told_of_units
from onco_tui.rules.registry import rule

_PER_LINE, _ABSOLUTE = "1", "2"
_ORAL_CODES = "J8"
_Lines = tuple[ClaimLine, ...]


@rule(
    "NCC102", "units-over-limit", Severity.ERROR, authority=(unit_limits("value and adjudication"), ncci_i("section V"))
)
def units_over_limit(context: Context) -> Iterator[Draft | NotChecked]:
    """Units over the limit.

    What it finds: More units than CMS's medically unlikely edit allows: on a line (adjudication 1), or on a date, all
        lines of the code added up, administered, discarded (JW) and split ones (2 and 3).
    Why it matters: All units of the line or date are denied, not only the surplus. Adjudication 2 is absolute: no
        modifier and no appeal lifts it. Adjudication 3 may be paid when the record proves the units.
    What the chart must show: The units; for adjudication 3 also why so many were needed.
    Example: 96415 x 9 on one date, limit 8. Adjudication 3 warns, and only informs where the chart supports the units.
    Fix: Reduce a single line to the limit where it is absolute (review); otherwise none, as units follow the record.
        Units the chart contradicts, repeated lines, and 96368 or initial services without a chart are told by other
        rules.
    Authority: CMS medically unlikely edits, practitioner or hospital table by claim type; NCCI Policy Manual 2026,
        chapter I section V. Codes without a published value have no limit to check.
    """
    if foreign := tuple(of_another_program(context)):
        yield from foreign
        return
    unknown = Gaps(context, "ncci_mue")
    for day, lines, limit in context.once(_limited):
        if limit.units is None:
            if limit.edition is None:
                unknown.add(day, [lines[0].code], lines)
        elif limit.units > 0:
            over = _over(lines, limit.units, per_line=limit.adjudication == _PER_LINE)
            if over and not told_of_units(context, day, lines):
                yield _draft(context, day, over, limit, limit.units)
    yield from unknown.told()


@rule("NCC103", "units-never-paid", Severity.ERROR, authority=(unit_limits("value 0"), ncci_i("section V")))
def units_never_paid(context: Context) -> Iterator[Draft | NotChecked]:
    """Units never paid.

    What it finds: A code whose medically unlikely edit is zero on this type of claim.
    Why it matters: Every unit is denied; the code belongs on another type of claim, or Medicare takes another code.
    What the chart must show: What was done, so that the right code can be chosen.
    Example: G0463 on a practitioner's claim; it is a hospital's code.
    Fix: Remove the line (review; a person knows which code was meant). A code out of force, an oral drug and 96376
        are told by other rules.
    Authority: CMS medically unlikely edits, practitioner or hospital table by claim type; NCCI Policy Manual 2026,
        chapter I section V. Medicare only.
    """
    if foreign := tuple(of_another_program(context)):
        yield from foreign
        return
    for day, lines, limit in context.once(_limited):
        if limit.units != 0 or _told_of_code(context, day, lines):
            continue
        numbers = tuple(line.line for line in lines)
        if not medicare(context):
            code = lines[0].code
            yield NotChecked(f"the payer is not known to be Medicare, whose limit of {code} is 0", lines=numbers)
            continue
        for line in lines:
            yield Draft(
                f"line {line.line} bills {line.code}, of which Medicare pays no unit on {_article(context)} claim "
                f"({basis(limit.edition, stale=limit.stale)})",
                lines=(line.line,),
                evidence=line_evidence(line, "code", "units", "date_of_service"),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(removal(context.claim, line, "review"),),
                severity=weight(context, stale=limit.stale),
            )


def _limited(context: Context) -> tuple[tuple[date, _Lines, LimitAnswer], ...]:
    """Give the lines of each code, date and practitioner with the limit of the code."""
    ask, claim_type = context.reference.codesets.limit, context.claim.claim_type
    groups: dict[tuple[date, str, str | None], list[ClaimLine]] = {}
    for day, lines in context.once(billed_days).items():
        for line in lines:
            groups.setdefault((day, line.code, practitioner_of(context, line)), []).append(line)
    return tuple((day, tuple(lines), ask(code, day, claim_type)) for (day, code, _), lines in groups.items())


def _over(lines: _Lines, limit: int, *, per_line: bool) -> _Lines:
    if per_line:
        return tuple(line for line in lines if _units(line) > limit)
    return lines if sum(map(_units, lines)) > limit else ()


def _units(line: ClaimLine) -> Decimal:
    """Give the units of a day; those of a line over several days are spread evenly, as Medicare does."""
    if line.date_of_service is None or line.date_to is None or line.date_to <= line.date_of_service:
        return line.units
    return line.units / ((line.date_to - line.date_of_service).days + 1)


def _draft(context: Context, day: date, lines: _Lines, limit: LimitAnswer, most: int) -> Draft:
    code, numbers = lines[0].code, tuple(line.line for line in lines)
    total = plain(sum((_units(line) for line in lines), Decimal(0)))
    per_line, absolute = limit.adjudication == _PER_LINE, limit.adjudication == _ABSOLUTE
    where = f"line{'' if len(numbers) == 1 else 's'} {' and '.join(map(str, numbers))}"
    bills = f"bill{'s' if len(numbers) == 1 else ''} {code} x {total}"
    span = "a line" if per_line else "a date"
    kind = "all units of the line" if per_line else "all units of the date"
    lifted = ", and nothing lifts the limit" if absolute else "" if per_line else " unless the record proves them"
    supported = not per_line and not absolute and _supported(context, code, day) >= sum(map(_units, lines))
    return Draft(
        f"{where} {bills}; the limit is {most} {span}, over it {kind} are denied{lifted}"
        f"{'; the chart supports the units' if supported else ''} "
        f"(adjudication {limit.adjudication}, {basis(limit.edition, stale=limit.stale)})",
        lines=numbers,
        evidence=tuple(item for line in lines for item in line_evidence(line, "code", "units", "date_of_service")),
        direction="over",
        amount_at_risk=charges(lines),
        fixes=_reduction(context, lines, most) if absolute else (),
        subject=f"{code} {day}",
        severity=_severity(context, limit, supported=supported),
    )


def _severity(context: Context, limit: LimitAnswer, *, supported: bool) -> Severity:
    if limit.adjudication in {_PER_LINE, _ABSOLUTE}:
        return weight(context, stale=limit.stale)
    return Severity.INFO if supported else Severity.WARNING


def _supported(context: Context, code: str, day: date) -> Decimal:
    """Give the units of a code the chart supports on a date."""
    derived = context.derivation.lines
    return sum((line.units for line in derived if line.code == code and line.date_of_service == day), Decimal(0))


def _reduction(context: Context, lines: _Lines, most: int) -> tuple[Fix, ...]:
    """Reduce the one line to the limit; of a drug the dose decides, and of several lines a person."""
    line, *others = lines
    if others or is_drug(context, line.code) or _units(line) != line.units:
        return ()
    units = Decimal(most)
    series = EditSeries(context.encounter)
    series.set(line.line, "charge", charge_after(line, units))
    series.set(line.line, "units", units)
    title = f"line {line.line} units {plain(line.units)} to {most}, the most that can be paid on one date"
    return (Fix(title, "review", series.edits),)


def _told_of_code(context: Context, day: date, lines: _Lines) -> bool:
    code = lines[0].code
    if context.practitioner and (code == "96376" or code.startswith(_ORAL_CODES)):
        return True
    return told_of_units(context, day, lines)


def _article(context: Context) -> str:
    return "a practitioner's" if context.practitioner else "a hospital's"
