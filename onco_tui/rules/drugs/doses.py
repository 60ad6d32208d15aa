"""Doses: codes that count doses, drugs by mouth, doses against orders, brands told apart by dose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from onco_tui.derive.drugs.quantity import charted
from onco_tui.derive.drugs.supply import is_oral
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.edits import remove_line
from onco_tui.encounter.values import plain
from onco_tui.rules.authorities import claims_manual_17, hcpcs_level2, ncci_xii
from onco_tui.rules.context import Context, charge_for, chart_evidence, line_evidence
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.drugs.billed import (
    DrugLine,
    drug_lines,
    given_as,
    is_certain,
    medicare,
    weighed,
    without_chart,
)
from onco_tui.rules.drugs.queries import as_charted, drug_name
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

# Places where a practitioner's own claim goes to the Part B contractor; a home or pharmacy may be a supplier's claim.
_PRACTITIONER_PLACES = frozenset({"11", "19", "20", "22", "24", "49"})
_MOST, _LEAST = Fraction(11, 10), Fraction(9, 10)  # doses are customarily rounded within a tenth


@rule("DRG127", "dose-code-with-several-units", Severity.ERROR, authority=(ncci_xii("section D.9"), hcpcs_level2()))
def dose_code_with_several_units(context: Context) -> Iterator[Draft | NotChecked]:
    """Code for one dose with several units.

    What it finds: More than one unit of a code that counts doses, whatever they hold, where no chart counts them.
    Why it matters: One administration is one unit; the units deny, and mostly they are milligrams or cells.
    What the chart must show: How many times the drug was given that day.
    Example: Q2041 counts one therapeutic dose; 68 units are the millions of cells.
    Fix: Set one unit and leave the charge (review). With a chart, DRG101 counts the administrations.
    Authority: NCCI Policy Manual 2026, chapter XII section D.9; HCPCS Level II descriptors ("per dose").
    """
    for item in context.once(drug_lines):
        if item.unit is None:
            yield NotChecked(f"{item.line.code} is not in the drug table", lines=(item.line.line,))
        elif item.unit.basis == "dose" and item.line.units > 1 and context.chart.administrations is None:
            series = EditSeries(context.encounter)
            series.set(item.line.line, "units", Decimal(1))
            yield Draft(
                f"line {item.line.line} bills {plain(item.line.units)} units of {item.line.code}, which counts doses, "
                f"whatever they hold",
                lines=(item.line.line,),
                evidence=line_evidence(item.line, "code", "units"),
                direction="over",
                amount_at_risk=charge_for(item.line, item.line.units - 1),
                fixes=(Fix(f"line {item.line.line} 1 unit; check the charge", "review", series.edits),),
                severity=weighed(Severity.ERROR, certain=is_certain(context, item.line.code)),
            )


@rule("DRG128", "oral-drug-on-practitioner-claim", Severity.ERROR, authority=(ncci_xii("section D.8"),))
def oral_drug_on_practitioner_claim(context: Context) -> Iterator[Draft | NotChecked]:
    """Oral drug on a practitioner's claim.

    What it finds: An oral drug code on a practitioner's Medicare claim.
    Why it matters: Oral anticancer and antiemetic drugs go to the DME contractor; here their unit limit is 0.
    What the chart must show: The route, and who dispensed the drug.
    Example: J8530 (oral cyclophosphamide) with place of service 11.
    Fix: Remove the line (review); it is billed to the DME contractor or the pharmacy benefit.
    Authority: NCCI Policy Manual 2026, chapter XII section D.8. At home or in a pharmacy the claim may be a
        supplier's own: not checked. Other payers decide for themselves.
    """
    if not context.practitioner or not context.policy.medicare:
        return
    for item in context.once(drug_lines):
        if not (item.unit and is_oral(item.unit)):
            continue
        place = item.line.place_of_service or context.claim.place_of_service
        if place not in _PRACTITIONER_PLACES:
            yield NotChecked(
                f"line {item.line.line}: at place of service {place or 'unknown'} the claim may be a supplier's",
                lines=(item.line.line,),
            )
            continue
        yield Draft(
            f"line {item.line.line} bills {item.line.code}, an oral drug, at place of service {place}",
            lines=(item.line.line,),
            evidence=line_evidence(item.line, "code", "place_of_service"),
            direction="over",
            amount_at_risk=item.line.charge,
            fixes=(Fix(f"remove line {item.line.line}", "review", (remove_line(context.claim, item.line.line),)),),
            severity=weighed(Severity.ERROR, certain=medicare(context)),
        )


@dataclass(frozen=True, slots=True)
class Twin:
    """A product that shares its code with another: its usual dose, its names, and the diagnoses of its label."""

    name: str
    dose: Decimal
    brands: tuple[str, ...]
    diagnoses: tuple[str, ...]


_OSTEOPOROSIS = Twin("the 60 mg product", Decimal(60), ("prolia", "jubbonti", "stoboclo", "conexxence", "ospomyv"), (
    "M80", "M81", "M85.8", "Z79.811", "Z79.818",
))  # fmt: skip
_METASTASIS = Twin("the 120 mg product", Decimal(120), ("xgeva", "wyost", "osenvelt", "bomyntra", "xbryk"), (
    "C79.5", "C90.0", "D48.0", "E83.52",
))  # fmt: skip
_RECLAST = Twin("Reclast", Decimal(5), ("reclast",), ("M80", "M81", "M85.8", "M88"))
_ZOMETA = Twin("Zometa", Decimal(4), ("zometa",), ("C79.5", "C90.0", "E83.52"))
# Labels of the products, by what the code counts: mg.
_TWINS: Mapping[str, tuple[Twin, Twin]] = {
    **dict.fromkeys(("J0897", "Q5136", "Q5157", "Q5158", "Q5159"), (_OSTEOPOROSIS, _METASTASIS)),
    "J3489": (_RECLAST, _ZOMETA),
}


@rule("DRG129", "dose-of-another-brand", Severity.WARNING, authority=(hcpcs_level2(), claims_manual_17("10")))
def dose_of_another_brand(context: Context) -> Iterator[Draft | NotChecked]:
    """Dose of another brand.

    What it finds: A code shared by two products whose billed dose is the usual one of one product, while brand or
        diagnoses are those of the other.
    Why it matters: Coverage follows the product: 60 mg of denosumab treats osteoporosis, 120 mg bone metastases.
    What the chart must show: The indication and the brand.
    Example: 120 units of J0897 with M81.0 and no bone metastasis.
    Fix: Ask which product was meant (query).
    Authority: HCPCS Level II (one code, several products); the products' labels for dose and indication. Diagnoses
        that fit both, or neither, say nothing.
    """
    for item in context.once(drug_lines):
        if item.line.code in _TWINS and not item.wasted:
            first, second = _TWINS[item.line.code]
            meant, other = (first, second) if item.line.units == first.dose else (second, first)
            if item.line.units == meant.dose:
                yield from _contradicted(context, item, meant, other)


def _contradicted(context: Context, item: DrugLine, meant: Twin, other: Twin) -> Iterator[Draft | NotChecked]:
    given = given_as(context, item.line.code, item.day)
    names = " ".join((a.drug or "").casefold() for a in given)
    branded = any(brand in names for brand in other.brands) and not any(brand in names for brand in meant.brands)
    documented = [d.code for d in context.chart.diagnoses or () if d.code and d.status != "history"]
    codes = tuple(dict.fromkeys((*_pointed(context, item), *documented)))
    if not codes and not branded:
        yield NotChecked(f"line {item.line.line}: no diagnosis tells which product was meant", lines=(item.line.line,))
        return
    indicated = [code for code in codes if code.startswith(other.diagnoses)]
    if not branded and (not indicated or any(code.startswith(meant.diagnoses) for code in codes)):
        return
    why = (
        f"the chart names {given[0].drug}"
        if branded
        else f"the diagnoses ({', '.join(indicated)}) are those of {other.name}"
    )
    dose = f"{plain(item.line.units)} mg"
    shown = as_charted(context, given) or f"{drug_name(context, item.line.code)} {dose}"
    words = [d.description or d.code for d in context.chart.diagnoses or () if d.code in indicated]
    record = f"{shown} on {item.day}; documented diagnoses: {', '.join(map(str, words)) or 'none for it'}"
    yield Draft(
        f"line {item.line.line} bills {dose} of {item.line.code}, the dose of {meant.name}; {why}",
        lines=(item.line.line,),
        evidence=(
            *line_evidence(item.line, "code", "units", "diagnosis_pointers"),
            *(found for a in given for found in chart_evidence(a, "drug", "dose")),
            list_evidence(context.claim),
        ),
        direction="documentation",
        amount_at_risk=item.line.charge,
        fixes=(
            query(
                "ask which product was meant",
                record,
                "Which product was given, and for which indication?",
                *(f"{twin.name} for (please give the indication)" for twin in _TWINS[item.line.code]),
            ),
        ),
    )


def _pointed(context: Context, item: DrugLine) -> tuple[str, ...]:
    return context.claim.pointed(item.line) or context.claim.diagnoses


@rule("DRG130", "dose-not-as-ordered", Severity.WARNING, authority=(claims_manual_17("10"),))
def dose_not_as_ordered(context: Context) -> Iterator[Draft | NotChecked]:
    """Dose not as ordered.

    What it finds: A billed drug whose given dose is not charted although one was ordered; a dose more than a tenth
        above the order; a dose more than a tenth below it without a reason.
    Why it matters: The dose given is billed, never the dose ordered or prepared; a difference without a reason is
        questioned on audit.
    What the chart must show: The dose given, and why it is not the one ordered.
    Example: 900 mg ordered and billed, no dose charted as given.
    Fix: Ask for the dose or the reason (query). What was prepared of a single-dose vial and not given is waste.
    Authority: Medicare Claims Processing Manual, chapter 17 section 10; the tenth is common rounding practice, not a
        rule.
    """
    for item in context.once(drug_lines):
        for administration in given_as(context, item.line.code, item.day) if not item.wasted else ():
            if administration.ordered_dose and (told := _against_order(administration)):
                yield _ordered_draft(item, administration, told)
    yield from without_chart(context)


def _against_order(administration: Administration) -> tuple[str, Severity] | None:
    """Say how the dose differs from the order, and how much that matters; None when it does not or cannot be told."""
    ordered, given = administration.ordered_dose, administration.dose
    if ordered is None:
        return None
    wanted = f"{plain(ordered.amount)} {ordered.unit} was ordered"
    if given is None:
        return f"{wanted} and no dose is charted as given", Severity.WARNING
    read, meant = charted(given), charted(ordered)
    if read is None or meant is None or read.dimension != meant.dimension or meant.amount <= 0:
        return None
    said = f"{wanted}, {plain(given.amount)} {given.unit} given"
    if read.amount > meant.amount * _MOST:
        return f"{said}: more than ordered", Severity.WARNING
    explained = administration.discontinued or administration.discontinued_reason
    if 0 < read.amount < meant.amount * _LEAST and not explained:
        return f"{said}, and no reason is charted", Severity.INFO
    return None


def _ordered_draft(item: DrugLine, administration: Administration, told: tuple[str, Severity]) -> Draft:
    said, severity = told
    return Draft(
        f"line {item.line.line}, {administration.name}: {said}",
        lines=(item.line.line,),
        evidence=(
            *line_evidence(item.line, "units"),
            *chart_evidence(administration, "dose", "ordered_dose", "discontinued"),
        ),
        direction="documentation",
        fixes=(
            query(
                "ask for the dose given and the reason",
                f"{administration.name} on {item.day}: {said}",
                "Which dose was given, and why did it differ from the order?",
                "the dose and the reason (please give both)",
                "the dose as ordered",
            ),
        ),
        subject=administration.id,
        severity=severity,
    )
