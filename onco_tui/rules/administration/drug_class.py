"""Rules about the class of a drug: which family of codes it earns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from onco_tui.derive.identity import drug_of
from onco_tui.encounter.chart import Administration
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.charted import class_in, on_day, sources_of, supported_beside, told
from onco_tui.rules.administration.codes import INITIAL, KINDS
from onco_tui.rules.administration.comparison import differences
from onco_tui.rules.administration.drafts import changed_lines, drafts
from onco_tui.rules.authorities import car_t, complex_administration, fee_schedule, ncci_xi
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.edit_series import EditSeries
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_RADIONUCLIDE_THERAPY = "79101"
_CAR_T_INFUSION, _CAR_T_INFUSION_UNTIL_2024 = "38228", "0540T"


@rule(
    "ADM118", "wrong-code-family", Severity.ERROR, needs=("administrations",), authority=(ncci_xi("sections B.1, B.5"),)
)
def wrong_code_family(context: Context) -> Iterator[Draft | NotChecked]:
    """Wrong code family.

    What it finds: A chemotherapy code for a drug that is not one, or a therapeutic code for a chemotherapy or
        complex drug; for a complex biologic a warning.
    Why it matters: The chemotherapy codes are for antineoplastics and for antibodies of like complexity, not
        for antiemetics, growth factors, iron or bone agents.
    What the chart must show: The drug, its class and the complexity of giving it.
    Example: An antiemetic infused before chemotherapy is 96367, not 96417.
    Fix: Recode the line to the other family (safe when the class is charted or certain).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.1 and B.5.
    """
    return drafts(context, "ADM118")


@rule("ADM125", "wrong-injection-code", Severity.ERROR, needs=("administrations",), authority=(ncci_xi("section B.1"),))
def wrong_injection_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Wrong injection code.

    What it finds: An injection code that does not fit the class of the drug or the device; for a complex biologic or
        an on-body injector a warning.
    Why it matters: Hormonal antineoplastics, other antineoplastics and all other drugs have injection codes of
        their own; an on-body injector has another.
    What the chart must show: The drug, its class and the route.
    Example: Leuprolide is 96402, bortezomib 96401, denosumab 96372.
    Fix: Recode the line (safe when the class is charted or certain).
    Authority: NCCI Policy Manual 2026, chapter XI section B.1.
    """
    return drafts(context, "ADM125")


@rule(
    "ADM130",
    "drug-on-another-payers-list",
    Severity.INFO,
    needs=("administrations",),
    authority=(complex_administration(),),
)
def drug_on_another_payers_list(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug on another payer's list.

    What it finds: A chemotherapy code, rightly billed to Medicare, for a drug that some payer's list bars from those
        codes.
    Why it matters: Medicare contractors may not change the code because of the drug's name alone, so it stays; they may
        ask for the complexity of giving it.
    What the chart must show: What makes the administration complex: preparation, monitoring, risk of reactions.
    Example: 96401 for certolizumab, which a commercial list pays as 96372 only.
    Fix: None; the code is right for this payer.
    Authority: CMS change request 13468 (December 2023); Medicare Claims Processing Manual, chapter 12 section 30.5,
        revision 13012 in force since 2025-01-01.
    """
    if not context.policy.medicare:
        return
    listed = {code for policy in context.reference.policies.values() for code in policy.injection_only_codes}
    for line in context.claim.lines:
        if line.code not in KINDS or KINDS[line.code].family != "chemotherapy":
            continue
        for administration in _behind_right_line(context, line):
            drug = drug_of(administration, context.reference.drugs)
            if drug is not None and drug.hcpcs in listed - set(context.policy.injection_only_codes):
                yield Draft(
                    f"line {line.line} bills {line.code} for {administration.name}, which other payers' lists bar from "
                    "the chemotherapy codes; Medicare does not change the code for the drug's name alone",
                    lines=(line.line,),
                    evidence=line_evidence(line, "code")
                    + chart_evidence(administration, "drug", "hcpcs", "drug_class"),
                    direction="documentation",
                    subject=administration.id,
                )


def _behind_right_line(context: Context, line: ClaimLine) -> Iterator[Administration]:
    if line.line in context.once(changed_lines):
        return
    for derived in context.derivation.lines:
        if derived.code == line.code and context.day_of(line) in {None, derived.date_of_service}:
            yield from sources_of(context, derived)


@rule(
    "ADM133",
    "radionuclide-as-chemotherapy",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("section B.1"), fee_schedule("79101")),
)
def radionuclide_as_chemotherapy(context: Context) -> Iterator[Draft | NotChecked]:
    """Radiopharmaceutical billed as chemotherapy.

    What it finds: A chemotherapy administration code for a radiopharmaceutical.
    Why it matters: The chemotherapy codes are for non-radionuclide drugs; radionuclide therapy has codes of its own.
    What the chart must show: The radiopharmaceutical, its route and dose.
    Example: Lutetium Lu 177 vipivotide tetraxetan billed as 96413: intravenous radionuclide therapy is 79101.
    Fix: Recode to 79101 for a vein, else remove the line (review).
    Authority: NCCI Policy Manual 2026, chapter XI section B.1; code range 79005 to 79999.
    """
    for item in drafts(context, "ADM133"):
        recodes = tuple(_to_radionuclide(context, number) for number in item.lines)
        yield replace(item, fixes=(*recodes, *item.fixes)) if isinstance(item, Draft) else item


def _to_radionuclide(context: Context, number: int) -> Fix:
    series = EditSeries(context.encounter)
    series.set(number, "code", _RADIONUCLIDE_THERAPY)
    series.set(number, "units", Decimal(1))
    series.set(number, "charge", None)
    return Fix(f"line {number} to {_RADIONUCLIDE_THERAPY}; charge to be entered", "review", series.edits)


@rule("ADM134", "cell-therapy-code", Severity.ERROR, authority=(car_t(),))
def cell_therapy_code(context: Context) -> Iterator[Draft | NotChecked]:
    """Cell therapy code.

    What it finds: A CAR-T code billed after its last day, or a drug infusion code for the infusion of CAR-T cells.
    Why it matters: 38225 to 38228 replaced 0537T to 0540T on 2025-01-01; the infusion of the cells is not a drug
        infusion.
    What the chart must show: The product and the date.
    Example: 0540T on 2025-02-03 is 38228; 96413 for tisagenlecleucel is 38228.
    Fix: Take the successor (safe: one to one, the price goes with the service); recode a drug infusion code (review).
    Authority: CMS fee schedule 2025; Medicare contractor instructions on NCD 110.24.
    """
    in_doubt = {difference.line.line for difference in context.once(differences) if difference.line}
    for line in context.claim.lines:
        fact = context.reference.codes.get(line.code)
        day = context.day_of(line)
        if fact and fact.family == "cart-procedure" and day and fact.effective_to and day > fact.effective_to:
            yield _ended(context, line, fact.replaced_by)
        elif line.line in in_doubt:
            yield from _cells_as_drug(context, line)
    if context.chart.administrations is None and any(line.code.startswith("Q205") for line in context.claim.lines):
        yield NotChecked("the chart has no administrations, so how the cells were given is not known")


def _ended(context: Context, line: ClaimLine, successors: tuple[str, ...]) -> Draft:
    fixes: tuple[Fix, ...] = ()
    if len(successors) == 1:
        series = EditSeries(context.encounter)
        series.set(line.line, "code", successors[0])
        fixes = (Fix(f"line {line.line} {line.code} to {successors[0]}", "safe", series.edits),)
    return Draft(
        f"line {line.line} bills {line.code} on {context.day_of(line)}; it ended on 2024-12-31, its successor is "
        f"{' or '.join(successors)}",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "date_of_service"),
        amount_at_risk=line.charge,
        fixes=fixes,
    )


def _cells_as_drug(context: Context, line: ClaimLine) -> Iterator[Draft]:
    """Find a drug administration line that only CAR-T cells can stand behind."""
    day = context.day_of(line)
    cells = [a for a in context.administrations if on_day(a, day) and _is_cell_product(context, a)]
    if not cells or supported_beside(context, line, {line.code}) or line.code not in INITIAL:
        return
    code = _CAR_T_INFUSION if day is None or day.year > 2024 else _CAR_T_INFUSION_UNTIL_2024
    series = EditSeries(context.encounter)
    series.set(line.line, "code", code)
    series.set(line.line, "charge", None)
    yield Draft(
        f"line {line.line} bills {line.code}; {told(context, cells[0])}, and the infusion of CAR-T cells is {code}",
        lines=(line.line,),
        evidence=line_evidence(line, "code") + chart_evidence(cells[0], "drug", "hcpcs", "route", "start", "stop"),
        direction="over",
        amount_at_risk=line.charge,
        fixes=(Fix(f"line {line.line} {line.code} to {code}; charge to be entered", "review", series.edits),),
    )


def _is_cell_product(context: Context, administration: Administration) -> bool:
    drug = drug_of(administration, context.reference.drugs)
    return drug is not None and drug.admin_class == "cell_therapy" and class_in(context, administration) == "other"
