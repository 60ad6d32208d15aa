"""The side of a diagnosis against the side the chart names, and against the modifiers of the lines that point to it."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_secondary
from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.diagnosis.chart_words import BILATERAL, LEFT, RIGHT, Charted, Side, active, charted
from onco_tui.rules.diagnosis.listing import label_of, list_evidence, replacement, uncovered
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.diagnosis.titles import names_organ, other_side, same_organ, side_of
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_MODIFIERS = {"RT": RIGHT, "LT": LEFT}


@rule("DXC206", "side-against-chart", Severity.WARNING, authority=(icd10cm_guidelines("I.B.13"),))
def side_against_chart(context: Context) -> Iterator[Draft | NotChecked]:
    """Side against the chart.

    What it finds: A diagnosis of the right or left side where the chart, for the same organ, names only the other; a
        chart whose code and side field contradict each other; radiation to the other side of the organ.
    Why it matters: The wrong side misstates the disease, and the payer compares it with imaging and surgery.
    What the chart must show: One side, in the code, the side field or the description.
    Example: C50.412 on the claim, "right breast" in the chart.
    Fix: Take the charted code, or the same code of the other side (review); ask where the chart contradicts itself
        (query).
    Authority: ICD-10-CM Official Guidelines I.B.13. Silent where the chart has both sides, or only history of one.
    """
    if context.claim.diagnoses and (gap := context.once(uncovered)):
        yield NotChecked(gap)
        return
    sided = [(code, side) for code in dict.fromkeys(context.claim.diagnoses) if (side := side_of(context, code))]
    if not sided:
        return
    if context.chart.diagnoses is None and context.chart.radiation_courses is None:
        yield NotChecked(
            f"the chart lists no diagnoses, so no side is known for {', '.join(code for code, _ in sided)}"
        )
        return
    for code, side in sided:
        yield from _against_diagnoses(context, code, side)
        yield from _against_radiation(context, code, side)


def _against_diagnoses(context: Context, code: str, side: Side) -> Iterator[Draft]:
    standing = context.once(charted) if code[:1] == "Z" else active(context)  # a status code tells of the past
    about = [e for e in standing if e.diagnosis.status != "suspected" and _about(context, e, code)]
    torn = [e for e in about if e.code == code and e.diagnosis.laterality and e.side not in {side, BILATERAL, ""}]
    if torn:
        yield _draft(
            context, code, torn, f"the chart has {code}, {side}, and names the {torn[0].side} side",
            (_ask_side(context, "ask which side it is", code, f"listed {side}, described {torn[0].side}"),),
        )  # fmt: skip
        return
    sides = {found for entry in about for found in _sides(context, entry)}
    if sides and side not in sides and BILATERAL not in sides:
        own = tuple(entry.code for entry in about if entry.code and side_of(context, entry.code))
        instead = tuple(dict.fromkeys(own)) or ((other_side(context, code),) if other_side(context, code) else ())
        fixes = tuple(fix for new in instead for fix in replacement(context.claim, code, new))
        yield _draft(
            context, code, about, f"{code} is the {side} side; the chart names the {' and '.join(sorted(sides))}", fixes
        )


def _about(context: Context, entry: Charted, code: str) -> bool:
    """Tell whether an entry is about the organ of a billed code: by its code, else by the organ's name and its role."""
    if entry.code:
        return same_organ(context, code, entry.code)
    return entry.secondary == is_secondary(code) and names_organ(entry.words, label_of(context, code))


def _sides(context: Context, entry: Charted) -> Iterator[Side]:
    """Give the sides an entry names: its code's, its field's; its description's only when these are silent."""
    by_code = side_of(context, entry.code) if entry.code else ""
    if by_code:
        yield by_code
    if entry.side and (entry.diagnosis.laterality or not by_code):
        yield entry.side


def _against_radiation(context: Context, code: str, side: Side) -> Iterator[Draft]:
    for course in context.chart.radiation_courses or ():
        words = (course.site or "").casefold()
        named = {found for found in (RIGHT, LEFT) if found in words.split()}
        organ = names_organ(words, label_of(context, code))
        listed = [other for other in context.claim.diagnoses if same_organ(context, code, other)]
        if organ and len(named) == 1 and named != {side} and len(listed) == 1:
            (treated,) = named
            yield Draft(
                f"{code} is the {side} side; the radiation course is to the {treated}",
                diagnoses=(code,),
                evidence=(
                    list_evidence(context.claim),
                    Evidence(f"documentation.radiation_courses[{course.course_id}].site", course.site or ""),
                ),
                direction="documentation",
                fixes=(_ask_side(context, "ask which side was treated", code, f"radiation to the {course.site}"),),
                subject=f"{code} {course.course_id}",
            )


def _draft(context: Context, code: str, entries: list[Charted], message: str, fixes: tuple[Fix, ...]) -> Draft:
    return Draft(
        message,
        diagnoses=(code,),
        evidence=(
            list_evidence(context.claim),
            *(item for entry in entries for item in entry.evidence("code", "laterality", "description")),
        ),
        direction="documentation",
        fixes=fixes,
        subject=code,
    )


@rule("DXC207", "side-against-modifier", Severity.WARNING, authority=(icd10cm_guidelines("I.B.13"),))
def side_against_modifier(context: Context) -> Iterator[Draft | NotChecked]:
    """Side against the modifier.

    What it finds: A procedure on a paired organ with RT or LT, whose diagnoses of that organ are all of the other side.
    Why it matters: One of the two is wrong; the line is denied, or the record names the wrong side.
    What the chart must show: The side of the procedure.
    Example: 19301-LT that points to C50.411 (right). A port on the other side is no such procedure.
    Fix: Ask which side it was (query); neither is changed here.
    Authority: ICD-10-CM Official Guidelines I.B.13; HCPCS modifiers RT and LT.
    """
    for line in context.claim.lines:
        side = next((_MODIFIERS[modifier] for modifier in line.modifiers if modifier in _MODIFIERS), "")
        if not side or {"RT", "LT"} <= set(line.modifiers) or "50" in line.modifiers:
            continue
        organ = context.reference.diagnosis_facts.paired_organ(line.code)
        if organ is None:
            continue
        if gap := context.once(uncovered):
            yield NotChecked(gap, lines=(line.line,))
            continue
        if not line.diagnosis_pointers:
            yield NotChecked(f"line {line.line} points to no diagnosis", lines=(line.line,))
            continue
        own = [code for code in context.claim.pointed(line) if code.startswith(organ.diagnoses)]
        sides = {side_of(context, code) for code in own}
        if sides and side not in sides and "" not in sides:
            yield _modifier_draft(context, line, own, organ.name, side)


def _modifier_draft(context: Context, line: ClaimLine, codes: list[str], organ: str, side: Side) -> Draft:
    other = side_of(context, codes[0])
    return Draft(
        f"line {line.line} bills {line.code} for the {side} {organ} and points to {' and '.join(codes)}, the {other}",
        lines=(line.line,),
        diagnoses=tuple(codes),
        evidence=(*line_evidence(line, "code", "modifiers", "diagnosis_pointers"), list_evidence(context.claim)),
        direction="documentation",
        fixes=(_ask_side(context, "ask which side it was", codes[0], f"the procedure is of the {side} {organ}"),),
    )


def _ask_side(context: Context, title: str, code: str, gap: str) -> Fix:
    return ask(context, title, (code,), gap, "Which side was it?", RIGHT, LEFT, "both sides")
