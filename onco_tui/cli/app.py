"""The command line, put together. A command's module is imported only when that command is asked for."""

from __future__ import annotations

import errno
import sys
from importlib import import_module

import typer
from typer.core import TyperCommand, TyperGroup

from onco_tui.cli.crash import report_crash

# In the order of the help. Module and name of the function, or of the group, behind each command.
COMMANDS = {
    "demo": "screen:demo",
    "review": "screen:review",
    "worklist": "worklist:worklist",
    "import": "data:import_files",
    "check": "checking:check",
    "derive": "checking:derive",
    "fix": "fixing:fix",
    "decide": "deciding:app",
    "queries": "queries:app",
    "export": "data:export",
    "audit": "audit:app",
    "rules": "rules:app",
    "codes": "codes:app",
    "db": "databases:app",
    "config": "config:app",
}


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class _Commands(TyperGroup):
    """Finds commands by name, so that the screen does not wait for what only a check needs."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer hides the base
        """Give the names in the order of the help."""
        del ctx
        return list(COMMANDS)

    def get_command(  # type: ignore[override]  # same
        self, ctx: typer.Context, cmd_name: str
    ) -> TyperCommand | TyperGroup | None:
        """Import the module of a command and give the command; None for an unknown name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"onco_tui.cli.{module}"), attribute)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(cmd_name)(found)
            found = alone
        command = typer.main.get_command(found)
        command.name = cmd_name
        return command if isinstance(command, (TyperCommand, TyperGroup)) else None


app = typer.Typer(
    cls=_Commands,
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
    context: typer.Context,
    *,
    version: bool = typer.Option(
        default=False, show_default=False, callback=_version, is_eager=True, help="Show the version."
    ),
) -> None:
    """Carry the options that come before a command; refuse every command but ``config`` while the settings are bad."""
    del version
    if context.invoked_subcommand == "config" or {"-h", "--help"} & set(sys.argv):
        return
    from onco_tui.cli.settings import has_config, settings_or_refusal  # noqa: PLC0415  help does not need them

    if has_config() and settings_or_refusal() is None:
        raise typer.Exit(2)


def run() -> int:
    """Run the program and give its exit code."""
    try:
        code = _run()
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone; a flush at exit would complain again
        return 0
    except OSError as error:
        if error.errno not in _NO_ROOM or error.filename is not None:
            report_crash(type(error), error, error.__traceback__)
            return 1
        sys.stdout = None  # same
        sys.stderr.write(f"onco-tui: the output cannot be written: {(error.strerror or '').lower()}\n")
        return 2
    except Exception as error:  # noqa: BLE001  typer would print the message, and that may name a patient
        report_crash(type(error), error, error.__traceback__)
        return 1
    return code


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0
