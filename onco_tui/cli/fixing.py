"""``onco-tui fix``: apply fixes without a screen."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from onco_tui.cli.options import DatabaseOption, Files
from onco_tui.cli.output import UNREADABLE, fail, put, say
from onco_tui.cli.sources import DatabaseSource, open_source
from onco_tui.codesets.reference import shipped_reference
from onco_tui.encounter.counting import counted
from onco_tui.present.command_text import fix_text
from onco_tui.review.errors import NotPossible, StoreError
from onco_tui.review.exporting import write_documents
from onco_tui.review.headless import UnknownRule, chosen_rules, fix_all, fix_database
from onco_tui.rules.fixing import FixRun


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
    with open_source(files, db, to_read=dry_run) as source:
        refused = source.refused
        if isinstance(source, DatabaseSource):
            if output:
                fail("--output goes with files; a database is changed in place")
            _tell(fix_database(source.desk, rules, dry_run=dry_run), dry_run=dry_run, diff=diff)
        else:
            runs = list(fix_all(source.encounters(), shipped_reference(), rules))
            if not dry_run and runs:
                try:
                    write_documents((run.encounter for run in runs), output)
                except OSError as error:
                    if output is None:
                        raise
                    fail(f"{output}: {error.strerror or 'cannot be written'}; nothing was written")
            _tell(runs, dry_run=dry_run, diff=diff)
    if refused:
        raise typer.Exit(UNREADABLE)


def _tell(runs: Iterable[FixRun], *, dry_run: bool, diff: bool) -> None:
    """Tell each run as it is done, so that what was kept is known even when a later one fails."""
    tell = put if dry_run else say
    encounters = changed = fixes = 0
    try:
        for run in runs:
            for line in fix_text(run, with_changes=diff):
                tell(line)
            encounters, changed, fixes = encounters + 1, changed + bool(run.applied), fixes + len(run.applied)
    except (StoreError, NotPossible) as error:
        done = counted(encounters, "encounter")
        fail(f"stopped after {done}: {error}; what was accepted before is kept, the audit log lists it")
    finally:
        done = f"{counted(fixes, 'fix', 'fixes')} on {changed} of {counted(encounters, 'encounter')}"
        say(done + (", nothing written" if dry_run else ""))
