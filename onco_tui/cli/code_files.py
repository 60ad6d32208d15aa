"""``onco-tui codes import`` and ``status``: which code sets are here."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from onco_tui.cli.code_options import ClaimKind, Folder, Format, On, Type, as_json, chosen_day
from onco_tui.cli.options import TextOrJson
from onco_tui.cli.output import UNREADABLE, fail, put, put_json, say
from onco_tui.encounter.counting import counted
from onco_tui.review.codes import (
    CodeFileError,
    CodeStoreError,
    Edition,
    Imported,
    Request,
    import_codes,
    standing_editions,
)


def import_files(  # noqa: PLR0913, PLR0917  one parameter an option
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files as CMS publishes them, also .gz, .zip.")
    ],
    format: Format = TextOrJson.TEXT,
    on: On = None,
    type: Annotated[
        ClaimKind | None, typer.Option("--type", help="Claim type of the tables, where the file does not say it.")
    ] = None,
    codes: Folder = None,
    edition: Annotated[
        str | None, typer.Option("--edition", help="Name of the edition, such as 2026Q1 or FY2026.")
    ] = None,
) -> None:
    """Take code files into the store. What a file is is found from its content; a faulty one changes nothing."""
    request = Request(codes, chosen_day(on), edition, type.value if type else None)
    done: list[Imported] = []
    refused = False
    for path in files:
        meter = _Meter(path.name)
        try:
            done += import_codes(path, request, meter.advance if meter.shown else None)
        except (CodeFileError, CodeStoreError) as error:
            meter.clear()
            say(f"onco-tui: refused: {error}")
            refused = True
        meter.clear()
    if format is TextOrJson.JSON:
        put_json({"imported": [_imported(one) for one in done]})
    else:
        for one in done:
            note = ", was there already" if one.unchanged else ""
            put(f"{_kind(one):<28}{one.edition:<12}{one.rows:>9,} row{'' if one.rows == 1 else 's'}{note}")
    if refused:
        raise typer.Exit(UNREADABLE)


def status(
    format: Format = TextOrJson.TEXT, on: On = None, type: Type = ClaimKind.PROFESSIONAL, codes: Folder = None
) -> None:
    """List every edition: kind, rows, dates covered, source file, age."""
    del type  # every claim type is listed
    day = chosen_day(on)
    try:
        editions = standing_editions(codes)
    except CodeStoreError as error:
        fail(str(error))
    if format is TextOrJson.JSON:
        put_json({"editions": [_standing(one, day) for one in editions]})
        return
    for one in editions:
        extent = f"{one.effective_from} to {one.effective_to or 'now'}"
        notes = ["shipped" if one.shipped else f"imported {one.imported_on} from {one.source}"]
        notes += [f"sha256 {one.sha256[:12]}"] if one.sha256 else []
        notes += [f"{counted(max(0, (day - one.effective_from).days), 'day')} old"]
        notes += ["extract"] if one.partial else []
        notes += (
            [f"ended {counted((day - one.effective_to).days, 'day')} ago"]
            if one.effective_to and one.stale_on(day)
            else []
        )
        put(f"{_kind(one):<28}{one.edition:<18}{one.rows:>9,} rows  {extent}  {', '.join(notes)}")


def _kind(one: Edition | Imported) -> str:
    return f"{one.kind} {one.claim_type}".rstrip()


def _imported(one: Imported) -> dict[str, object]:
    answer = as_json(one, "kind", "edition", "claim_type", "rows", "skipped", "unchanged")
    return answer | {"claim_type": one.claim_type or None}


def _standing(one: Edition, day: date) -> dict[str, object]:
    names = ("kind", "edition", "rows", "effective_from", "effective_to", "reaches_back_to", "partial", "source")
    age = {"age_days": max(0, (day - one.effective_from).days), "stale": one.stale_on(day)}
    answer = as_json(one, *names, "sha256", "imported_on", "shipped")
    return answer | {"claim_type": one.claim_type or None} | age


class _Meter:
    """A bar on the terminal's last line, with rows per second; silent when stderr is no terminal."""

    _WIDTH = 24
    _EVERY = 0.1

    def __init__(self, name: str) -> None:
        self.shown = sys.stderr.isatty()
        self._name = name[:30]
        self._rows = 0
        self._begun = self._drawn = time.monotonic()

    def advance(self, rows: int, fraction: float) -> None:
        """Count rows and draw, ten times a second at most."""
        self._rows += rows
        now = time.monotonic()
        if now - self._drawn < self._EVERY:
            return
        self._drawn = now
        filled = round(fraction * self._WIDTH)
        rate = self._rows / max(now - self._begun, self._EVERY)
        bar = "#" * filled + "." * (self._WIDTH - filled)
        name = self._name.encode("ascii", "replace").decode()
        sys.stderr.write(f"\r{name} [{bar}] {self._rows:,} rows, {rate:,.0f} rows/s \x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self.shown and self._rows:
            sys.stderr.write("\r\x1b[K")
            self._rows = 0
