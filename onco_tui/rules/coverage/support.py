"""Whether a drug is billed for a diagnosis it is known to be used for, and what supports another use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from onco_tui.codesets.coverage import DrugUses
from onco_tui.derive.neoplasms import is_secondary, is_treatable_neoplasm
from onco_tui.encounter.edits import set_line_field
from onco_tui.rules.authorities import benefit_manual_15, drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    by_day,
    chart_text,
    charted_diagnoses,
    conditions,
    diagnoses_of,
    evidence_of,
    lines_of,
    money,
    numbers,
    of_trial,
    prompt,
    services,
    titles,
    unchecked,
)
from onco_tui.rules.drugs.billed import listed, medicare
from onco_tui.rules.edit_series import MAX_POINTERS
from onco_tui.rules.finding import Draft, Fix, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_ANTINEOPLASTIC = frozenset({
    "chemo_infusion", "chemo_push", "complex_biologic_infusion", "nonhormonal_chemo_or_complex_injection",
    "hormonal_injection", "cell_therapy",
})  # fmt: skip
_HISTORY = "Z85"
_GAMMOPATHY = "D47.2"
_MOST_SHOWN = 12
_COMPENDIUM = r"nccn|drugdex|micromedex|lexi-?drugs?|lexicomp|ahfs(?:-di)?|clinical pharmacology|compendi(?:um|a)"
_CITED = re.compile(rf"\b(?:{_COMPENDIUM})\b", re.IGNORECASE)
_REFUSED = re.compile(
    r"\bnccn\b[^.;\n]{0,40}?\b(?:category|cat\.?)\s*(3)\b|\b(?:drugdex|micromedex)\b[^.;\n]{0,40}?\bclass\s*(III)\b",
    re.IGNORECASE,
)
_ACCEPTED = re.compile(
    r"\bnccn\b[^.;\n]{0,40}?\b(?:category|cat\.?)\s*(?:1|2A|2B)\b"
    r"|\b(?:drugdex|micromedex)\b[^.;\n]{0,40}?\bclass\s*(?:I|IIa|IIb)\b",
    re.IGNORECASE,
)


@rule(
    "COV101",
    "diagnosis-not-listed-for-drug",
    Severity.WARNING,
    authority=(benefit_manual_15("50.4.5"), drug_labels("indications and usage")),
)
def diagnosis_not_listed(context: Context) -> Iterator[Draft | NotChecked]:
    """Diagnosis not listed for the drug.

    What it finds: A drug line whose diagnoses are none of those the drug is known to be used for; as information, one
        that points past the diagnosis on the claim that is.
    Why it matters: Payers compare drug and diagnosis. Most drugs have no policy of their own, so a diagnosis outside
        the list is a question to settle before the claim goes out, not a denial.
    What the chart must show: The indication: diagnosis, stage, histology, line of therapy, or the compendium that
        supports the use.
    Example: J9354 (ado-trastuzumab emtansine) for C34.11 alone. A metastasis with the history of its primary (C79.51
        and Z85.3), a use the chart supports by a compendium, and lines of a trial are left alone.
    Fix: Point the line at the listed diagnosis the claim has (review); ask for the indication (query). The diagnosis
        is never changed to fit.
    Authority: Medicare Benefit Policy Manual, chapter 15 section 50.4.5 (labelled and compendium uses); product
        labels. Information only where the list is broad, or the payer is not Medicare. Never an error.
    """
    unknown: list[int] = []
    for code, lines in context.once(services).items():
        uses = context.reference.coverage.uses_of(code)
        if uses is None:
            drug = context.reference.drugs.by_code(code)
            unknown += numbers(lines) if drug and drug.admin_class in _ANTINEOPLASTIC else ()
            continue
        for group in by_day(lines):
            if not any(of_trial(context, service) for service in group):
                yield from _unlisted(context, uses, group)
    if unknown:
        yield NotChecked(f"line {listed(unknown)}: the drug has no list of diagnoses here", lines=tuple(unknown))


def _unlisted(context: Context, uses: DrugUses, group: Sequence[Service]) -> Iterator[Draft | NotChecked]:
    day, claim = group[0].day, context.claim
    covers = [use.diagnoses for use in uses.on(day)]
    open_lines = [s for s in group if not any(prefixes.cover_any(s.diagnoses) for prefixes in covers)]
    if not open_lines or not claim.diagnoses or _metastasis_of_history(open_lines[0].diagnoses, claim.diagnoses):
        return
    if _told_elsewhere(claim.diagnoses):
        return
    if context.policy.unlisted_diagnosis == "not_checked":
        yield unchecked(open_lines, f"the payer's own list of diagnoses for {uses.name} is not here")
        return
    elsewhere = [code for code in claim.diagnoses if any(prefixes.cover(code) for prefixes in covers)]
    if elsewhere:
        if any(not code.startswith("Z") for code in open_lines[0].diagnoses):
            yield _points_past(context, uses, open_lines, elsewhere)
    elif not _cited(context):
        yield _no_listed_diagnosis(context, uses, open_lines)


def _cited(context: Context) -> bool:
    """Tell whether the chart cites a compendium; for Medicare a citation has its own rule, whatever it says."""
    text = context.once(chart_text)
    return bool(_CITED.search(text)) and (medicare(context) or not _refused(text))


def _refused(text: str) -> str:
    """Give the citation of a category that does not support a use; empty beside one that does, or without one."""
    found = _REFUSED.search(text)
    if found is None or _ACCEPTED.search(text):
        return ""
    return "NCCN category 3" if found[1] else "DrugDex class III"


def _told_elsewhere(on_claim: Sequence[str]) -> bool:
    """Tell what rules of the diagnosis family ask about: metastases without any primary, gammopathy alone."""
    neoplasms = [code for code in on_claim if is_treatable_neoplasm(code)]
    return bool(neoplasms) and (all(map(is_secondary, neoplasms)) or set(neoplasms) == {_GAMMOPATHY})


def _metastasis_of_history(pointed: Sequence[str], on_claim: Sequence[str]) -> bool:
    """Tell a metastasis whose primary is gone: its history stands for the primary."""
    return any(map(is_secondary, pointed)) and any(code.startswith(_HISTORY) for code in on_claim)


def _points_past(context: Context, uses: DrugUses, group: Sequence[Service], elsewhere: Sequence[str]) -> Draft:
    pointed = ", ".join(diagnoses_of(group))
    return Draft(
        f"line {listed(numbers(group))} bills {uses.name} for {pointed}; known for it is {elsewhere[0]}, which "
        f"the claim lists and the line does not point to",
        lines=numbers(group),
        diagnoses=tuple(elsewhere),
        evidence=evidence_of(context, group, "diagnosis_pointers"),
        fixes=_pointing(context, group, elsewhere[0]) if len(elsewhere) == 1 else (),
        subject=f"{group[0].line.code} {group[0].day}",
        severity=Severity.INFO,
    )


def _pointing(context: Context, group: Sequence[Service], code: str) -> tuple[Fix, ...]:
    place = context.claim.diagnoses.index(code) + 1
    lines = lines_of(group)
    if any(len(line.diagnosis_pointers) >= MAX_POINTERS for line in lines):
        return ()
    edits = tuple(set_line_field(line, "diagnosis_pointers", (place, *line.diagnosis_pointers)) for line in lines)
    return (Fix(f"point line {listed(numbers(group))} to {code} first", "review", edits),)


def _no_listed_diagnosis(context: Context, uses: DrugUses, group: Sequence[Service]) -> Draft:
    day = group[0].day
    pointed = diagnoses_of(group)
    severity = prompt(uses.confidence) if context.policy.medicare else Severity.INFO
    return Draft(
        f"line {listed(numbers(group))} bills {uses.name} for {', '.join(pointed) or 'no diagnosis'}; it is known for "
        f"{_shown(uses.words(day))} (list of {uses.as_of}: {context.reference.coverage.sources[uses.source]})",
        lines=numbers(group),
        diagnoses=pointed,
        evidence=(*evidence_of(context, group, "diagnosis_pointers"), *charted_diagnoses(context, bool)),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for the indication",
                f"{uses.name} was given on {day}; listed for it is {titles(context, pointed, day)}",
                f"What condition was {uses.name} given for, and what supports the use?",
                *conditions(context),
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=severity,
    )


def _shown(words: str) -> str:
    """Cut a long list of prefixes."""
    parts = words.split(", ")
    return words if len(parts) <= _MOST_SHOWN else f"{', '.join(parts[:_MOST_SHOWN])} and others"


@rule("COV106", "off-label-use-not-supported", Severity.WARNING, authority=(benefit_manual_15("50.4.5"),))
def off_label_use_not_supported(context: Context) -> Iterator[Draft | NotChecked]:
    """Off-label use not supported.

    What it finds: A drug billed to Medicare for a diagnosis outside its list, where the chart cites a compendium in a
        category that does not support the use: NCCN category 3 or DrugDex class III.
    Why it matters: Such a category is an answer, and it is no; a compendium that is silent is not.
    What the chart must show: A supportive listing (NCCN 1 or 2A, DrugDex I, IIa or IIb, Lexi-Drugs off-label with
        evidence level A, or a supportive narrative in AHFS or Clinical Pharmacology), or peer-reviewed literature.
    Example: "NCCN category 3" in the rationale for a drug outside its label. A category 2B is left to the contractor.
    Fix: Ask for the support (query).
    Authority: Medicare Benefit Policy Manual, chapter 15 section 50.4.5, compendia from 2008-06-05, Lexi-Drugs from
        2015-08-12. NCD 110.17 is about four drugs in named trials and is not this rule.
    """
    if not medicare(context):
        return
    off_label = tuple(_off_label(context))
    if not off_label:
        return
    text = context.once(chart_text)
    if not text:
        yield NotChecked("the chart has no text that could cite a compendium")
    elif cited := _refused(text):
        for uses, group in off_label:
            yield _not_supported(context, uses, group, cited)


def _off_label(context: Context) -> Iterator[tuple[DrugUses, tuple[Service, ...]]]:
    for code, lines in context.once(services).items():
        if uses := context.reference.coverage.uses_of(code):
            for group in by_day(lines):
                known = [use.diagnoses for use in uses.on(group[0].day)]
                listed_here = any(prefixes.cover_any(context.claim.diagnoses) for prefixes in known)
                if not listed_here and not any(of_trial(context, service) for service in group):
                    yield uses, group


def _not_supported(context: Context, uses: DrugUses, group: Sequence[Service], cited: str) -> Draft:
    day = group[0].day
    return Draft(
        f"line {listed(numbers(group))} bills {uses.name} outside its list, and the chart cites {cited}, which "
        f"does not support a use",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=evidence_of(context, group, "diagnosis_pointers"),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask what supports the use",
                f"{uses.name} was given on {day} for {titles(context, diagnoses_of(group), day)}; cited is {cited}",
                "What supports this use: which compendium, in which category and of which date, or which literature?",
                "a compendium (please name it, with category and date)",
                "peer-reviewed literature (please name it)",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
    )
