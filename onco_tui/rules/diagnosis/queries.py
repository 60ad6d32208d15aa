"""Questions about diagnoses, which are named as the clinician documented them and never by code."""

from __future__ import annotations

from collections.abc import Iterable

from onco_tui.rules.context import Context
from onco_tui.rules.diagnosis.chart_words import charted
from onco_tui.rules.diagnosis.listing import label_of
from onco_tui.rules.finding import Fix
from onco_tui.rules.queries import query


def ask(context: Context, title: str, codes: Iterable[str], gap: str, question: str, *choices: str) -> Fix:
    """Draft a question about diagnoses; ``gap`` says what the record lacks or contradicts."""
    named = " and ".join(dict.fromkeys(as_documented(context, code) for code in codes))
    day = f" on {context.claim.date_from}" if context.claim.date_from else ""
    return query(title, f"{named}{day}; {gap}", question, *choices)


def as_documented(context: Context, code: str) -> str:
    """Name a diagnosis in the clinician's words, else by the title of its code."""
    entries = (entry.diagnosis.description for entry in context.once(charted) if entry.code == code)
    return next((words for words in entries if words), "") or label_of(context, code) or code
