"""JW and JZ on lines that never carry them, whatever the chart says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from onco_tui.derive.drugs.containers import kind_of
from onco_tui.derive.drugs.modifiers import without_waste_modifiers
from onco_tui.encounter.claim import Claim, ClaimLine
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import claims_manual_17, discarded_drugs
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.drugs.billed import DrugLine, drug_lines, medicare, weighed
from onco_tui.rules.drugs.plan import JW, JZ, NEITHER, mark_of
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_IMMUNE_GLOBULINS = range(90281, 90400)  # drugs with CPT codes
_VACCINES = range(90476, 90760)
_PROCEDURE = re.compile(r"\d{5}|\d{4}T|G\d{4}")
_SKIN_SUBSTITUTE = re.compile(r"Q4[1-3]\d\d|A2\d{3}")
_SKIN_SUBSTITUTES_UNTIL = date(2025, 12, 31)
_NO_DRUG = "it is not a drug"


@rule("DRG137", "waste-modifier-not-due", Severity.ERROR, authority=(claims_manual_17("40"), discarded_drugs()))
def waste_modifier_not_due(context: Context) -> Iterator[Draft | NotChecked]:
    """JW or JZ on what never carries it.

    What it finds: JW or JZ on a procedure, a vaccine, blood, an oral drug, a drug packaged for hospitals, any drug of
        a rural health clinic; without a chart also on a drug known only in multi-dose containers.
    Why it matters: The modifiers speak of single-dose containers of separately paid drugs; elsewhere the line is
        returned or denied.
    What the chart must show: Nothing; with a chart, DRG104 tells of drugs from multi-dose containers.
    Example: 96413-JZ; the modifier belongs to the drug's line.
    Fix: Take the modifier off (review: it may have slipped from a neighbouring line).
    Authority: Medicare Claims Processing Manual, chapter 17 section 40; CMS JW and JZ modifier questions. Skin
        substitutes that are no biologicals from 2026-01-01. A warning where the payer is not known to be Medicare or
        the reason rests on a table.
    """
    marked = [line for line in context.claim.lines if mark_of(line.modifiers) != NEITHER]
    if not marked:
        return
    drugs = {item.line.line: item for item in context.once(drug_lines)}
    charted = context.chart.administrations is not None
    for line in marked:
        item = drugs.get(line.line)
        why = _not_a_drug(line, context.day_of(line)) if item is None else _exempt(context.claim, item, charted=charted)
        if why:
            yield _not_due(context, line, why, certain=why == _NO_DRUG)
        elif item and item.unit is None:
            yield NotChecked(f"{line.code} is not in the drug table", lines=(line.line,))


def _not_a_drug(line: ClaimLine, day: date | None) -> str:
    number = int(line.code) if line.code.isdigit() and len(line.code) == len("90281") else 0
    if number in _IMMUNE_GLOBULINS:
        return ""
    if number in _VACCINES:
        return "vaccines carry neither"
    if _SKIN_SUBSTITUTE.fullmatch(line.code) and day and day > _SKIN_SUBSTITUTES_UNTIL:
        return f"skin substitutes that are no biologicals carry neither after {_SKIN_SUBSTITUTES_UNTIL}"
    return _NO_DRUG if _PROCEDURE.fullmatch(line.code) else ""


def _exempt(claim: Claim, item: DrugLine, *, charted: bool) -> str:
    """Say why a drug takes neither; what the chart decides is left to the comparison with it."""
    if item.unit is None or (charted and item.wasted):
        return ""
    if reason := without_waste_modifiers(claim, item.unit, item.drug):
        return reason
    return "" if charted or not _multi_dose_only(item) else f"{item.line.code} is known only in multi-dose containers"


def _multi_dose_only(item: DrugLine) -> bool:
    drug = item.drug
    if drug is None or drug.confidence == "low" or drug.containers_confidence == "low":
        return False
    return bool(drug.containers) and all(kind_of(container) == "multi_dose" for container in drug.containers)


def _not_due(context: Context, line: ClaimLine, why: str, *, certain: bool) -> Draft:
    kept = tuple(modifier for modifier in line.modifiers if modifier not in {JW, JZ})
    words = f"line {line.line} modifiers {' '.join(kept) or 'none'}"
    return Draft(
        f"line {line.line} bills {line.code} with {mark_of(line.modifiers).replace(' ', ' and ')}; {why}",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "modifiers"),
        amount_at_risk=line.charge,
        fixes=(Fix(words, "review", (set_line_field(line, "modifiers", kept),)),),
        severity=weighed(Severity.ERROR, certain=certain and medicare(context)),
    )
