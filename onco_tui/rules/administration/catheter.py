"""Rules about ports, draws, declotting and pumps."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.encounter.claim import ClaimLine
from onco_tui.rules.administration.codes import DRAWS, HOSPITAL_VISITS, ONLY_ALONE, is_service
from onco_tui.rules.administration.declotting import agent_billed, agent_charted
from onco_tui.rules.administration.drafts import drafts
from onco_tui.rules.administration.queries import ask_declotting
from onco_tui.rules.administration.standing import Standing, settled_beside, settled_line
from onco_tui.rules.authorities import fee_schedule, ncci_x, ncci_xi
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.edit_series import removal
from onco_tui.rules.finding import Draft, Evidence, Grade, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule("ADM113", "flush-with-other-services", Severity.ERROR, authority=(ncci_xi("sections B.9, N.4"),))
def flush_with_other_services(context: Context) -> Iterator[Draft | NotChecked]:
    """Flush with other services.

    What it finds: A port flush billed with another service of the same encounter; beside a hospital visit alone a
        warning.
    Why it matters: A flush is payable only when nothing else is reported; with any infusion it is part of it.
    What the chart must show: That the visit was for the flush alone.
    Example: 96523 beside 96413 is denied, and no modifier helps.
    Fix: Remove the line (safe; review beside a hospital visit).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.9 and N.4; pairs of 2024-07-01, indicator 0.
    """
    yield from _only_alone(context, "ADM113", frozenset({"96523"}))


@rule("ADM114", "draw-with-other-services", Severity.ERROR, authority=(ncci_x("section 9"),))
def draw_with_other_services(context: Context) -> Iterator[Draft | NotChecked]:
    """Draw with other services.

    What it finds: A blood draw from a port or catheter billed with services other than laboratory tests; beside a
        hospital visit alone a warning.
    Why it matters: The draw is payable only beside laboratory services.
    What the chart must show: That nothing but laboratory work was done.
    Example: 36591 beside 96413 is denied, and no modifier helps.
    Fix: Remove the line (safe; review beside a hospital visit).
    Authority: NCCI Policy Manual 2026, chapter X section 9; CMS fee schedule status T.
    """
    yield from _only_alone(context, "ADM114", DRAWS)


def _only_alone(context: Context, owner: str, codes: frozenset[str]) -> Iterator[Draft | NotChecked]:
    """Judge by what will stand beside the line; what the chart does not support is told as its own difference."""
    bundled = set()
    for line in context.lines_with(codes):
        own = settled_line(context, line)
        others = list(_other_services(context, own)) if own and own.code in codes else []
        if own and others:
            bundled.add(line.line)
            yield _bundled(context, line, others)
        elif context.chart.administrations is None:
            yield NotChecked("the chart has no administrations", lines=(line.line,))
    for item in drafts(context, owner):
        if bundled.isdisjoint(item.lines):
            yield item


def _other_services(context: Context, own: Standing) -> Iterator[Standing]:
    """Give what is neither a laboratory test nor a drug or supply on the date of a draw or flush."""
    return (s for s in settled_beside(context, own) if is_service(s.code) and s.code not in ONLY_ALONE)


def _bundled(context: Context, line: ClaimLine, others: list[Standing]) -> Draft:
    by_visit = not context.practitioner and all(other.code in HOSPITAL_VISITS for other in others)
    grade: Grade = "review" if by_visit else "safe"
    return Draft(
        f"line {line.line} bills {line.code} beside {others[0].told}; it is only reported when nothing but laboratory "
        "services is",
        lines=(line.line,),
        evidence=line_evidence(line, "code", "date_of_service") + others[0].evidence(context),
        direction="over",
        amount_at_risk=line.charge,
        fixes=(removal(context.claim, line, grade),),
        severity=Severity.WARNING if by_visit else None,
    )


@rule(
    "ADM120",
    "pump-codes-together",
    Severity.ERROR,
    needs=("administrations",),
    authority=(ncci_xi("sections B.10, N.5"),),
)
def pump_codes_together(context: Context) -> Iterator[Draft | NotChecked]:
    """Pump codes together.

    What it finds: Pump start, refill and disconnect codes that exclude each other, the code of another payer, or a
        refill code for a port or a pump that is not programmable.
    Why it matters: The start of a prolonged infusion includes filling the pump; the bundled Medicare code
        includes the disconnect visit too.
    What the chart must show: Pump type, who owns it, start and disconnect.
    Example: 96416 and G0498 for one pump: one of them.
    Fix: Recode or remove the line (safe when pump and payer settle it).
    Authority: NCCI Policy Manual 2026, chapter XI sections B.10 and N.5.
    """
    return drafts(context, "ADM120")


@rule("ADM128", "declotting-without-agent", Severity.WARNING, authority=(fee_schedule("36593"), ncci_xi("section B.9")))
def declotting_without_agent(context: Context) -> Iterator[Draft | NotChecked]:
    """Declotting without an agent.

    What it finds: Declotting of a catheter billed while neither the claim nor the chart names a thrombolytic.
    Why it matters: Clearing a catheter with heparin or saline is a flush; only a thrombolytic is declotting.
    What the chart must show: The occlusion, the agent, how long it stayed, and the result.
    Example: 36593 on a claim without J2997, and no alteplase in the chart.
    Fix: Ask for the agent (query).
    Authority: CMS fee schedule status A of 36593; NCCI Policy Manual 2026, chapter XI section B.9.
    """
    for line in context.lines_with(frozenset({"36593"})):
        own = settled_line(context, line)
        if own is None or own.code != line.code or agent_billed(context, own.day):
            continue
        day = own.day
        if context.chart.administrations is None:
            yield NotChecked("the chart has no administrations", lines=(line.line,))
        elif not agent_charted(context, day):
            named = " ".join(a.id for a in context.administrations)
            yield Draft(
                f"line {line.line} bills 36593, and neither the claim nor the chart of {day} names a thrombolytic",
                lines=(line.line,),
                evidence=(*line_evidence(line, "code"), Evidence("documentation.administrations", named)),
                direction="documentation",
                amount_at_risk=line.charge,
                fixes=(ask_declotting(str(day)),),
            )


@rule(
    "ADM137",
    "draw-from-port-or-catheter",
    Severity.WARNING,
    needs=("administrations",),
    authority=(ncci_x("section 9"),),
)
def draw_from_port_or_catheter(context: Context) -> Iterator[Draft | NotChecked]:
    """Draw from port or catheter.

    What it finds: The draw code of an implanted port billed for an established catheter, or the reverse.
    Why it matters: Port and catheter have codes of their own.
    What the chart must show: Which access the blood was drawn from.
    Example: Blood drawn from a PICC line is 36592, not 36591.
    Fix: Recode the line (safe when the access is charted).
    Authority: NCCI Policy Manual 2026, chapter X section 9.
    """
    return drafts(context, "ADM137")
