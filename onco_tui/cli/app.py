"""The command line, put together."""

from __future__ import annotations

import sys

import typer

from onco_tui.cli import audit, checking, data, fixing, rules, screen
from onco_tui.cli.output import report_crash

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # the pretty ones print local variables, and those hold patient data
    rich_markup_mode=None,
    help="Claim review for oncology coders: derive the coding from the chart, explain every difference to the bill.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:  # noqa: FBT001  typer hands the option over like this
    if value:
        from onco_tui import __version__  # noqa: PLC0415  only here

        typer.echo(f"onco-tui {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    version: bool = typer.Option(
        default=False, show_default=False, callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Carry the options that come before a command."""


app.command()(screen.demo)
app.command()(screen.review)
app.command("import")(data.import_files)
app.command()(checking.check)
app.command()(checking.derive)
app.command()(fixing.fix)
app.command()(data.export)
app.add_typer(audit.app, name="audit")
app.add_typer(rules.app, name="rules")
app.add_typer(data.db, name="db")


def run() -> int:
    """Run the program and give its exit code."""
    sys.excepthook = report_crash
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone; a flush at exit would complain again
        return 0
    except Exception as error:  # noqa: BLE001  typer would print the message, and that may name a patient
        report_crash(type(error), error, error.__traceback__)
        return 1
    return 0
