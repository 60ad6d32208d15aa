"""What the rules of coverage look at: dated claim lines by code, and the diagnoses each is billed for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onco_tui.codesets.drugs import Confidence
from onco_tui.derive.identity import class_of
from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.drugs.billed import alike, charges, listed, on_day
from onco_tui.rules.finding import Evidence, NotChecked, Severity

EXPECTED_DENIAL = frozenset({"GA", "GZ", "GY"})
_MOST_CHOICES = 4
_THERAPY = "Z51"
_TRIAL = frozenset({"Q0", "Q1"})


@dataclass(frozen=True, slots=True)
class Service:
    """A dated claim line. ``diagnoses`` are those it points to; all of the claim where it points nowhere."""

    line: ClaimLine
    day: date
    diagnoses: tuple[str, ...]

    @property
    def denial_expected(self) -> bool:
        """Tell whether the line itself says that it will not be covered."""
        return not EXPECTED_DENIAL.isdisjoint(self.line.modifiers)


def services(context: Context) -> Mapping[str, tuple[Service, ...]]:
    """Give the dated lines of the claim by code. Use it through ``context.once``."""
    found: dict[str, tuple[Service, ...]] = {}
    for line in context.claim.lines:
        day = context.day_of(line)
        if day is not None and line.code:
            billed_for = context.claim.pointed(line) or context.claim.diagnoses
            found[line.code] = (*found.get(line.code, ()), Service(line, day, billed_for))
    return found


def billed(context: Context, codes: Iterable[str]) -> Iterator[Service]:
    """Give the lines of some codes, in the order of the claim."""
    found = context.once(services)
    if isinstance(codes, frozenset) and found.keys().isdisjoint(codes):
        return
    of_codes = [service for code in codes if code in found for service in found[code]]
    order = {line.line: place for place, line in enumerate(context.claim.lines)}
    yield from sorted(of_codes, key=lambda service: order[service.line.line])


def by_day(found: Iterable[Service]) -> tuple[tuple[Service, ...], ...]:
    """Put together the lines of one code and date: dose and waste are one service, told once."""
    return alike(found, lambda service: (service.line.code, service.day))


def lines_of(group: Iterable[Service]) -> tuple[ClaimLine, ...]:
    """Give the claim lines of several services."""
    return tuple(service.line for service in group)


def numbers(group: Iterable[Service]) -> tuple[int, ...]:
    """Give the line numbers of several services."""
    return tuple(service.line.line for service in group)


def money(group: Iterable[Service]) -> Decimal | None:
    """Add up the charges of several services; None when one is unknown."""
    return charges(lines_of(group))


def diagnoses_of(group: Iterable[Service]) -> tuple[str, ...]:
    """Give the diagnoses several lines are billed for, each once; the encounter for therapy only where it is alone."""
    found = tuple(dict.fromkeys(code for service in group for code in service.diagnoses))
    return tuple(code for code in found if not code.startswith(_THERAPY)) or found


def evidence_of(context: Context, group: Iterable[Service], *fields: str) -> tuple[Evidence, ...]:
    """Point at fields of the lines, code and pointers first, and at the list of diagnoses."""
    found = tuple(item for service in group for item in line_evidence(service.line, "code", *fields))
    return (*found, list_evidence(context.claim))


def charted_diagnoses(context: Context, fits: Callable[[str], bool], *, active: bool = False) -> tuple[Evidence, ...]:
    """Point at charted diagnoses whose codes fit, all of them or those documented as active."""
    return tuple(
        Evidence(f"documentation.diagnoses[{index}].code", diagnosis.code)
        for index, diagnosis in enumerate(context.chart.diagnoses or ())
        if diagnosis.code and fits(diagnosis.code) and (diagnosis.status == "active" or not active)
    )


def unchecked(group: Iterable[Service], reason: str) -> NotChecked:
    """Say why several lines could not be checked."""
    lines = numbers(group)
    return NotChecked(f"line {listed(lines)}: {reason}", lines=lines)


def of_trial(context: Context, service: Service) -> bool:
    """Tell whether a line belongs to a clinical trial, whose protocol and not a label says what is given for what."""
    trial = context.chart.trial
    investigated = trial.investigational_items if trial else ()
    return not _TRIAL.isdisjoint(service.line.modifiers) or service.line.code in investigated


def has_neoplasm(codes: Iterable[str]) -> bool:
    """Tell whether a treatable neoplasm is among diagnosis codes."""
    return any(map(is_treatable_neoplasm, codes))


def national_policy_binds(context: Context) -> bool:
    """Tell whether Medicare's national coverage determinations bind the payer: Original Medicare and Advantage plans.

    Modifiers and edits of Original Medicare are not meant: those an Advantage plan has its own way.
    """
    return context.policy.medicare or context.policy.medicare_advantage


def prompt(confidence: Confidence) -> Severity:
    """Give how loud a question may be: a row of low confidence is information only; none is ever an error."""
    return Severity.INFO if confidence == "low" else Severity.WARNING


def name_of(context: Context, code: str) -> str:
    """Name the drug of a code for a person, without the code; the code itself where no table names it."""
    if uses := context.reference.coverage.uses_of(code):
        return uses.name
    drug = context.reference.drugs.by_code(code)
    return drug.spoken if drug else code


def given(context: Context, day: date) -> tuple[Administration, ...]:
    """Give the charted administrations of a date."""
    return tuple(a for a in context.administrations if on_day(a, day))


def cytotoxic_given(context: Context, day: date) -> bool:
    """Tell whether chemotherapy was charted that day, or billed where nothing is charted; antibodies do not count."""
    drugs = context.reference.drugs
    if context.chart.administrations is not None:
        return any(_cytotoxic(context, a.hcpcs, class_of(a, drugs), a.name) for a in given(context, day))
    return any(
        (drug := drugs.by_code(line.code)) is not None
        and _cytotoxic(context, line.code, class_of(Administration(id="billed", hcpcs=line.code), drugs), drug.generic)
        for line in context.claim.lines
        if context.day_of(line) == day
    )


def _cytotoxic(context: Context, code: str | None, drug_class: str | None, name: str) -> bool:
    drug = context.reference.drugs.by_code(code)
    words = (drug.generic if drug else name).casefold().split()
    return drug_class == "chemotherapy" and not any(word.rstrip(",").endswith("mab") for word in words)


def chart_text(context: Context) -> str:
    """Give the chart's free text in one piece. Use it through ``context.once``; never show it."""
    chart = context.chart
    plan = chart.treatment_plan
    parts = [note.text for note in chart.notes or ()]
    parts += [text for d in chart.diagnoses or () for text in (d.description, d.histology, d.stage) if text]
    parts += [text for text in (plan.regimen, plan.rationale, plan.response, plan.intent) if text] if plan else []
    return "\n".join(parts)


def titles(context: Context, codes: Iterable[str], day: date) -> str:
    """Write diagnoses by their titles for a question to a clinician, who is not asked about codes."""
    ask = context.reference.codesets.diagnosis
    return "; ".join(ask(code, day).label or "a diagnosis without a known title" for code in codes) or "no diagnosis"


def conditions(context: Context) -> tuple[str, ...]:
    """Give the active conditions in the chart's own words, as answers to choose from."""
    found = (d.description for d in context.chart.diagnoses or () if d.description and d.status == "active")
    plain = (" ".join(text.replace(";", ",").split()) for text in found)
    return tuple(dict.fromkeys(plain))[:_MOST_CHOICES] or ("the condition listed",)
