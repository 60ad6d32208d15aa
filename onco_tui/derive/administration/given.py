"""One reading of the rules, and one administration under it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onco_tui.codesets.policy import Policy
from onco_tui.derive.administration.minutes import Run
from onco_tui.derive.administration.questions import Question
from onco_tui.derive.administration.service import Family, Form
from onco_tui.encounter.chart import Administration, DrugClass

# The first date of a visit and the name it is charted under, empty when it has none.
Visit = tuple[date, str]
NO_VISIT: Visit = (date.min, "")

# What runs through a vein or a catheter and so has an access site.
THROUGH_ACCESS: frozenset[Form] = frozenset(
    {"infusion", "push", "fluid", "pump", "transfusion", "declotting", "beside"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read: the payer's switches, the setting, the administration taken as primary.

    ``otherwise`` holds the questions the chart leaves open that are answered the other way here.
    """

    policy: Policy
    facility: bool
    primary: str | None = None
    otherwise: frozenset[Question] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """One administration that counts. ``drug`` is equal for equal drugs, ``family`` is the family of codes."""

    administration: Administration
    form: Form
    drug_class: DrugClass | None
    family: Family
    drug: str
    run: Run
    day: date
    visit: Visit
    site: str

    @property
    def id(self) -> str:
        """The administration's id."""
        return self.administration.id

    @property
    def name(self) -> str:
        """The drug as charted."""
        return self.administration.name

    @property
    def bag(self) -> str | None:
        """The container it was mixed in."""
        return self.administration.bag

    @property
    def order(self) -> tuple[bool, int, str]:
        """Sorts by clock; what has no start comes last."""
        return clock_order(self.run.start, self.id)


def clock_order(start: int | None, identifier: str) -> tuple[bool, int, str]:
    """Give a sort key by clock; what has no start comes last."""
    return (start is None, start or 0, identifier)
