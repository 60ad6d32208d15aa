"""``onco-tui codes``: ask what a code means on a date, which pairs bundle, how many units are likely."""

from __future__ import annotations

from typing import Annotated

import typer

from onco_tui.cli import code_files, drugs
from onco_tui.cli.code_options import ClaimKind, Code, Folder, Format, On, Type, as_json, chosen_day
from onco_tui.cli.options import TextOrJson
from onco_tui.cli.output import FINDINGS, fail, put, put_json, say
from onco_tui.encounter.counting import counted
from onco_tui.review.codes import CodeStoreError, open_codes

app = typer.Typer(help="Import code sets from CMS files, and look codes up by date of service.", no_args_is_help=True)
app.command("import")(code_files.import_files)
app.command()(code_files.status)
app.command()(drugs.drug)
_MOST_MATCHES = 50


@app.command()
def show(
    code: Code,
    format: Format = TextOrJson.TEXT,
    on: On = None,
    type: Type = ClaimKind.PROFESSIONAL,
    codes: Folder = None,
) -> None:
    """Say what a code is on a date: known, in force, billable, its label, dates and successors."""
    del type  # a code means the same on every claim
    day = chosen_day(on)
    try:
        found = open_codes(codes).code(code, day)
    except CodeStoreError as error:
        fail(str(error))
    if format is TextOrJson.JSON:
        names = (
            "code",
            "system",
            "known",
            "valid",
            "billable",
            "label",
            "effective_from",
            "effective_to",
            "replaced_by",
            "edition",
            "stale",
        )
        put_json(as_json(found, *names))
    else:
        put(f"{found.code}  {found.label or 'no label'}  ({found.system})")
        put(
            f"  on {day}: {_state(valid=found.valid, billable=found.billable)}{_from(found.edition, stale=found.stale)}"
        )
        if found.effective_from or found.effective_to:
            put(f"  in force {found.effective_from or 'before what is known'} to {found.effective_to or 'now'}")
        if found.replaced_by:
            put(f"  replaced by {', '.join(found.replaced_by)}")
    _leave(known=found.known)


@app.command()
def pair(  # noqa: PLR0913, PLR0917  one parameter an option
    code: Code,
    other: Code,
    format: Format = TextOrJson.TEXT,
    on: On = None,
    type: Type = ClaimKind.PROFESSIONAL,
    codes: Folder = None,
) -> None:
    """Say whether two procedures bundle under NCCI, and whether a modifier can separate them."""
    try:
        found = open_codes(codes).pair(code, other, chosen_day(on), type.value)
    except CodeStoreError as error:
        fail(str(error))
    if format is TextOrJson.JSON:
        names = ("column1", "column2", "modifier_indicator", "rationale", "edition", "stale")
        put_json(as_json(found, *names))
    else:
        meaning = {
            None: "no edit in force" if found.known else "not known here",
            "0": "bundled, no modifier separates them",
            "1": "bundled, a modifier may separate them",
            "9": "edit not in use",
        }[found.modifier_indicator]
        put(f"{found.column1} / {found.column2}  {meaning}{_from(found.edition, stale=found.stale)}")
        if found.rationale:
            put(f"  column 2 is {found.column2}: {found.rationale}")
    _leave(known=found.known)


@app.command()
def limit(
    code: Code,
    format: Format = TextOrJson.TEXT,
    on: On = None,
    type: Type = ClaimKind.PROFESSIONAL,
    codes: Folder = None,
) -> None:
    """Say how many units of a code Medicare finds likely (MUE)."""
    try:
        found = open_codes(codes).limit(code, chosen_day(on), type.value)
    except CodeStoreError as error:
        fail(str(error))
    if format is TextOrJson.JSON:
        names = ("code", "units", "adjudication", "edition", "stale")
        put_json(as_json(found, *names))
    elif found.units is None:
        put(f"{found.code}  no published limit known here{_from(found.edition, stale=found.stale)}")
    else:
        by = {"1": "claim line", "2": "date of service, absolute", "3": "date of service, clinical"}
        put(
            f"{found.code}  {counted(found.units, 'unit')} by {by[found.adjudication or '1']}"
            f"{_from(found.edition, stale=found.stale)}"
        )
    _leave(known=found.units is not None)


@app.command()
def find(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="Words of the label, or the start of a code.")],
    format: Format = TextOrJson.TEXT,
    on: On = None,
    type: Type = ClaimKind.PROFESSIONAL,
    codes: Folder = None,
) -> None:
    """Find codes in force on a date by words of their label, in any order."""
    del type  # a code means the same on every claim
    try:
        matches = open_codes(codes).find(" ".join(text), chosen_day(on), _MOST_MATCHES)
    except CodeStoreError as error:
        fail(str(error))
    if format is TextOrJson.JSON:
        names = ("code", "system", "label", "billable", "effective_from", "effective_to")
        put_json({"matches": [as_json(one, *names) for one in matches]})
    else:
        for one in matches:
            put(f"{one.code:<9} {'' if one.billable else 'header: '}{one.label}")
    if not matches:
        say("no code in force has these words")
    _leave(known=bool(matches))


def _state(*, valid: bool | None, billable: bool | None) -> str:
    if valid is None:
        return "not known here"
    if not valid:
        return "not in force"
    return "in force, billable" if billable else "in force, not billable: a header, more characters are due"


def _from(edition: str | None, *, stale: bool) -> str:
    if edition is None:
        return ""
    return f"  [{edition}{', which is older than the date' if stale else ''}]"


def _leave(*, known: bool) -> None:
    if not known:
        raise typer.Exit(FINDINGS)
