"""Follow-up after completed treatment (Z08, Z09), aftercare (Z48.3) and care of the port (Z45.2)."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_neoplasm, is_secondary, is_treatable_neoplasm
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import active, charted
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.diagnosis.mates import Mate, added, exchanged, mate_missing, without
from onco_tui.rules.diagnosis.ordering import out_of_order
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, Evidence, Fix, NotChecked, Severity
from onco_tui.rules.registry import rule

_FOLLOW_UP, _OTHER_FOLLOW_UP, _HISTORY, _AFTERCARE = "Z08", "Z09", "Z85", "Z48.3"
_KEPT_APART = ("Z43", "Z44", "Z45", "Z46", "Z47", "Z48", "Z49", "Z51")
_ENDOCRINE = "Z79.81"


@rule(
    "DXC405",
    "follow-up-examination",
    Severity.ERROR,
    authority=(icd10cm_guidelines("I.C.21.c.8"), icd10cm_tabular("Z08 and Z09, with their notes")),
)
def follow_up_examination(context: Context) -> Iterator[Draft | NotChecked]:
    """Follow-up examination.

    What it finds: Z08 without the history of a malignancy (Z85.-), beside care that its note keeps apart (Z43-Z49,
        Z51.-), or beside a present malignancy; Z09 for the follow-up of one; a surveillance visit led by the history
        alone.
    Why it matters: Z08 means examined after completed treatment and nothing found: Z08 first, then the history. A
        recurrence is coded as the neoplasm instead.
    What the chart must show: Completed treatment, no evidence of disease.
    Example: Z09, Z85.3 becomes Z08, Z85.3; Z85.3 for a surveillance visit becomes Z08, Z85.3.
    Fix: Z09 to Z08 (safe); add the charted history, add Z08 first, or take the neoplasm in the place of Z08 (review).
    Authority: ICD-10-CM Official Guidelines I.C.21.c.8; notes at Z08, Z09 and Z51. A warning for Z09, for a visit
        without Z08, and for Z08 beside another malignancy than the one followed, unless the chart has it as active.
    """
    listed = context.claim.diagnoses
    histories = [code for code in listed if code.startswith(_HISTORY)]
    if _FOLLOW_UP in listed:
        yield from _of_follow_up(context, histories)
    elif histories and _OTHER_FOLLOW_UP in listed:
        yield _draft(
            context,
            f"{_OTHER_FOLLOW_UP} is for conditions other than a malignancy; {histories[0]} was followed up",
            (_OTHER_FOLLOW_UP,),
            () if _present_care(listed) else exchanged(context, _OTHER_FOLLOW_UP, _FOLLOW_UP, "safe"),
            Severity.WARNING,
        )
    elif histories and _is_surveillance_led_by_history(context):
        yield _draft(
            context,
            f"a surveillance visit after completed treatment begins with {_FOLLOW_UP}, the history after it",
            (histories[0],),
            added(context, _FOLLOW_UP),
            Severity.WARNING,
        )


def _present_care(listed: tuple[str, ...]) -> bool:
    """Tell a claim with present disease or care beside the follow-up, which no code for it alone puts right."""
    return any(code.startswith(_KEPT_APART) or is_treatable_neoplasm(code) for code in listed)


def _of_follow_up(context: Context, histories: list[str]) -> Iterator[Draft]:
    listed = context.claim.diagnoses
    if not histories:
        offers = tuple(e.code for e in context.once(charted) if e.code.startswith(_HISTORY) and e.code not in listed)
        mate = Mate("the history of the malignancy (Z85.-)", offers)
        yield mate_missing(context, _FOLLOW_UP, mate, Severity.ERROR)
    if apart := [code for code in listed if code.startswith(_KEPT_APART)]:
        text = f"{_FOLLOW_UP} is for an examination after completed treatment, {apart[0]} for present care; not both"
        question = ask(
            context,
            "ask what the visit was for",
            (_FOLLOW_UP, apart[0]),
            "both are listed for one visit",
            "What was the visit for?",
            "examination after completed treatment",
            "treatment",
            "aftercare",
        )
        yield _draft(context, text, (_FOLLOW_UP, apart[0]), (question,))
    elif present := next(filter(is_treatable_neoplasm, listed), None):
        text = f"{_FOLLOW_UP} says that nothing was found, {present} that a malignancy is present"
        followed = any(context.reference.diagnosis_facts.is_history_of(history, present) for history in histories)
        if not followed and not is_secondary(present) and present in {entry.code for entry in active(context)}:
            return
        fixes = without(context.claim, (_FOLLOW_UP,), present, "review")
        severity = Severity.ERROR if followed else Severity.WARNING
        yield _draft(context, text, (_FOLLOW_UP, present), fixes, severity)


def _is_surveillance_led_by_history(context: Context) -> bool:
    """Tell a surveillance visit with nothing on the claim but history and status codes, and no endocrine therapy.

    A follow-up is one when all that the chart lists is history.
    """
    listed, reason = context.claim.diagnoses, context.chart.reason_for_encounter
    entries = context.once(charted)
    past = bool(entries) and all(entry.diagnosis.status == "history" for entry in entries)
    if not listed[0].startswith(_HISTORY) or not (reason == "surveillance" or (reason == "follow_up" and past)):
        return False
    return not _present_care(listed) and not any(code.startswith(_ENDOCRINE) or is_neoplasm(code) for code in listed)


def _draft(
    context: Context, text: str, codes: tuple[str, ...], fixes: tuple[Fix, ...], severity: Severity | None = None
) -> Draft:
    reason = context.chart.reason_for_encounter
    return Draft(
        text,
        diagnoses=codes,
        evidence=(
            list_evidence(context.claim),
            *((Evidence("documentation.reason_for_encounter", reason),) if reason else ()),
        ),
        fixes=fixes,
        subject=codes[0],
        severity=severity,
    )


@rule(
    "DXC406",
    "aftercare-without-neoplasm",
    Severity.INFO,
    authority=(icd10cm_guidelines("I.C.2.o and I.C.21.c.7"), icd10cm_tabular("use additional at Z48.3")),
)
def aftercare_without_neoplasm(context: Context) -> Iterator[Draft | NotChecked]:
    """Aftercare without neoplasm.

    What it finds: Aftercare following surgery for a neoplasm (Z48.3) with neither the neoplasm nor its history.
    Why it matters: The note at Z48.3 asks for the neoplasm; once it is removed and done with, its history.
    What the chart must show: The neoplasm operated on, and its status.
    Example: Z48.3 alone becomes Z48.3, C50.411.
    Fix: Add the charted code (review), else ask (query).
    Authority: ICD-10-CM Official Guidelines I.C.2.o and I.C.21.c.7; use-additional note at Z48.3.
    """
    listed = context.claim.diagnoses
    if _AFTERCARE in listed and not any(is_neoplasm(code) or code.startswith((_HISTORY, "Z86")) for code in listed):
        offers = tuple(
            entry.code
            for entry in context.once(charted)
            if entry.code.startswith(_HISTORY) or (is_neoplasm(entry.code) and entry.active)
        )
        yield mate_missing(context, _AFTERCARE, Mate("the neoplasm or its history", offers), Severity.INFO)


@rule("DXC126", "port-care-first", Severity.WARNING, authority=(icd10cm_guidelines("I.C.21.c.7 and IV.G"),))
def port_care_first(context: Context) -> Iterator[Draft | NotChecked]:
    """Port care first.

    What it finds: History or status codes before Z45.2 on a visit for the care of the port alone.
    Why it matters: The code that is chiefly responsible for the visit stands first; history and status only add to it.
    What the chart must show: The reason for the encounter.
    Example: Z85.038, Z45.2 for a flush of the port becomes Z45.2, Z85.038.
    Fix: Put Z45.2 first (safe when the chart gives the reason, else review).
    Authority: ICD-10-CM Official Guidelines I.C.21.c.7 (aftercare codes are generally listed first) and IV.G. The place
        of a present malignancy beside Z45.2 is left as billed.
    """
    yield from out_of_order(context, "port_care")
