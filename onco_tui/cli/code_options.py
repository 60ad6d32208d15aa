"""Options that the code-set commands share, and how their answers become JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onco_tui.cli.options import TextOrJson

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class ClaimKind(StrEnum):
    """Whose tables to ask."""

    PROFESSIONAL = "professional"
    INSTITUTIONAL = "institutional"


Format = Annotated[TextOrJson, typer.Option("--format", help="How to answer.")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], metavar="DATE", help="Date of service; today without.")
]
Type = Annotated[ClaimKind, typer.Option("--type", help="Claim type.")]
Folder = Annotated[
    Path | None,
    typer.Option("--codes", metavar="DIR", help="The code-set store; without it ONCO_TUI_CODES, else your own."),
]
Code = Annotated[str, typer.Argument(metavar="CODE", help="A code, with or without its dot.")]


def chosen_day(on: datetime | None) -> date:
    """Give the date asked for, or today."""
    return on.date() if on else datetime.now().astimezone().date()


def as_json(answer: DataclassInstance, *names: str) -> dict[str, object]:
    """Give the named fields of an answer as JSON values."""
    fields = asdict(answer)
    return {name: value.isoformat() if isinstance(value := fields[name], date) else value for name in names}
