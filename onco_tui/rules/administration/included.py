"""Rules about what another service on the claim already includes: the needle for a port draw, supplies of a pump."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from onco_tui.derive.administration.ports import draw_code
from onco_tui.encounter.chart import Procedure
from onco_tui.rules.authorities import hcpcs_level2, ncci_x
from onco_tui.rules.context import Context, line_evidence
from onco_tui.rules.edit_series import removal
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.registry import rule

_VENIPUNCTURE = frozenset({"36415"})
# Ambulatory pump, its catheter supplies and cassettes, disposable delivery systems.
_PUMP_SUPPLIES = frozenset({"A4221", "A4222", "A4305", "A4306", "E0781", "K0552"})


@rule("ADM138", "venipuncture-for-port-draw", Severity.WARNING, authority=(ncci_x("section 9"),))
def venipuncture_for_port_draw(context: Context) -> Iterator[Draft | NotChecked]:
    """Venipuncture for a port draw.

    What it finds: A venipuncture billed on a date on which the chart has blood drawn from a port or catheter only.
    Why it matters: Blood from a port has codes of its own, payable only beside laboratory services; a venipuncture is
        no substitute for them.
    What the chart must show: From where the blood was drawn.
    Example: 36415 beside 96413 while the note says that the port was used.
    Fix: Remove the line (review; a needle may have been used too).
    Authority: NCCI Policy Manual 2026, chapter X section 9.
    """
    for line in context.lines_with(_VENIPUNCTURE):
        procedures, day = context.chart.procedures, context.day_of(line)
        if procedures is None:
            yield NotChecked("the chart has no procedures", lines=(line.line,))
            continue
        drawn = [procedure for procedure in procedures if _on(procedure, day, context) and draw_code(procedure)]
        if drawn and not any(map(_by_needle, procedures)):
            source = drawn[0].access_site or "a port or catheter"
            yield Draft(
                f"line {line.line} bills 36415; the chart has blood drawn from {source} on {day} and no venipuncture",
                lines=(line.line,),
                evidence=(
                    *line_evidence(line, "code", "date_of_service"),
                    *(Evidence(f"documentation.procedures[{p.id}].kind", p.kind or p.code or "") for p in drawn),
                ),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(removal(context.claim, line, "review"),),
            )


def _on(procedure: Procedure, day: date | None, context: Context) -> bool:
    done = procedure.performed_at.date() if procedure.performed_at else context.claim.date_from
    return day is not None and done == day


def _by_needle(procedure: Procedure) -> bool:
    kind = (procedure.kind or "").casefold()
    return procedure.code in _VENIPUNCTURE or "venipuncture" in kind or "peripheral" in kind


@rule("ADM139", "pump-supplies-with-bundle", Severity.WARNING, authority=(hcpcs_level2("descriptor of G0498"),))
def pump_supplies_with_bundle(context: Context) -> Iterator[Draft | NotChecked]:
    """Pump supplies with the bundle.

    What it finds: An ambulatory pump or its supplies billed on a claim that bills G0498.
    Why it matters: G0498 pays for the practice's pump and supplies together with the start and the end of the infusion.
    What the chart must show: Who supplied the pump; a pump that is not the practice's is 96416.
    Example: A4222 beside G0498.
    Fix: Remove the line (review; the supplies may belong to another pump).
    Authority: HCPCS Level II descriptor of G0498, in force since 2016-01-01; CMS change request 9749.
    """
    for bundle in context.lines_with(frozenset({"G0498"})):
        for line in context.lines_with(_PUMP_SUPPLIES):
            yield Draft(
                f"line {line.line} bills {line.code}, supplies of a pump, beside G0498 on line {bundle.line}, which "
                "includes them",
                lines=(line.line,),
                evidence=line_evidence(line, "code") + line_evidence(bundle, "code"),
                direction="over",
                amount_at_risk=line.charge,
                fixes=(removal(context.claim, line, "review"),),
            )
        return
