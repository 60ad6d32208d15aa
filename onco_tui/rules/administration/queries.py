"""Questions about what was given, how, when and by whom."""

from __future__ import annotations

from collections.abc import Sequence

from onco_tui.derive.administration.minutes import at, minute_of
from onco_tui.encounter.chart import Administration
from onco_tui.rules.administration.charted import run_in
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Fix
from onco_tui.rules.queries import query

_STARTED, _STOPPED = "it started at (please give the time)", "it stopped at (please give the time)"


def ask_times(context: Context, administration: Administration) -> Fix:
    """Ask for the start or stop of an infusion."""
    run = run_in(context, administration)
    choices: tuple[str, ...] = (_STARTED, _STOPPED)
    if run.faults:
        shown, question = f"the times contradict each other ({run.faults[0]})", "What were the start and stop times?"
    elif run.start is None and run.stop is None:
        shown, question = "no start and no stop time", "When did it start, and when did it stop?"
    elif run.stop is None:
        shown, question, choices = "no stop time", "When did it stop?", (_STOPPED,)
    else:
        shown, question, choices = "no start time", "When did it start?", (_STARTED,)
    title = f"ask for the times of {administration.name}"
    return query(title, f"{_given(context, administration)}; {shown}", question, *choices)


def ask_purpose(context: Context, administration: Administration) -> Fix:
    """Ask what a fluid was ordered for."""
    record = f"{_given(context, administration)}; what the fluid was ordered for is not documented"
    purposes = ("hydration of the patient", "carrier of a drug", "keeping the line open", "flushing the line")
    return query(f"ask for the purpose of {administration.name}", record, "What was its purpose?", *purposes)


def ask_second_access(context: Context, administration: Administration) -> Fix:
    """Ask why something was given through another access."""
    site = administration.access_site or "another access"
    record = f"{_given(context, administration)}, through a second access ({site}); the reason is not documented"
    reasons = ("a medical need (please describe)", "a reason of workflow or convenience")
    return query("ask for the reason of the second access", record, "Why was the second access used?", *reasons)


_WHO = {"an order": "Who ordered it?", "a signature": "Who gave it?"}
_NAMED = {"an order": "ordered by (please name)", "a signature": "given by (please name)"}


def ask_order(context: Context, administration: Administration, missing: Sequence[str]) -> Fix:
    """Ask for an order or a signature."""
    lacking = " and ".join(missing)
    record = f"{_given(context, administration)}; {lacking} is not found"
    question = " ".join(_WHO[word] for word in missing)
    title = f"ask for {lacking} for {administration.name}"
    return query(title, record, question, *(_NAMED[word] for word in missing))


def ask_declotting(day: str) -> Fix:
    """Ask what was put into a catheter that was cleared."""
    record = f"clearing of the catheter on {day}; the agent is not named"
    question = "Which agent was put in, for how long, and with what result?"
    return query("ask for the agent", record, question, "agent, time and result (please give)", "no agent was put in")


def _given(context: Context, administration: Administration) -> str:
    moment = administration.start or administration.stop
    day = moment.date() if moment else context.claim.date_from
    shown = f"{administration.name} on {day}" if day else administration.name
    if administration.start:
        return f"{shown}, started at {at(minute_of(administration.start))}"
    return f"{shown}, stopped at {at(minute_of(administration.stop))}" if administration.stop else shown
