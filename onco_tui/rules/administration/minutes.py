"""Rules about clock times: pushes, hours, and infusions without a stop."""

from __future__ import annotations

from collections.abc import Iterator

from onco_tui.rules.administration.drafts import drafts
from onco_tui.rules.authorities import article_a53778, claims_manual_12
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, NotChecked, Severity
from onco_tui.rules.registry import rule


@rule(
    "ADM101",
    "infusion-of-15-minutes-or-less",
    Severity.ERROR,
    needs=("administrations",),
    authority=(claims_manual_12("30.5"),),
)
def infusion_of_15_minutes_or_less(context: Context) -> Iterator[Draft | NotChecked]:
    """Infusion of 15 minutes or less.

    What it finds: A timed infusion code billed for an infusion that ran 15 minutes or less.
    Why it matters: An infusion of 15 minutes or less is a push; billed as an infusion it is overpaid and taken
        back on audit.
    What the chart must show: Start and stop of the administration.
    Example: Start 09:00, stop 09:15 is 15 minutes: a push, so 96374, 96375, 96409 or 96411.
    Fix: Recode the line to the push code its place in the visit earns (safe when both times are charted).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5; in force since 2005.
    """
    return drafts(context, "ADM101")


@rule(
    "ADM102", "hours-not-supported", Severity.ERROR, needs=("administrations",), authority=(claims_manual_12("30.5 E"),)
)
def hours_not_supported(context: Context) -> Iterator[Draft | NotChecked]:
    """Hours not supported.

    What it finds: More units of an additional-hour code than the documented minutes support.
    Why it matters: An additional hour is earned only by more than 30 minutes past the last full hour, so first
        at 91 minutes.
    What the chart must show: Start and stop of each infusion, and its pauses.
    Example: An infusion of 72 minutes earns the first hour and no additional one.
    Fix: Set the units the minutes support, or remove the line (safe when both times are charted).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5 E; in force since 2005.
    """
    return drafts(context, "ADM102")


@rule(
    "ADM103",
    "infusion-without-stop",
    Severity.ERROR,
    needs=("administrations",),
    authority=(
        article_a53778(),
        claims_manual_12("30.5"),
    ),
)
def infusion_without_stop(context: Context) -> Iterator[Draft | NotChecked]:
    """Infusion without stop.

    What it finds: A time-based infusion billed although its start or stop is not charted: an error for additional
        hours, a warning for the first.
    Why it matters: Without both times the minutes cannot be proven; hours are unsupported and payers differ on
        the first.
    What the chart must show: A stop time, or volume and rate from which it follows.
    Example: Start 10:05, no stop: 96413 with two hours is not supported.
    Fix: Ask for the missing time (query); second, where the payer takes something without it, recode (review).
    Authority: Medicare contractor article A53778 on infusion, injection and hydration; claims manual chapter 12
        section 30.5.
    """
    return drafts(context, "ADM103")


@rule(
    "ADM105",
    "push-billed-for-infusion",
    Severity.WARNING,
    needs=("administrations",),
    authority=(claims_manual_12("30.5"),),
)
def push_billed_for_infusion(context: Context) -> Iterator[Draft | NotChecked]:
    """Push billed for infusion.

    What it finds: A push code billed for an infusion that ran 16 minutes or more.
    Why it matters: The practice gives up the difference between push and infusion.
    What the chart must show: Start and stop of the administration.
    Example: Start 09:00, stop 09:40 is 40 minutes: an infusion.
    Fix: Recode to the infusion code its place in the visit earns (safe when both times are charted).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5; in force since 2005.
    """
    return drafts(context, "ADM105")


@rule(
    "ADM106", "hours-not-billed", Severity.WARNING, needs=("administrations",), authority=(claims_manual_12("30.5 E"),)
)
def hours_not_billed(context: Context) -> Iterator[Draft | NotChecked]:
    """Hours not billed.

    What it finds: Fewer units of an additional-hour code than the documented minutes support.
    Why it matters: The practice gives up documented infusion time.
    What the chart must show: Start and stop of each infusion, and its pauses.
    Example: An infusion of 155 minutes earns two additional hours; one was billed.
    Fix: Set the units the minutes support (safe when both times are charted).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5 E; in force since 2005.
    """
    return drafts(context, "ADM106")


@rule(
    "ADM136",
    "administration-on-another-date",
    Severity.WARNING,
    needs=("administrations",),
    authority=(claims_manual_12("30.5"),),
)
def administration_on_another_date(context: Context) -> Iterator[Draft | NotChecked]:
    """Administration on another date.

    What it finds: An administration billed on another date than the one it started on.
    Why it matters: Edits and parents are looked for on the line's date; an infusion over midnight belongs to the date
        it started on.
    What the chart must show: Start of the administration.
    Example: Hydration from 23:00 to 02:00, its hours billed on the second day.
    Fix: Set the date of service to that of the start (safe when the start is charted).
    Authority: Medicare Claims Processing Manual, chapter 12 section 30.5; CPT time guidelines.
    """
    return drafts(context, "ADM136")
