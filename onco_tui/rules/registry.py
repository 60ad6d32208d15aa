"""The list of rules. A rule is one documented function, registered by the decorator below."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from onco_tui.rules.context import Context
from onco_tui.rules.finding import Authority, Draft, NotChecked, Severity

HEADINGS = (
    "What it finds",
    "Why it matters",
    "What the chart must show",
    "Example",
    "Fix",
    "Authority",
)
Need = Literal["documentation", "administrations", "reason_for_encounter", "diagnoses", "visit", "coverage"]
Check = Callable[[Context], Iterator[Draft | NotChecked]]

_CODE = re.compile(r"[A-Z]{3}\d{3}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule. ``needs`` are chart parts without which it answers "not checked"."""

    code: str
    name: str
    severity: Severity
    needs: tuple[Need, ...]
    authority: tuple[Authority, ...]
    check: Check
    doc: Mapping[str, str]
    module: Path

    @property
    def family(self) -> str:
        """The three letters of the code."""
        return self.code[:3]

    @property
    def cases(self) -> Path:
        """The YAML file with this rule's cases, beside its code."""
        return self.module.parent / "cases" / f"{self.code}.yaml"


_REGISTERED: dict[str, Rule] = {}


def rule(
    code: str, name: str, severity: Severity, *, needs: tuple[Need, ...] = (), authority: tuple[Authority, ...]
) -> Callable[[Check], Check]:
    """Register a rule function under a code. Raises ValueError for a bad or reused code or an incomplete docstring."""

    def register(check: Check) -> Check:
        if not _CODE.fullmatch(code) or code in _REGISTERED:
            raise ValueError(f"{code}: not a free rule code")
        doc = _parts(inspect.getdoc(check) or "")
        if missing := [heading for heading in HEADINGS if not doc.get(heading)]:
            raise ValueError(f"{code}: docstring lacks {', '.join(missing)}")
        module = Path(inspect.getfile(check))
        _REGISTERED[code] = Rule(code, name, severity, needs, authority, check, doc, module)
        return check

    return register


def _parts(doc: str) -> dict[str, str]:
    """Split a rule docstring into its headed parts; the text before the first heading is the summary."""
    parts: dict[str, str] = {}
    heading = "Summary"
    for line in doc.splitlines():
        start, colon, rest = line.strip().partition(":")
        if colon and start in HEADINGS:
            heading, text = start, rest.strip()
        else:
            text = line.strip()
        parts[heading] = f"{parts.get(heading, '')} {text}".strip()
    return parts


@cache
def all_rules() -> Mapping[str, Rule]:
    """Load every rule module and give the rules by code, in code order."""
    package = importlib.import_module("onco_tui.rules")
    for family in pkgutil.iter_modules(package.__path__, "onco_tui.rules."):
        if family.ispkg:
            path = importlib.import_module(family.name).__path__
            for module in pkgutil.iter_modules(path, f"{family.name}."):
                importlib.import_module(module.name)
    return dict(sorted(_REGISTERED.items()))
