"""Present disease or history: what the chart says of a malignancy, and what the claim reports."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.derive.neoplasms import is_of_blood, is_secondary, is_treatable_neoplasm
from onco_tui.rules.authorities import icd10cm_guidelines, icd10cm_tabular
from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import Charted, charted, primary_in_words
from onco_tui.rules.diagnosis.listing import list_evidence
from onco_tui.rules.diagnosis.mates import Mate, mate_missing, restated
from onco_tui.rules.diagnosis.ordering import diagnosis_order, source_evidence
from onco_tui.rules.diagnosis.queries import ask
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule

_HISTORY = "Z85"
_HISTORY_OF_BLOOD = ("Z85.6", "Z85.7")
_ENDOCRINE = "Z79.81"
_BREAST_OR_PROSTATE = ("C50", "C61", "Z85.3", "Z85.46")
_STATES = (
    "present and under treatment", "present, not under treatment", "in remission", "history, treatment completed",
)  # fmt: skip


@rule(
    "DXC401",
    "present-or-history-as-charted",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.d and I.C.2.m"), icd10cm_guidelines("I.C.21.c.4")),
)
def present_or_history_as_charted(context: Context) -> Iterator[Draft | NotChecked]:
    """Present or history as charted.

    What it finds: A malignancy reported as present that the chart has as history; a history code for one the chart has
        as present; antineoplastic therapy given with nothing but history on the claim.
    Why it matters: History means excised or eradicated, no further treatment directed at it, and no evidence of
        disease; until then the malignancy is present. Plans audit the difference.
    What the chart must show: The status of the malignancy.
    Example: C50.911 for a visit at which the chart has breast cancer as history becomes Z85.3.
    Fix: Replace the code by the charted one, or the only history code of the site (review); ask for the status (query).
    Authority: ICD-10-CM Official Guidelines I.C.2.d, I.C.2.m and I.C.21.c.4.
    """
    listed = context.claim.diagnoses
    cancers = [code for code in listed if _is_no_metastasis(code)]
    histories = [code for code in listed if code.startswith(_HISTORY)]
    if not cancers and not histories:
        return
    if context.chart.diagnoses is None:
        yield NotChecked("the chart lists no diagnoses, so whether a malignancy is present is open")
        return
    entries = context.once(charted)
    for code in cancers:
        if past := _charted_as_past(context, code, entries):
            yield _contradiction(context, code, past, _histories_offered(context, code, past), "history")
    for code in histories:
        if present := _charted_as_present(context, code, entries):
            yield _contradiction(context, code, present, (present.code,) if present.code else (), "present")
    if histories and not any(map(is_treatable_neoplasm, listed)):
        yield from _therapy_for_history(context, histories[0])


def _charted_as_past(context: Context, code: str, entries: tuple[Charted, ...]) -> Charted | None:
    """Find the entry that has a reported malignancy as history, where none has its site as present."""
    facts = context.reference.diagnosis_facts
    if any(entry.code[:3] == code[:3] and entry.diagnosis.status != "history" for entry in entries):
        return None
    past = (e for e in entries if e.code[:3] == code[:3] or facts.is_history_of(e.code, code))
    coded = next((entry for entry in past if entry.code not in context.claim.diagnoses or entry.code == code), None)
    return coded or _uncoded(context, code, entries, {"history"})


def _charted_as_present(context: Context, history: str, entries: tuple[Charted, ...]) -> Charted | None:
    """Find the entry that has a malignancy as present that the claim has as history and does not report."""
    facts = context.reference.diagnosis_facts
    if any(entry.code == history for entry in entries):
        return None
    if any(facts.is_history_of(history, code) for code in context.claim.diagnoses):
        return None
    coded = next((e for e in entries if _is_present(e) and facts.is_history_of(history, e.code)), None)
    alone = len(entries) == 1 and not any(map(is_treatable_neoplasm, context.claim.diagnoses))
    return coded or (_uncoded(context, history, entries, {"active"}) if alone else None)


def _uncoded(context: Context, code: str, entries: tuple[Charted, ...], statuses: set[str]) -> Charted | None:
    """Match the one primary the chart has in words alone with the one primary of the claim."""
    entry = primary_in_words(entries)
    listed = [one for one in context.claim.diagnoses if one.startswith(_HISTORY) or _is_no_metastasis(one)]
    return entry if entry and listed == [code] and entry.diagnosis.status in statuses else None


def _is_no_metastasis(code: str) -> bool:
    """Tell a neoplasm that is treated and is not a metastasis, in situ and uncertain ones included."""
    return is_treatable_neoplasm(code) and not is_secondary(code)


def _is_present(entry: Charted) -> bool:
    """Tell present disease; a blood cancer in remission has a rule of its own."""
    if entry.diagnosis.status == "remission":
        return not is_of_blood(entry.code)
    return entry.diagnosis.status == "active" or (entry.diagnosis.treated is True and entry.active)


def _histories_offered(context: Context, code: str, past: Charted) -> tuple[str, ...]:
    if past.code.startswith(_HISTORY):
        return (past.code,)
    offered = context.reference.diagnosis_facts.histories_of(code)
    return offered if len(offered) == 1 else ()


def _contradiction(context: Context, code: str, entry: Charted, offers: tuple[str, ...], said: str) -> Draft:
    return Draft(
        f"the chart has this malignancy as {said}, the claim reports {code}",
        diagnoses=(code,),
        evidence=(list_evidence(context.claim), *entry.evidence("code", "status", "treated")),
        direction="documentation",
        fixes=(
            *(fix for offer in offers for fix in restated(context, code, offer)),
            ask(
                context,
                "ask for the status of the malignancy",
                (entry.code or code,),
                f"documented as {said}",
                "What was the status of this malignancy at the visit?",
                *_STATES,
            ),
        ),
        subject=code,
    )


def _therapy_for_history(context: Context, history: str) -> Iterator[Draft]:
    given = context.once(diagnosis_order).given
    if given:
        yield Draft(
            f"{given[0].name} was given, and the claim has nothing but history ({history}) for it",
            diagnoses=(history,),
            evidence=(list_evidence(context.claim), *source_evidence(given[0].source)),
            direction="documentation",
            fixes=(
                ask(
                    context,
                    "ask what the therapy was given for",
                    (history,),
                    f"{given[0].name} was given",
                    "Which condition was it given for?",
                    "the malignancy, present or under treatment",
                    "prevention after completed treatment",
                    "another condition (please name it)",
                ),
            ),
            subject="therapy",
        )


@rule("DXC402", "adjuvant-endocrine-therapy", Severity.INFO, authority=(icd10cm_guidelines("I.C.2.m and I.C.21.c.4"),))
def adjuvant_endocrine_therapy(context: Context) -> Iterator[Draft | NotChecked]:
    """Adjuvant endocrine therapy.

    What it finds: Long-term endocrine therapy (Z79.81-) with breast or prostate cancer, present or history, of which
        the chart says neither the status nor whether it is treated.
    Why it matters: Endocrine therapy given as treatment means present disease, given to lower a risk it goes with
        history. No guideline decides it; the record must.
    What the chart must show: Whether the therapy is treatment or risk reduction.
    Example: C50.911, Z79.811 with breast cancer charted without a status.
    Fix: Ask (query). Nothing is changed.
    Authority: ICD-10-CM Official Guidelines I.C.2.m and I.C.21.c.4, which have no line on endocrine therapy; coding
        practice, so information only.
    """
    listed = context.claim.diagnoses
    therapy = next((code for code in listed if code.startswith(_ENDOCRINE)), None)
    cancer = next((code for code in listed if code.startswith(_BREAST_OR_PROSTATE)), None)
    if therapy is None or cancer is None:
        return
    if context.chart.diagnoses is None:
        yield NotChecked("the chart lists no diagnoses, so whether the therapy is treatment is open")
        return
    entries = [entry for entry in context.once(charted) if entry.code.startswith(_BREAST_OR_PROSTATE)]
    if any(entry.diagnosis.status or entry.diagnosis.treated is not None for entry in entries):
        return
    yield Draft(
        f"{therapy} with {cancer}: the chart does not say whether the therapy is treatment or risk reduction",
        diagnoses=(cancer, therapy),
        evidence=(list_evidence(context.claim), *(item for entry in entries for item in entry.evidence("code"))),
        direction="documentation",
        fixes=(
            ask(
                context,
                "ask whether the therapy is treatment",
                (cancer, therapy),
                "what the therapy is for is not documented",
                "What is the purpose of the endocrine therapy?",
                "treatment of the cancer",
                "lowering the risk of another one",
            ),
        ),
        subject=therapy,
    )


@rule(
    "DXC403",
    "present-and-history-of-one-site",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.m and I.A.12.a"), icd10cm_tabular("Excludes1 at C81-C96, Z85.6 and Z85.7")),
)
def present_and_history_of_one_site(context: Context) -> Iterator[Draft | NotChecked]:
    """Present and history of one site.

    What it finds: A malignancy reported as present and as history of the same site.
    Why it matters: One disease is not both. For leukemia, lymphoma and myeloma a note forbids the pair; a solid tumor
        may be a second primary of the site, which the record then says.
    What the chart must show: Which of the two it is, or that there were two tumors.
    Example: C90.01 with Z85.79; C50.911 with Z85.3 and no second primary charted.
    Fix: Ask (query).
    Authority: ICD-10-CM Official Guidelines I.C.2.m and I.A.12.a. An error for blood and lymph, by the Excludes1 notes;
        a warning for solid tumors, and none where the chart lists both.
    """
    listed = context.claim.diagnoses
    for history in (code for code in listed if code.startswith(_HISTORY)):
        facts = context.reference.diagnosis_facts
        present = next((code for code in listed if facts.is_history_of(history, code)), None)
        if present is None:
            continue
        of_blood = history.startswith(_HISTORY_OF_BLOOD)
        if not of_blood and context.chart.diagnoses is None:
            yield NotChecked(f"the chart lists no diagnoses, so {present} with {history} may be a second primary")
        elif of_blood or not {history, present} <= {entry.code for entry in context.once(charted)}:
            severity = Severity.ERROR if of_blood else Severity.WARNING
            yield Draft(
                f"{present} says the malignancy is present, {history} that it is history",
                diagnoses=(present, history),
                evidence=(list_evidence(context.claim),),
                direction="documentation",
                fixes=(
                    ask(
                        context,
                        "ask which of the two it is",
                        (present, history),
                        "both are listed for the visit",
                        "What was the status of the malignancy at the visit?",
                        "one malignancy, present or under treatment",
                        "one malignancy, history",
                        "two malignancies, one present and one history",
                    ),
                ),
                subject=history,
                severity=severity,
            )


@rule(
    "DXC404",
    "metastasis-without-primary",
    Severity.WARNING,
    authority=(icd10cm_guidelines("I.C.2.d, I.C.2.k and I.C.2.m"),),
)
def metastasis_without_primary(context: Context) -> Iterator[Draft | NotChecked]:
    """Metastasis without primary.

    What it finds: A metastasis (C77-C79) on a claim with no primary, present, former or unknown.
    Why it matters: The primary is coded while it is present, as history (Z85.-) once removed, as C80.1 when it cannot
        be found; without any of them payers ask what metastasized.
    What the chart must show: The status of the primary.
    Example: C78.7 alone becomes C78.7, Z85.038 when the colon cancer was removed.
    Fix: Add the charted primary or its history (review); ask where the chart has neither (query).
    Authority: ICD-10-CM Official Guidelines I.C.2.d, I.C.2.k and I.C.2.m.
    """
    listed = context.claim.diagnoses
    secondary = next((code for code in listed if code[:3] in {"C77", "C78", "C79"}), None)
    if secondary is None or any(map(_tells_a_primary, listed)):
        return
    offers = [entry.code for entry in context.once(charted) if _spreads(entry.code) and _established(entry)]
    mate = Mate("its primary: present, former (Z85.-) or unknown (C80.1)", tuple(dict.fromkeys(offers)))
    yield mate_missing(context, secondary, mate)


def _tells_a_primary(code: str) -> bool:
    return code.startswith(_HISTORY) or _is_no_metastasis(code)


def _spreads(code: str) -> bool:
    """Tell a primary that leaves metastases: present or former, no disease of blood or lymph, no transplant."""
    if code.startswith(_HISTORY):
        return not code.startswith(_HISTORY_OF_BLOOD)
    return code[:1] == "C" and not is_secondary(code) and not is_of_blood(code) and code not in {"C80.0", "C80.2"}


def _established(entry: Charted) -> bool:
    """Leave out what is suspected, and a present code charted as history."""
    return entry.diagnosis.status != "suspected" and (
        entry.code.startswith(_HISTORY) or entry.diagnosis.status != "history"
    )
