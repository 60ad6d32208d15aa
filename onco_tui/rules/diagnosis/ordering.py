"""What the rules on the order of diagnoses share: one derived order, and a finding for each topic it breaks."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.diagnoses import DiagnosisOrder, order_diagnoses
from onco_tui.derive.precedence import Precedence, Topic
from onco_tui.encounter.chart import Administration, RadiationCourse
from onco_tui.encounter.claim import ClaimLine
from onco_tui.encounter.edits import set_diagnoses
from onco_tui.rules.context import Context, chart_evidence, line_evidence
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity

_SHOWN = 4


def diagnosis_order(context: Context) -> DiagnosisOrder:
    """Derive the order of the encounter's diagnoses. Use it through ``context.once``."""
    return order_diagnoses(context.encounter, context.reference)


def out_of_order(context: Context, topic: Topic) -> Iterator[Draft | NotChecked]:
    """Tell how the claim's order breaks the precedences of a topic, once; or why the chart leaves it open.

    The fix is the one right order whichever rule offers it; safe when codes and chart settle everything it moves. What
    is not settled is a warning at most.
    """
    order = context.once(diagnosis_order)
    if topic not in order.told:
        return
    broken = [precedence for precedence in order.broken if precedence.topic == topic]
    if broken:
        yield _draft(context, order, broken)
    elif reason := order.open.get(topic):
        yield NotChecked(reason)


def order_fix(context: Context, order: DiagnosisOrder) -> tuple[Fix, ...]:
    """Offer the right order; nothing when the chart contradicts itself."""
    if order.right is None or order.right == context.claim.diagnoses:
        return ()
    edit = set_diagnoses(context.claim, order.right)
    return (Fix(_title(order.listed, order.right), "safe" if order.settled else "review", (edit,)),)


def _title(listed: tuple[str, ...], right: tuple[str, ...]) -> str:
    """Name the change by the one code that moves to the front, else by the codes the order begins with."""
    if (right[0], *(code for code in listed if code != right[0])) == right:
        return f"put {right[0]} first, pointers following"
    more = f" and {len(right) - _SHOWN} more" if len(right) > _SHOWN else ""
    return f"order {', '.join(right[:_SHOWN])}{more}, pointers following"


def order_evidence(context: Context, order: DiagnosisOrder, codes: tuple[str, ...]) -> tuple[Evidence, ...]:
    """Point at the list, the reason for the visit, and what the chart says of the codes."""
    reason = order.facts.reason
    return (
        list_evidence(context.claim),
        *((Evidence("documentation.reason_for_encounter", reason),) if reason else ()),
        *(evidence for code in dict.fromkeys(codes) for evidence in diagnosis_evidence(order, code)),
    )


def diagnosis_evidence(order: DiagnosisOrder, code: str) -> Iterator[Evidence]:
    """Point at the charted facts of a listed code that decide its place."""
    if entry := order.facts.entry(code):
        base = f"documentation.diagnoses[{order.facts.index(entry)}]"
        for name in ("status", "treated", "addressed", "due_to"):
            if (value := getattr(entry, name)) is not None:
                yield Evidence(f"{base}.{name}", str(value))


def source_evidence(source: Administration | ClaimLine | RadiationCourse) -> tuple[Evidence, ...]:
    """Point at what shows that a therapy was given."""
    match source:
        case Administration():
            return chart_evidence(source, "drug")
        case ClaimLine():
            return line_evidence(source, "code")
        case RadiationCourse():
            return (Evidence(f"documentation.radiation_courses[{source.course_id}].technique", source.technique or ""),)


def _draft(context: Context, order: DiagnosisOrder, broken: list[Precedence]) -> Draft:
    first = broken[0]
    earliest = min(order.listed.index(code) for code in first.earlier)
    misplaced = [code for code in first.later if order.listed.index(code) < earliest]
    moved = order.listed[earliest]
    settled = all(precedence.settled for precedence in broken)
    return Draft(
        f"{first.because}; the claim has {', '.join(misplaced)} before {moved}",
        diagnoses=(moved, *misplaced),
        evidence=order_evidence(context, order, (*first.earlier, *misplaced)),
        fixes=order_fix(context, order),
        subject=first.topic,
        severity=None if settled else Severity.WARNING,
    )
