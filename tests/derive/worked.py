"""A visit worked by hand, of a kind that manuals, contractors and societies publish; wording and times are ours."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.derive.visits import Row, given

FACILITY: dict[str, object] = {"facility": True, "place": "22"}


@dataclass(frozen=True)
class Worked:
    """A visit, what it earns, and the arithmetic that says so; ``others`` are what other published readings give."""

    name: str
    rows: tuple[Row, ...]
    earns: dict[str, int]
    worked: str
    care: dict[str, object] = field(default_factory=dict)
    others: tuple[dict[str, int], ...] = ()

    def __str__(self) -> str:
        return self.name


def by(identifier: str, route: str, drug_class: str, drug: str, times: str = "10:00", **more: object) -> Row:
    """An administration by another route than a vein."""
    return given(identifier, times, drug_class, **({"route": route, "drug": drug} | more))
