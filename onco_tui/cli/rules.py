"""``onco-tui rules``: what is checked, and why."""

from __future__ import annotations

import textwrap
from typing import Annotated

import typer

from onco_tui.cli.options import TextOrJson
from onco_tui.cli.output import fail, put, put_json
from onco_tui.review.headless import chosen_rules
from onco_tui.rules.registry import HEADINGS, Rule, all_rules

app = typer.Typer(help="List the rules, or show one with its reason and authority.", no_args_is_help=True)
Format = Annotated[TextOrJson, typer.Option("--format", help="How to answer.")]


@app.command("list")
def list_rules(format: Format = TextOrJson.TEXT) -> None:
    """List every rule with its severity."""
    rules = chosen_rules()
    if format is TextOrJson.JSON:
        put_json({"rules": [_json(rule) for rule in rules]})
        return
    for rule in rules:
        put(f"{rule.code}  {rule.severity.word:<8}{rule.name}")


@app.command()
def show(
    code: Annotated[str, typer.Argument(help="The rule's code, such as ADM101.")],
    format: Format = TextOrJson.TEXT,
) -> None:
    """Show one rule: what it finds, why, what the chart must show, an example, the fix and its authority."""
    rule = all_rules().get(code.upper())
    if rule is None:
        near = [known for known in all_rules() if known.startswith(code[:3].upper())]
        fail(f"no rule is called {code}" + (f"; there are {', '.join(near)}" if near else ""))
    if format is TextOrJson.JSON:
        put_json(_json(rule))
        return
    put(f"{rule.code}  {rule.name}  ({rule.severity.word})")
    for heading in HEADINGS:
        put(
            "\n".join(["", heading, *textwrap.wrap(rule.doc[heading], 76, initial_indent="  ", subsequent_indent="  ")])
        )
    for authority in rule.authority:
        put(f"  {authority.source}, {authority.section}\n  {authority.url}")


def _json(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.word,
        "needs": list(rule.needs),
        "doc": {heading: rule.doc[heading] for heading in HEADINGS},
        "authority": [{"source": a.source, "section": a.section, "url": a.url} for a in rule.authority],
    }
