"""One tumor over several parts of an organ, and several tumors in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from onco_tui.derive.neoplasms import is_primary
from onco_tui.rules.authorities import icd10cm_guidelines
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted
from onco_tui.rules.diagnosis.listing import label_of, list_evidence, merger, uncovered
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.diagnosis.titles import about_tumor, family, side_of
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_OVERLAP = "overlapping"


@rule("DXC221", "overlapping-sites", Severity.INFO, authority=(icd10cm_guidelines("I.C.2"),))
def overlapping_sites(context: Context) -> Iterator[Draft | NotChecked]:
    """Overlapping sites.

    What it finds: Two parts of one organ and side on the claim while the chart has one tumor there; or one code for
        overlapping sites while the chart has separate tumors.
    Why it matters: One tumor over adjoining parts has the code for overlapping sites; separate tumors have a code each.
    What the chart must show: One lesion or several.
    Example: C50.411 and C50.211 for one tumor of the right breast: C50.811.
    Fix: Take the code for overlapping sites (review); ask whether it is one lesion (query).
    Authority: ICD-10-CM Official Guidelines I.C.2 and the note at the head of chapter 2.
    """
    if any(_has_parts(code) for code in context.claim.diagnoses) and (gap := context.once(uncovered)):
        yield NotChecked(gap)
        return
    parts: dict[tuple[str, str], list[str]] = {}
    for code in dict.fromkeys(context.claim.diagnoses):
        if _has_parts(code):
            parts.setdefault((code[:3], side_of(context, code)), []).append(code)
    for (_, side), codes in parts.items():
        if len(codes) == 1 and _OVERLAP not in label_of(context, codes[0]):
            continue
        overlap = _overlap_code(context, codes[0], side)
        if not overlap:
            continue
        if context.chart.diagnoses is None:
            yield NotChecked(
                f"the chart lists no diagnoses, so it does not tell whether {', '.join(codes)} is one tumor"
            )
            continue
        tumors = about_tumor(context, codes[0])
        if len(codes) > 1 and len(tumors) == 1:
            yield _one_tumor(context, codes, overlap, tumors[0])
        elif codes == [overlap] and len(separate := _separate(context, tumors, overlap, side)) > 1:
            yield _several(context, overlap, separate)


def _has_parts(code: str) -> bool:
    """Tell the code of a part of a solid organ."""
    return is_primary(code) and code[:3] <= "C76" and len(code) > len("C61")


def _overlap_code(context: Context, code: str, side: str) -> str:
    found = [
        other
        for other in family(context, code)
        if _OVERLAP in label_of(context, other) and side_of(context, other) == side and _sex(other) in {"", _sex(code)}
    ]
    return found[0] if len(found) == 1 else ""


def _sex(code: str) -> str:
    """Give the digit of a breast code that says the sex."""
    return code[5:6] if code.startswith("C50.") else ""


def _separate(context: Context, tumors: tuple[Charted, ...], overlap: str, side: str) -> dict[str, Charted]:
    return {e.code: e for e in tumors if e.code and e.code != overlap and side_of(context, e.code) == side}


def _one_tumor(context: Context, codes: list[str], overlap: str, tumor: Charted) -> Draft:
    claim = context.claim
    merged = merger(claim, dict.fromkeys(codes, overlap), "review", f"{' and '.join(codes)} to {overlap}")
    return Draft(
        f"{' and '.join(codes)} are parts of one organ with one charted tumor; {overlap} is for overlapping sites",
        diagnoses=tuple(codes),
        evidence=(list_evidence(claim), *tumor.evidence("code", "description")),
        fixes=(*merged, _ask_extent(context, codes)),
        subject=overlap,
    )


def _several(context: Context, overlap: str, separate: dict[str, Charted]) -> Draft:
    return Draft(
        f"{overlap} is for one tumor over several parts; the chart lists {' and '.join(separate)}",
        diagnoses=(overlap,),
        evidence=(
            list_evidence(context.claim),
            *(item for entry in separate.values() for item in entry.evidence("code", "description")),
        ),
        fixes=(_ask_extent(context, separate),),
        subject=overlap,
    )


def _ask_extent(context: Context, codes: Iterable[str]) -> Fix:
    return ask(
        context,
        "ask whether it is one lesion",
        codes,
        "whether the parts belong to one lesion is not documented",
        "How do the tumors of these parts belong together?",
        "one lesion that reaches over several parts",
        "separate lesions (please list their sites)",
    )
