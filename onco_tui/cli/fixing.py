"""``onco-tui fix``: apply fixes without a screen."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onco_tui.cli.options import DatabaseOption, Files
from onco_tui.cli.output import UNREADABLE, fail, put, say
from onco_tui.cli.sources import DatabaseSource, open_source
from onco_tui.codesets.reference import shipped_reference
from onco_tui.present.command_text import fix_text
from onco_tui.review.exporting import write_documents
from onco_tui.review.headless import UnknownRule, chosen_rules, fix_all, fix_database


class FixGrade(StrEnum):
    """Which fixes may be applied without a person looking at each."""

    SAFE = "safe"


def fix(  # noqa: PLR0913  one parameter an option
    files: Files = None,
    db: DatabaseOption = None,
    *,
    grade: Annotated[FixGrade, typer.Option(help="Only safe fixes may run without a person.")] = FixGrade.SAFE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show every change before and after.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where corrected documents go; without it, stdout.")
    ] = None,
    select: Annotated[list[str] | None, typer.Option(help="Only these rules or families.")] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules or families.")] = None,
) -> None:
    """Apply safe fixes until nothing changes.

    Documents are written anew to --output; a database changes in place, every fix with its audit row.
    """
    del grade  # one choice today; named so that a script says what it allows
    try:
        rules = chosen_rules(select or (), ignore or ())
    except UnknownRule as error:
        fail(str(error))
    with open_source(files, db) as source:
        refused = source.refused
        if isinstance(source, DatabaseSource):
            if output:
                fail("--output goes with files; a database is changed in place")
            runs = list(fix_database(source.desk, rules, dry_run=dry_run))
        else:
            runs = list(fix_all(source.encounters(), shipped_reference(), rules))
            if not dry_run and runs:
                write_documents((run.encounter for run in runs), output)
    tell = put if dry_run else say
    for run in runs:
        for line in fix_text(run, with_changes=diff):
            tell(line)
    changed = sum(bool(run.applied) for run in runs)
    count = sum(len(run.applied) for run in runs)
    say(f"{count} fixes on {changed} of {len(runs)} encounters{', nothing written' if dry_run else ''}")
    if refused:
        raise typer.Exit(UNREADABLE)
