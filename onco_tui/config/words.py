"""The settings in words: what is in force and why, a first file to edit, the table of the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator

from onco_tui.config.reading import Configuration
from onco_tui.config.schema import KEYS, REASONS, SETTINGS
from onco_tui.tui.keys import KEYS as TABLE
from onco_tui.tui.palettes import PLAIN
from onco_tui.tui.surroundings import wants_ascii, wants_no_colour


def in_force(configuration: Configuration, *, all_keys: bool = False) -> Iterator[tuple[str, object, str]]:
    """Give name, value and origin of every setting; of the keys those that were changed, or all."""
    settings = configuration.settings
    for setting in SETTINGS:
        value, origin = getattr(settings, setting.field), _origin(configuration, setting.name)
        if setting.field == "theme" and wants_no_colour():
            value, origin = PLAIN, "NO_COLOR"
        if value is None:
            value, origin = "auto", f"{origin}; {'true' if wants_ascii() else 'false'} on this terminal"
        yield setting.name, value, origin
    for shipped, key in zip(TABLE, settings.keys, strict=True):
        name = f"{KEYS}.{key.place.section}.{key.name}"
        if all_keys or key != shipped or name in configuration.lines:
            yield name, list(key.keys), _origin(configuration, name)
    for reason in settings.reasons:
        name = f"{REASONS}.{reason.key}"
        yield name, reason.words, _origin(configuration, name)


def _origin(configuration: Configuration, name: str) -> str:
    return f"line {configuration.lines[name]}" if name in configuration.lines else "default"


def template() -> str:
    """Write a first config file: every setting with its default, commented out."""
    parts = ["# Settings of onco-tui. Take the # away to change a line; onco-tui config show tells what is in force."]
    table = ""
    for setting in SETTINGS:
        above, _, name = setting.name.rpartition(".")
        if above != table:
            parts.append(f"[{above}]")
            table = above
        parts.append(f"# {setting.words} ({setting.allowed})\n# {name} = {toml(setting.default)}")
    parts.append(
        "# Keys by place and action; onco-tui config show --keys lists them all.\n"
        f"[{KEYS}.review]\n"
        '# accept = ["a", "ctrl+y"]'
    )
    parts.append(
        "# Reasons to set a finding aside that your practice adds; the name is stored, the words are shown.\n"
        f"[{REASONS}]\n"
        '# trial = "billed to the trial sponsor"'
    )
    return "\n\n".join(parts) + "\n"


def markdown() -> str:
    """Write the table of settings for the documentation."""
    rows = [
        f"| `{setting.name}` | {', '.join(f'`{part}`' for part in setting.allowed.split(', '))} "
        f"| `{toml(setting.default)}` | {setting.words} |"
        for setting in SETTINGS
    ]
    rows += [
        f'| `{KEYS}.<place>.<action>` | keys, such as `["a", "ctrl+y"]` | see below | the keys of an action instead |',
        f"| `{REASONS}.<name>` | words in one line | none | a reason to set a finding aside that the practice adds |",
    ]
    return "\n".join(["| setting | accepted | default | what it does |", "| --- | --- | --- | --- |", *rows]) + "\n"


def toml(value: object) -> str:
    """Write a value as TOML; for switches, numbers, texts and lists of texts that is JSON."""
    return json.dumps(value, ensure_ascii=False)
