"""``onco-tui config``: see, edit and find the settings. What knows the screen's keys is loaded only to read them."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onco_tui.cli.options import TextOrJson
from onco_tui.cli.output import fail, put, put_json, say
from onco_tui.config.mistakes import BadConfig
from onco_tui.config.place import config_path

if TYPE_CHECKING:
    from onco_tui.config.reading import Configuration

app = typer.Typer(help="See, edit or find the settings.", no_args_is_help=True)


@app.command()
def show(
    *,
    keys: Annotated[bool, typer.Option("--keys", help="List every key, not only the changed ones.")] = False,
    format: Annotated[TextOrJson, typer.Option("--format", help="How to answer.")] = TextOrJson.TEXT,
) -> None:
    """Show every setting in force and where it comes from."""
    from onco_tui.config.words import in_force, toml  # noqa: PLC0415  see above

    configuration = _read()
    values = list(in_force(configuration, all_keys=keys))
    if format is TextOrJson.JSON:
        found = [{"name": name, "value": value, "from": origin} for name, value, origin in values]
        put_json({"path": str(configuration.path), "exists": configuration.path.exists(), "settings": found})
        return
    put(f"{configuration.path}{'' if configuration.path.exists() else ' (not there: all is as shipped)'}")
    room = max(len(name) for name, _, _ in values)
    for name, value, origin in values:
        put(f"{name:<{room}}  {toml(value):<14}  {origin}")


@app.command()
def path() -> None:
    """Print where the config file is, whether there is one or not."""
    put(str(config_path()))


@app.command()
def edit() -> None:
    """Open the config file in $VISUAL or $EDITOR, made from a template if there is none; then check it."""
    place = config_path()
    try:
        _create(place)
    except OSError as error:
        fail(f"{place} cannot be made: {error.strerror}")
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    try:
        ended = subprocess.run([*editor, str(place)], check=False).returncode  # noqa: S603  the coder's own editor
    except OSError as error:
        fail(f"{editor[0]} does not start ({error.strerror}); set VISUAL or EDITOR, or edit {place}")
    if ended:
        say(f"onco-tui: the editor ended with {ended}")
    _read()
    put(f"{place}: in order")
    if ended:
        raise typer.Exit(1)


def _create(place: Path) -> None:
    """Make the file, for its owner only, unless it is there. Raises OSError."""
    from onco_tui.config.words import template  # noqa: PLC0415  see above

    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(template())


def _read() -> Configuration:
    from onco_tui.config.reading import read_config  # noqa: PLC0415  see above

    try:
        return read_config()
    except BadConfig as error:
        fail(str(error))
