"""Which actions of a review can be carried out on what is selected, and why the others cannot."""

from __future__ import annotations

from onco_tui.tui.selection import Selection

_OF_FINDINGS = {"accept", "other_fix", "set_aside", "rule_page"}
_OF_LINES = {"edit_line", "verify", "line_history"}
_TO_FINDINGS = {"next_finding", "previous_finding"}
CHANGES = {"accept", "accept_all", "set_aside", "edit_line", "edit_diagnoses", "hold", "verify", "finalize"}


def why_off(selection: Selection, action: str) -> str:
    """Say why an action cannot be carried out now; empty when it can."""
    sitting = selection.sitting
    if action in _OF_FINDINGS and (sitting.status != "finalized" or action not in CHANGES):
        return _of_finding(selection, action)
    reasons = {
        "the claim is finalized": action in CHANGES and sitting.status == "finalized",
        "the claim is not finalized": action == "reopen" and sitting.status != "finalized",
        "no line is selected": action in _OF_LINES and selection.claim_line is None,
        "there are no safe fixes": action == "accept_all" and not sitting.safe_fixes(),
        "no finding is open": action in _TO_FINDINGS and not sitting.open_findings,
        "no question was asked": action == "queries" and not sitting.queries,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _of_finding(selection: Selection, action: str) -> str:
    standing, finding = selection.standing, selection.selected_finding
    if standing is None or finding is None:
        return "no finding is selected"
    if action in {"accept", "set_aside"} and not standing.open:
        return "this finding is set aside"
    if action == "accept" and not finding.fixes:
        return "this finding has no fix"
    if action == "other_fix" and len(finding.fixes) < 2:
        return "this finding has no other fix"
    return ""
