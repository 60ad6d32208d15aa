"""Runs the rules over an encounter and says for each: finding, passed, or not checked and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from onco_tui.codesets.reference import Reference
from onco_tui.encounter.document import Encounter
from onco_tui.rules.context import Context
from onco_tui.rules.derived import Derived
from onco_tui.rules.finding import Draft, Finding, NotChecked, Report, facts_digest, finding_id
from onco_tui.rules.registry import Need, Rule, all_rules


def check(
    encounter: Encounter, reference: Reference, rules: Iterable[Rule] | None = None, derived: Derived | None = None
) -> Report:
    """Check one encounter. Findings come worst first, then by line and rule.

    ``derived`` is what was derived for an earlier state of this encounter, if there was one; it saves a third.
    """
    context = Context(encounter, reference, derived)
    findings: list[Finding] = []
    not_checked: list[NotChecked] = []
    passed: list[str] = []
    checked = 0
    for rule in all_rules().values() if rules is None else rules:
        found, skipped = _run(rule, context)
        findings += found
        not_checked += skipped
        checked += not skipped
        if not found and not skipped:
            passed.append(rule.code)
    findings.sort(key=lambda finding: (-finding.severity, finding.lines, finding.rule, finding.id))
    return Report(encounter.encounter_id, tuple(findings), tuple(not_checked), checked, tuple(passed))


def _run(rule: Rule, context: Context) -> tuple[list[Finding], list[NotChecked]]:
    if rule.needs and (missing := [need for need in rule.needs if not _present(context, need)]):
        return [], [NotChecked(f"the chart has no {', '.join(map(_words, missing))}", rule.code)]
    findings: list[Finding] = []
    skipped: list[NotChecked] = []
    try:
        for item in rule.check(context):
            if isinstance(item, Draft):
                findings.append(_complete(rule, context, item))
            elif isinstance(item, NotChecked):
                skipped.append(replace(item, rule=rule.code))
            else:
                assert_never(item)
    except Exception as error:  # noqa: BLE001  one defective rule must not take the other rules from a coder
        return [], [NotChecked(_failure(error), rule.code)]
    return findings, skipped


def _failure(error: Exception) -> str:
    """Say where a rule broke, never with which values: those may identify a patient."""
    import traceback  # noqa: PLC0415  rules rarely break

    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
    return f"the rule itself failed ({place})"


def _complete(rule: Rule, context: Context, draft: Draft) -> Finding:
    return Finding(
        id=finding_id(rule.code, context.encounter.encounter_id, draft),
        rule=rule.code,
        name=rule.name,
        severity=draft.severity or rule.severity,
        lines=draft.lines,
        diagnoses=draft.diagnoses,
        evidence=draft.evidence,
        message=draft.message,
        authority=draft.authority or rule.authority,
        direction=draft.direction,
        amount_at_risk=draft.amount_at_risk,
        fixes=tuple(fit for fix in draft.fixes if (fit := context.fitted(fix))),
        facts=facts_digest(draft),
    )


def _present(context: Context, need: Need) -> bool:
    match need:
        case "documentation":
            return context.encounter.documentation is not None
        case "coverage":
            return bool(context.encounter.coverage.payer_id)
        case _:
            return getattr(context.chart, need) is not None


def _words(need: Need) -> str:
    return need.replace("_", " ")
