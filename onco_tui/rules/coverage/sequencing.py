"""Sequencing of tumors on Medicare claims: covered in advanced disease only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from onco_tui.derive.neoplasms import is_of_blood, is_secondary, is_treatable_neoplasm
from onco_tui.encounter.chart import ChartDiagnosis
from onco_tui.rules.authorities import ncd_sequencing
from onco_tui.rules.context import Context
from onco_tui.rules.coverage.services import (
    Service,
    billed,
    by_day,
    chart_text,
    diagnoses_of,
    evidence_of,
    lines_of,
    money,
    national_policy_binds,
    numbers,
    unchecked,
)
from onco_tui.rules.drugs.billed import finished, listed, medicare, weighed
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule

_TESTS = frozenset({
    "0022U", "0037U", "0172U", "0239U", "0242U", "81445", "81449", "81450", "81451", "81455", "81456", "81457",
    "81458", "81459", "81462", "81463", "81464",
})  # fmt: skip
_FROM = date(2018, 3, 16)
_EARLY = re.compile(r"\s*(?:stage\s*)?(?:y?[cp])?(?:0|I{1,2}|[12])(?:[ABC]\d?)?\s*", re.IGNORECASE)
_ADVANCED = re.compile(
    r"recurr|relaps|refractor|metasta|advanced|progress|unresect|inoperable|stage\s*(?:III|IV|3|4)|\bM1", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:no|not|without|negative for|denies|neither|nor)\b[^.;\n]{0,40}?"
    r"\b(?:metasta|recurr|relaps|progress|advanced)\w*",
    re.IGNORECASE,
)


@rule("COV112", "sequencing-in-early-stage", Severity.ERROR, authority=(ncd_sequencing(),))
def sequencing_in_early_stage(context: Context) -> Iterator[Draft | NotChecked]:
    """Sequencing in early stage.

    What it finds: A sequencing panel of a solid tumor billed to Medicare for a patient whose neoplasms are all charted
        in stage 0 to II, with nothing in the record of recurrence, relapse, progression or metastasis.
    Why it matters: The national policy covers such panels in recurrent, relapsed, refractory, metastatic or stage III
        and IV disease only.
    What the chart must show: The stage at the time of the order, the order, and that treatment is being sought.
    Example: 81445 for a colon cancer of stage II. With "recurrent" in the note, or C78.7 on the claim, nothing is said.
    Fix: Ask for the state of the disease (query).
    Authority: Medicare NCD 90.2 from 2018-03-16. A warning where the payer is not known to be Medicare. A line that
        expects a denial (GA, GZ, GY) is left alone. A stage that is not charted, and neoplasms of the blood, which
        have none, are not checked; nor can earlier tests be told from a claim.
    """
    if not national_policy_binds(context):
        return
    for group in by_day(s for s in billed(context, _TESTS) if s.day >= _FROM and not s.denial_expected):
        answer = _early(context, group)
        if isinstance(answer, str):
            yield unchecked(group, answer)
        elif answer:
            yield _in_early_stage(context, group, answer)


def _early(context: Context, group: Sequence[Service]) -> tuple[tuple[int, ChartDiagnosis], ...] | str:
    """Give the charted neoplasms when all are early; none when one is not; say why when that cannot be told."""
    diagnoses = context.chart.diagnoses
    if diagnoses is None:
        return "no diagnoses came with the chart"
    codes = [*context.claim.diagnoses, *(d.code for d in diagnoses if d.code)]
    if any(map(is_secondary, codes)) or _ADVANCED.search(_DENIED.sub(" ", context.once(chart_text))):
        return ()
    if any(map(is_of_blood, diagnoses_of(group))):
        return "neoplasms of the blood have no such stage"
    staged = tuple((i, d) for i, d in enumerate(diagnoses) if d.code and is_treatable_neoplasm(d.code) and d.stage)
    if not staged:
        return "no stage is charted"
    if all(_EARLY.fullmatch(d.stage or "") for _, d in staged):
        return staged
    return (
        ()
        if any(re.match(r"\s*(?:stage\s*)?(?:III|IV|[34])", d.stage or "", re.IGNORECASE) for _, d in staged)
        else ("the wording of the stage is not certain")
    )


def _in_early_stage(context: Context, group: Sequence[Service], staged: Sequence[tuple[int, ChartDiagnosis]]) -> Draft:
    said = ", ".join(f"{d.code} ({d.stage})" for _, d in staged)
    tumors = ", ".join(f"{d.description or 'the neoplasm'}, {d.stage}" for _, d in staged)
    day = group[0].day
    return Draft(
        f"line {listed(numbers(group))} bills {group[0].line.code}; charted is {said}, and the national policy covers "
        f"sequencing in advanced disease; a denial that is expected is billed with GA or GZ",
        lines=numbers(group),
        diagnoses=diagnoses_of(group),
        evidence=(
            *evidence_of(context, group, "modifiers"),
            *(Evidence(f"documentation.diagnoses[{index}].stage", d.stage or "") for index, d in staged),
        ),
        amount_at_risk=money(group),
        fixes=(
            query(
                "ask for the state of the disease",
                f"a tumor was sequenced on {day}; charted is {tumors}",
                "What was the state of the disease when the test was ordered?",
                "as charted",
                "recurrent or relapsed",
                "refractory",
                "metastatic or of another stage (please give it)",
            ),
        ),
        subject=f"{group[0].line.code} {day}",
        severity=weighed(Severity.ERROR, certain=medicare(context) and all(map(finished, lines_of(group)))),
    )
