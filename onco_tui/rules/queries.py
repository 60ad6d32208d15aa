"""Drafts of questions to a clinician, all in one form: what the record shows, an open question, answers to choose from.

A compliant query (ACDIS and AHIMA, Guidelines for Achieving a Compliant Query Practice) gives the facts of the record,
leads to no answer, always leaves room for another one and for none, and does not speak of payment or of codes.
"""

from __future__ import annotations

from onco_tui.rules.finding import Fix

OTHER = "other (please specify)"
UNDETERMINED = "unable to determine"


def query(title: str, record: str, question: str, *choices: str) -> Fix:
    """Draft a question as a fix of grade ``query``.

    ``record`` says in words what the chart shows and what it lacks; ``question`` is open (what,
    when, which, who, how, why) and ends with its mark; ``choices`` are answers the facts allow, none of them preferred.
    """
    facts = " ".join(record.split()).rstrip(" .")
    answers = "; ".join((*choices, OTHER, UNDETERMINED))
    return Fix(title, "query", question=f"On record: {facts}. Question: {question} Choices: {answers}.")
