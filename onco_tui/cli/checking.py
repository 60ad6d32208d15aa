"""``onco-tui check`` and ``onco-tui derive``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated

import typer

from onco_tui.cli.options import CheckFormat, DatabaseOption, Files, TextOrJson
from onco_tui.cli.output import FINDINGS, NOTHING_CHECKED, UNREADABLE, fail, put, put_json, say
from onco_tui.cli.sources import open_source
from onco_tui.codesets.reference import Reference, shipped_reference
from onco_tui.encounter.counting import counted
from onco_tui.present.check_text import check_text, derive_text
from onco_tui.review.headless import Tally, UnknownRule, check_all, chosen_rules, derive_all, picture_of
from onco_tui.rules.finding import Report, Severity


class FailOn(StrEnum):
    """The severity from which ``check`` ends with 1."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


InputFormat = Annotated[str | None, typer.Option("--input-format", help="Force the format: documents or 837p.")]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse documents with fields the contract does not name.")]


def check(  # noqa: PLR0913  one parameter an option
    files: Files = None,
    db: DatabaseOption = None,
    *,
    format: Annotated[CheckFormat, typer.Option("--format", help="How to answer.")] = CheckFormat.TEXT,
    select: Annotated[list[str] | None, typer.Option(help="Only these rules or families.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules or families.")] = None,
    fail_on: Annotated[FailOn, typer.Option(help="End with 1 at this severity or above.")] = FailOn.ERROR,
    input_format: InputFormat = None,
    strict: Strict = False,
) -> None:
    """Check encounters against the rules.

    Ends with 0 when nothing at or above --fail-on was found, 1 with findings, 2 on unreadable input, 3 when nothing
    was checked.
    """
    try:
        rules = chosen_rules(select or (), ignore or ())
    except UnknownRule as error:
        fail(str(error))
    reference = shipped_reference()
    tally = Tally()
    with open_source(files, db, input_format=input_format, strict=strict) as source:
        reports = _counted(source.standing(check_all(source.encounters(), reference, rules)), tally)
        _write(format, reports, tally, reference)
        refused = source.refused
    if refused:
        raise typer.Exit(UNREADABLE)
    if not tally.encounters or not tally.checked:
        say("nothing was checked")
        raise typer.Exit(NOTHING_CHECKED)
    if fail_on is not FailOn.NEVER and tally.reaches(Severity[fail_on.name]):
        raise typer.Exit(FINDINGS)


def derive(
    files: Files = None,
    db: DatabaseOption = None,
    *,
    format: Annotated[TextOrJson, typer.Option("--format", help="How to answer.")] = TextOrJson.TEXT,
    input_format: InputFormat = None,
    strict: Strict = False,
) -> None:
    """Work out what the chart supports, with the arithmetic."""
    with open_source(files, db, input_format=input_format, strict=strict) as source:
        derived = derive_all(source.encounters(), shipped_reference())
        if format is TextOrJson.JSON:
            found = [derivation.as_json(encounter.encounter_id) for encounter, derivation in derived]
            put_json({"schema": "onco-derive/1", "encounters": found})
        else:
            for encounter, derivation in derived:
                put("\n".join(derive_text(encounter, derivation, picture_of(encounter, shipped_reference()))))
        refused = source.refused
    if refused:
        raise typer.Exit(UNREADABLE)


def _counted(reports: Iterable[Report], tally: Tally) -> Iterator[Report]:
    for report in reports:
        tally.add(report)
        yield report


def _write(form: CheckFormat, reports: Iterator[Report], tally: Tally, reference: Reference) -> None:
    head = {"schema": "onco-check/1", "editions": dict(reference.editions)}
    match form:
        case CheckFormat.JSON:
            encounters = [report.as_json() for report in reports]
            put_json({**head, "encounters": encounters, "summary": tally.as_json()})
        case CheckFormat.JSONL:
            for report in reports:
                put_json({**head, **report.as_json()}, indent=None)
        case CheckFormat.SARIF:
            from onco_tui.review.findings_table import sarif  # noqa: PLC0415  only this format

            put_json(sarif(reports))
        case CheckFormat.CSV:
            from onco_tui.exchange.tables import write_csv  # noqa: PLC0415  same
            from onco_tui.review.findings_table import FINDING_COLUMNS, finding_rows  # noqa: PLC0415  same

            write_csv(finding_rows(reports), FINDING_COLUMNS, sys.stdout)
        case CheckFormat.TEXT:
            for report in reports:
                put("\n".join(check_text(report)))
            put("\n".join(_closing(tally)))


def _closing(tally: Tally) -> Iterator[str]:
    counts = ", ".join(counted(tally.by_severity[level], level.word) for level in sorted(Severity, reverse=True))
    undone = f"{counted(tally.not_checked, 'check')} could not be done"
    yield f"{counted(tally.encounters, 'encounter')}: {counts}; {undone}"
