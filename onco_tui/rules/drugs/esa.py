"""Drugs that stimulate red cells (ESA), outside dialysis, on Medicare claims: cause of the anemia and blood value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from onco_tui.encounter.chart import ChartDiagnosis
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import ncd_esa
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import DrugLine, alike, charges, drug_lines, finished, medicare, same_drug, weighed
from onco_tui.rules.drugs.queries import drug_name
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

NOT_DIALYSIS = frozenset({"J0881", "J0885", "J0888", "Q5106"})
REQUIRED_FROM = date(2008, 1, 1)
EA, EB, EC = "EA", "EB", "EC"
_CAUSES: Mapping[str, str] = {
    EA: "anemia from chemotherapy",
    EB: "anemia from radiotherapy",
    EC: "anemia from neither",
}
_MAX_MODIFIERS = 4
_ANEMIA = ("D46", "D50", "D51", "D52", "D53", "D55", "D56", "D57", "D58", "D59", "D60", "D61", "D62", "D63", "D64")
_BY_CODE: tuple[tuple[str, str], ...] = (("D64.81", EA), ("D63.1", EC), ("D46", EC))
_VALUES = re.compile(r"\b(?:ha?emoglobin|hgb|hb|ha?ematocrit|hct)\b", re.IGNORECASE)
_GLYCATED = re.compile(r"a1c|glyc", re.IGNORECASE)
_BLOOD_COUNTS = frozenset({"85013", "85014", "85018", "85025", "85027"})


@rule("DRG131", "esa-modifier", Severity.ERROR, authority=(ncd_esa(),))
def esa_modifier(context: Context) -> Iterator[Draft | NotChecked]:
    """ESA modifier.

    What it finds: A drug that stimulates red cells billed to Medicare outside dialysis without exactly one of EA, EB
        and EC, or with another one than the charted cause of the anemia gives.
    Why it matters: The modifier decides coverage; the line is returned without it.
    What the chart must show: The cause of the anemia.
    Example: J0881 for anemia from chemotherapy (D64.81) carries EA.
    Fix: Put on the modifier of the one documented cause (review). Without a documented cause, ask (query).
    Authority: Medicare NCD 110.21, EA, EB and EC from 2008-01-01. A warning where the payer is not known to be
        Medicare.
    """
    causes = charted_causes(context)
    due = causes[0] if len(causes) == 1 else ""
    wrong = [item for item in _esa_lines(context) if not _settled(item, due)]
    for items in alike(wrong, lambda item: (same_drug(item), _carried(item))):
        yield _modifier_draft(context, items, due)
    if context.encounter.documentation is None:
        for item in _esa_lines(context):
            yield NotChecked(f"line {item.line.line}: the cause of the anemia is not charted", lines=(item.line.line,))


def _carried(item: DrugLine) -> tuple[str, ...]:
    return tuple(sorted(set(_CAUSES).intersection(item.line.modifiers)))


def _settled(item: DrugLine, due: str) -> bool:
    """Tell whether a line carries one modifier, and not another one than the documented cause gives."""
    carried = _carried(item)
    return len(carried) == 1 and due in {"", carried[0]}


def _esa_lines(context: Context) -> Iterator[DrugLine]:
    if context.policy.medicare:
        for item in context.once(drug_lines):
            if item.line.code in NOT_DIALYSIS and item.day >= REQUIRED_FROM:
                yield item


def _modifier_draft(context: Context, items: Sequence[DrugLine], due: str) -> Draft:
    first, carried = items[0].line, _carried(items[0])
    has = f"carries {' and '.join(carried)}" if carried else "carries none of EA, EB and EC"
    documented = f"; documented is {_CAUSES[due]}, {due}" if due else ""
    lines = tuple(item.line for item in items)
    certain = medicare(context) and finished(first) and len(carried) != 1
    return Draft(
        f"line {first.line} bills {first.code} and {has}{documented}",
        lines=(first.line,),
        evidence=(
            *(found for line in lines for found in line_evidence(line, "code", "modifiers")),
            *_diagnosis_evidence(context),
        ),
        amount_at_risk=charges(lines),
        fixes=_modifier_fix(context, items, due),
        severity=weighed(Severity.ERROR, certain=certain),
    )


def _modifier_fix(context: Context, items: Sequence[DrugLine], due: str) -> tuple[Fix, ...]:
    first, day = items[0].line, items[0].day
    if not due:
        return (
            query(
                "ask for the cause of the anemia",
                f"{drug_name(context, first.code)} on {day}; no one cause of the anemia is documented",
                "What caused the anemia?",
                "chemotherapy",
                "radiotherapy",
                "chronic kidney disease",
                "the disease of the bone marrow itself",
            ),
        )
    after = [(item.line, (*(m for m in item.line.modifiers if m not in _CAUSES), due)) for item in items]
    if any(len(modifiers) > _MAX_MODIFIERS for _, modifiers in after):
        return ()
    words = "; ".join(f"line {line.line} modifiers {' '.join(modifiers)}" for line, modifiers in after)
    return (Fix(words, "review", tuple(set_line_field(line, "modifiers", modifiers) for line, modifiers in after)),)


def charted_causes(context: Context) -> tuple[str, ...]:
    """Give the modifiers that the documented, active anemias point to."""
    found = [_cause(d) for d in context.chart.diagnoses or () if d.status in {None, "active"}]
    return tuple(dict.fromkeys(cause for cause in found if cause))


def _cause(diagnosis: ChartDiagnosis) -> str:
    code = diagnosis.code or ""
    if by_code := next((modifier for prefix, modifier in _BY_CODE if code.startswith(prefix)), ""):
        return by_code
    if not code.startswith(_ANEMIA):
        return ""
    return {"antineoplastic_drug": EA, "radiation": EB}.get(diagnosis.due_to or "", "")


def _diagnosis_evidence(context: Context) -> Iterator[Evidence]:
    for index, diagnosis in enumerate(context.chart.diagnoses or ()):
        if (diagnosis.code or "").startswith(_ANEMIA):
            yield Evidence(f"documentation.diagnoses[{index}].code", diagnosis.code or "")


@rule("DRG132", "esa-without-blood-value", Severity.ERROR, authority=(ncd_esa(),))
def esa_without_blood_value(context: Context) -> Iterator[Draft | NotChecked]:
    """ESA without a blood value.

    What it finds: A drug that stimulates red cells billed to Medicare outside dialysis without a hemoglobin or
        hematocrit from before the dose in the record.
    Why it matters: The claim must report the latest value (2400 MEA, item 19 on paper); coverage ends at 10 g/dL or
        30%.
    What the chart must show: The value and the date it was drawn.
    Example: J0885 with no hemoglobin among the results.
    Fix: Ask for the value (query). A blood count ordered and resulted without its value in the record is not checked.
    Authority: Medicare NCD 110.21; a warning where the payer is not known to be Medicare.
    """
    for items in alike(_esa_lines(context), same_drug):
        answer = _blood_value(context, items[0])
        if isinstance(answer, str):
            yield NotChecked(f"line {items[0].line.line}: {answer}", lines=(items[0].line.line,))
        elif not answer:
            yield _no_value(context, items)


def _blood_value(context: Context, item: DrugLine) -> bool | str:
    """Tell whether the record has a value from before the dose; say why when that cannot be told."""
    chart = context.chart
    if chart.biomarkers is None:
        return "no results came with the chart"
    for marker in chart.biomarkers:
        value = _VALUES.search(marker.name) and not _GLYCATED.search(marker.name) and marker.result
        if value and (marker.collected_on is None or marker.collected_on <= item.day):
            return True
    for order in chart.orders or ():
        if order.code in _BLOOD_COUNTS and order.resulted_on and order.resulted_on <= item.day:
            return "a blood count was resulted; its value did not come with the chart"
    return False


def _no_value(context: Context, items: Sequence[DrugLine]) -> Draft:
    first, day = items[0].line, items[0].day
    names = " ".join(marker.name for marker in context.chart.biomarkers or ())
    return Draft(
        f"line {first.line} bills {first.code}; the record has no hemoglobin or hematocrit by {day}",
        lines=(first.line,),
        evidence=(*line_evidence(first, "code", "date_of_service"), Evidence("documentation.biomarkers", names)),
        direction="documentation",
        amount_at_risk=charges(tuple(item.line for item in items)),
        fixes=(
            query(
                "ask for hemoglobin or hematocrit",
                f"{drug_name(context, first.code)} on {day}; no hemoglobin or hematocrit from before the dose is found",
                "What was the latest value before the dose, and when was it drawn?",
                "hemoglobin, value and date (please give)",
                "hematocrit, value and date (please give)",
                "none was measured",
            ),
        ),
        severity=weighed(Severity.ERROR, certain=medicare(context) and finished(first)),
    )
