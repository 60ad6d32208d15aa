"""Results and lines of therapy a drug's use rests on: the contrary on record, none on record, a line too early."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from onco_tui.codesets.coverage import DrugUses
from onco_tui.rules.authorities import drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.markers import Answer, Judged, judged, matched, why_open
from onco_tui.rules.coverage.services import (
    Service,
    by_day,
    diagnoses_of,
    evidence_of,
    money,
    numbers,
    of_trial,
    prompt,
    services,
    titles,
    unchecked,
)
from onco_tui.rules.drugs.billed import listed
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule


@rule("COV102", "result-against-use", Severity.WARNING, authority=(drug_labels("indications and usage"),))
def result_against_use(context: Context) -> Iterator[Draft | NotChecked]:
    """Result against the use.

    What it finds: A drug whose every use for the billed diagnosis needs a result, where the record has the contrary.
    Why it matters: The label excludes the use; payers ask for the report.
    What the chart must show: The test, its result, date and specimen, from before the first dose.
    Example: Cetuximab for colon cancer with KRAS G12D mutated; with KRAS G12C it is a use of its own. Trastuzumab
        with HER2 IHC 1+. Where two results contradict one another, or the wording is not certain, nothing is said.
    Fix: Ask for the result the treatment rests on (query).
    Authority: Product labels. Never an error: compendia may support the use.
    """
    for entry in context.once(judged):
        if entry.state == "against":
            yield _against(context, entry)
        elif entry.state in {"unread", "missing"} and (reason := why_open(context, entry)):
            yield unchecked(entry.group, reason)


def _against(context: Context, entry: Judged) -> Draft:
    answers = entry.those("against")
    day, group = entry.group[0].day, entry.group
    said = _said(answers)
    return Draft(
        f"line {listed(numbers(group))} bills {entry.uses.name} ({entry.names('against')}); on record is {said}; "
        f"the use needs {_wanted(answers)}",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=(
            *evidence_of(context, group, "diagnosis_pointers"),
            *dict.fromkeys(item.evidence for answer in answers for item in answer.found),
        ),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for the result the treatment rests on",
                f"{entry.uses.name} was given on {day}; on record is {_in_words(context, answers, day)}",
                "Which result, of which date and specimen, is the treatment based on?",
                "the result on record",
                "a later or another result (please give it)",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=prompt(entry.uses.confidence),
    )


def _said(answers: Sequence[Answer]) -> str:
    return "; ".join(dict.fromkeys(item.words for answer in answers for item in answer.found))


def _in_words(context: Context, answers: Sequence[Answer], day: date) -> str:
    """Write what is on record without codes: a status code by its title."""
    items = [item for answer in answers for item in answer.found]
    coded = dict.fromkeys(item.evidence.value for item in items if not item.name)
    told = dict.fromkeys(item.words.replace(";", ",") for item in items if item.name)
    return "; ".join((*told, *([titles(context, coded, day)] if coded else ())))


def _wanted(answers: Sequence[Answer]) -> str:
    words = [f"{a.marker.shown} {'recorded' if a.wanted == 'any' else a.wanted}" for a in answers]
    return " or ".join(dict.fromkeys(words))


@rule("COV103", "result-missing-for-use", Severity.WARNING, authority=(drug_labels("indications and usage"),))
def result_missing_for_use(context: Context) -> Iterator[Draft | NotChecked]:
    """Result missing for the use.

    What it finds: A drug whose every use for the billed diagnosis needs a result, where the chart's results, status
        codes (Z17, Z19) and text have none.
    Why it matters: Payers ask for the result before they pay for the drug, and reviewers look for it afterwards.
    What the chart must show: The test, its result, date and specimen, from before the first dose.
    Example: Trastuzumab for breast cancer and no HER2 among the results. Pembrolizumab for lung cancer needs none: some
        of its uses there have no such condition. Z17.31 states HER2 as well as a report does.
    Fix: Ask for the result (query).
    Authority: Product labels. A chart without any results, or one that tells the result in a note only, is not checked.
        Castration resistance, which is no test result, is DXC305's to ask for.
    """
    for entry in context.once(judged):
        if entry.state not in {"unread", "missing"}:
            continue
        if entry.state == "missing" and all(answer.marker.reader == "castration" for answer in entry.those("missing")):
            continue
        if reason := why_open(context, entry):
            yield unchecked(entry.group, reason)
        else:
            yield _missing(context, entry)


def _missing(context: Context, entry: Judged) -> Draft:
    day, group = entry.group[0].day, entry.group
    wanted = _wanted(entry.those("missing"))
    names = ", ".join(marker.name for marker in context.chart.biomarkers or ())
    tests = " and ".join(answer.marker.shown for answer in entry.those("missing"))
    return Draft(
        f"line {listed(numbers(group))} bills {entry.uses.name} ({entry.names('missing')}), which needs {wanted}; "
        f"the record has no such result",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=(
            *evidence_of(context, group, "diagnosis_pointers"),
            Evidence("documentation.biomarkers", names),
        ),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for the result",
                f"{entry.uses.name} was given on {day} for {titles(context, diagnoses_of(group), day)}; the results on "
                f"record are {names or 'none'}",
                f"What was the result of testing for {tests}, and when was the specimen taken?",
                "positive",
                "negative",
                "not tested",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=prompt(entry.uses.confidence),
    )


@rule("COV104", "line-of-therapy-too-early", Severity.WARNING, authority=(drug_labels("indications and usage"),))
def line_of_therapy_too_early(context: Context) -> Iterator[Draft | NotChecked]:
    """Line of therapy too early.

    What it finds: A drug labelled for patients after a number of lines of therapy, given in an earlier line by the
        plan.
    Why it matters: The payer asks for the earlier regimens with their dates and outcome.
    What the chart must show: The line of therapy in the plan; earlier regimens.
    Example: Teclistamab is for multiple myeloma after four lines, so the fifth at the earliest; the plan says 3.
    Fix: Ask for the earlier lines (query).
    Authority: Product labels. A plan without a line of therapy is not checked. Never an error.
    """
    for code, lines in context.once(services).items():
        uses = context.reference.coverage.uses_of(code)
        if uses is None or all(use.from_line is None for use in uses.uses):
            continue
        for group in by_day(lines):
            found = [] if any(of_trial(context, s) for s in group) else matched(context, uses, group)
            earliest = min((use.from_line or 1 for use in found), default=1)
            plan = context.chart.treatment_plan
            if earliest == 1:
                continue
            if plan is None or plan.line_of_therapy is None:
                yield unchecked(group, "no line of therapy is charted")
            elif plan.line_of_therapy < earliest:
                yield _too_early(context, uses, group, (plan.line_of_therapy, earliest))


def _too_early(context: Context, uses: DrugUses, group: Sequence[Service], lines: tuple[int, int]) -> Draft:
    charted, earliest = lines
    day = group[0].day
    return Draft(
        f"line {listed(numbers(group))} bills {uses.name} in line of therapy {charted}; its label begins with line "
        f"{earliest}",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=(
            *evidence_of(context, group),
            Evidence("documentation.treatment_plan.line_of_therapy", str(charted)),
        ),
        direction="documentation",
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for the earlier lines of therapy",
                f"{uses.name} was given on {day}; the plan says line of therapy {charted}",
                "Which regimens were given before, when, and with what outcome?",
                "earlier regimens (please name them, with dates and outcome)",
                "no earlier regimen",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=prompt(uses.confidence),
    )
