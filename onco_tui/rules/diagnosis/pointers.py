"""What the lines of antineoplastic drugs point to."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_treatable_neoplasm
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import claims_manual_26
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.chart_words import active
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.edit_series import MAX_POINTERS
from onco_tui.rules.finding import Draft, Fix, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule

_ENCOUNTER = "Z51."
_ANTINEOPLASTIC = frozenset({
    "chemo_infusion", "chemo_push", "nonhormonal_chemo_or_complex_injection", "intravesical_or_local_instillation",
    "complex_biologic_infusion", "hormonal_injection", "radiopharmaceutical", "cell_therapy",
})  # fmt: skip
_OTHER = frozenset({"therapeutic", "therapeutic_injection", "hydration"})
_UNLISTED_ANTINEOPLASTIC = "J9999"


@rule("DXC213", "drug-points-to-encounter-only", Severity.WARNING, authority=(claims_manual_26("10.4, item 24E"),))
def drug_points_to_encounter_only(context: Context) -> Iterator[Draft | NotChecked]:
    """Drug points to the encounter only.

    What it finds: A line of an antineoplastic drug that points to the reason of the visit (Z51.-) and to no disease,
        while the claim lists the tumor.
    Why it matters: Payers look for the disease a drug treats among the pointers of its line; a line without it is
        denied as not necessary.
    What the chart must show: The disease the drug treats.
    Example: J9271 that points to Z51.12 alone; C34.11 stands second on the claim.
    Fix: Point to the tumor too: safe with one tumor on the claim or one the chart calls treated; else each is offered
        (review); none where another line bills the same drug and units. Lines of supportive drugs, and of giving a
        drug, may point to the encounter alone.
    Authority: Medicare Claims Processing Manual, chapter 26 section 10.4, item 24E (the reason of the line's service).
    """
    listed = context.claim.diagnoses
    if not any(code.startswith(_ENCOUNTER) for code in listed):
        return
    tumors = tuple(dict.fromkeys(code for code in listed if is_treatable_neoplasm(code)))
    if not tumors:
        return
    for line in context.claim.lines:
        pointed = context.claim.pointed(line)
        encounter_only = any(code.startswith(_ENCOUNTER) for code in pointed) and all(
            code[:1] == "Z" for code in pointed
        )
        if not encounter_only:
            continue
        drug = context.reference.drugs.by_code(line.code)
        known = drug.admin_class if drug else ""
        if known in _ANTINEOPLASTIC or line.code == _UNLISTED_ANTINEOPLASTIC:
            yield _draft(context, line, tumors)
        elif known not in _OTHER and line.code[:1] in {"J", "Q", "C"} and not context.reference.codes.get(line.code):
            yield NotChecked(f"line {line.line}: the class of {line.code[:5]} is not known", lines=(line.line,))


def _draft(context: Context, line: ClaimLine, tumors: tuple[str, ...]) -> Draft:
    treated = [entry.code for entry in active(context) if entry.diagnosis.treated and entry.code in tumors]
    targets = tuple(dict.fromkeys(treated)) or tumors
    grade: Grade = "safe" if len(targets) == 1 else "review"
    pointed = " and ".join(context.claim.pointed(line))
    return Draft(
        f"line {line.line} bills {line.code} and points to {pointed} only, not to the disease it treats",
        lines=(line.line,),
        diagnoses=targets,
        evidence=(*line_evidence(line, "code", "diagnosis_pointers"), list_evidence(context.claim)),
        amount_at_risk=line.charge,
        fixes=()
        if _has_twin(context, line)
        else tuple(
            Fix(
                f"line {line.line} points to {code} too",
                grade,
                (set_line_field(line, "diagnosis_pointers", _with(context, line, code)),),
            )
            for code in targets
        ),
    )


def _has_twin(context: Context, line: ClaimLine) -> bool:
    """Tell whether another line bills the same: pointing alike, the two would be one line billed twice."""
    day = context.day_of(line)
    return any(
        other is not line and (other.code, other.units, context.day_of(other)) == (line.code, line.units, day)
        for other in context.claim.lines
    )


def _with(context: Context, line: ClaimLine, code: str) -> tuple[int, ...]:
    """Add a pointer behind the others; of four the last gives way."""
    place = context.claim.diagnoses.index(code) + 1
    return (*line.diagnosis_pointers[: MAX_POINTERS - 1], place)
