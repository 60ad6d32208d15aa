"""Rule cases: small patches over a base encounter, what the rule must answer, and what its fix must leave behind.

A cases file stands beside the rule's code as ``cases/<CODE>.yaml``. Paths in ``given`` and ``after_fix`` are written as
findings write them: ``claim.lines[2].units`` names line 2 by its number, ``documentation.administrations[A2].stop`` by
its id; in lists without such a name the number counts from 0. ``[+]`` appends, ``null`` removes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, JsonValue, Tag

from onco_tui.codesets.rulefile import read_rulefile
from onco_tui.encounter.document import Encounter, parse_encounter, read_json
from onco_tui.rules.finding import Direction, Finding, Grade, NotChecked
from onco_tui.rules.registry import Rule

_BASES = Path(__file__).parent / "cases_base"
_STEP = re.compile(r"[^.\[\]]+|\[[^\[\]]+\]")
_PATH = re.compile(r"[^.\[\]]+(?:\[[^\[\]]+\]|\.[^.\[\]]+)*")
_NAMES = ("line", "id", "course_id")


_WORDS: Mapping[str, JsonValue] = {"true": True, "false": False, "null": None}


class CaseError(ValueError):
    """A case that cannot be built; the message names the path."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedFinding(_Strict):
    """One finding a case expects. Only the fields that are given are compared; ``fix`` is the first fix's grade."""

    lines: tuple[int, ...] | None = None
    diagnoses: tuple[str, ...] | None = None
    severity: Literal["error", "warning", "info"] | None = None
    direction: Direction | None = None
    message_has: str = ""
    evidence_has: str = ""
    amount_at_risk: Decimal | Literal["none"] | None = None
    fix: Grade | Literal["none"] | None = None

    def fits(self, finding: Finding) -> bool:
        """Tell whether a finding is the expected one."""
        return (
            self.lines in (None, finding.lines)
            and self.diagnoses in (None, finding.diagnoses)
            and self.severity in (None, finding.severity.word)
            and self.direction in (None, finding.direction)
            and self.message_has in finding.message
            and self.evidence_has in " ".join(item.path for item in finding.evidence)
            and self.amount_at_risk in (None, "none" if finding.amount_at_risk is None else finding.amount_at_risk)
            and self.fix in (None, finding.fixes[0].grade if finding.fixes else "none")
        )


class ExpectedGap(_Strict):
    """One "not checked" answer a case expects, known by words of its reason."""

    not_checked: Annotated[str, Field(min_length=1)]

    def fits(self, gap: NotChecked) -> bool:
        """Tell whether a gap is the expected one."""
        return self.not_checked in gap.reason


def _as_list(value: object) -> object:
    if value == "none":
        return []
    return [value] if isinstance(value, Mapping) else value


def _kind(value: object) -> str:
    return (
        "gap"
        if isinstance(value, ExpectedGap) or (isinstance(value, Mapping) and "not_checked" in value)
        else "finding"
    )


Expected = Annotated[
    Annotated[ExpectedGap, Tag("gap")] | Annotated[ExpectedFinding, Tag("finding")], Discriminator(_kind)
]


class Case(_Strict):
    """One case. ``after_fix`` is the claim after the rule's first fixes; None means the case does not say."""

    name: Annotated[str, Field(min_length=1)]
    base: str = ""
    given: dict[str, JsonValue] = {}
    expect: Annotated[tuple[Expected, ...], BeforeValidator(_as_list)]
    after_fix: dict[str, JsonValue] | Literal["none"] | None = None

    @property
    def findings(self) -> tuple[ExpectedFinding, ...]:
        """The findings it expects, all of them."""
        return tuple(item for item in self.expect if isinstance(item, ExpectedFinding))

    @property
    def gaps(self) -> tuple[ExpectedGap, ...]:
        """The "not checked" answers it expects, all of them."""
        return tuple(item for item in self.expect if isinstance(item, ExpectedGap))


class CaseFile(_Strict):
    """All cases of one rule.

    ``never_unchecked`` gives the reason why the rule can always do its work, ``never_finds`` why it has no findings.
    """

    rule: str
    base: str
    never_unchecked: str = ""
    never_finds: str = ""
    cases: tuple[Case, ...]


def read_cases(rule: Rule) -> CaseFile:
    """Read a rule's cases. Raises FileNotFoundError without a file, RulefileError or CaseError for a bad one."""
    cases = read_rulefile(rule.cases, CaseFile)
    if cases.rule != rule.code:
        raise CaseError(f"{rule.cases.name}: says it is for {cases.rule}")
    names = [case.name for case in cases.cases]
    if len(set(names)) != len(names):
        raise CaseError(f"{rule.cases.name}: a case name stands twice")
    return cases


def encounter_of(cases: CaseFile, case: Case) -> Encounter:
    """Build the encounter of a case. Raises CaseError for a bad path, DocumentError for a bad value."""
    document = read_base(case.base or cases.base)
    for path, value in case.given.items():
        patch(document, path, value)
    return parse_encounter(document)


def base_names() -> tuple[str, ...]:
    """Name the base encounters there are."""
    return tuple(sorted(path.stem for path in _BASES.glob("*.json")))


def read_base(name: str) -> dict[str, JsonValue]:
    """Read a base encounter as JSON, fresh each time. Raises CaseError for an unknown name."""
    path = _BASES / f"{name}.json"
    if not path.is_file():
        raise CaseError(f"no base encounter {name}; there are {', '.join(base_names())}")
    document = read_json(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise CaseError(f"base encounter {name} is not an object")
    return document


def differences(encounter: Encounter, expected: Mapping[str, JsonValue]) -> Iterator[str]:
    """Give each path whose value is not the expected one, with both values."""
    document: JsonValue = json.loads(encounter.model_dump_json(by_alias=True))
    for path, value in expected.items():
        found = _read(document, path)
        if not _same(found, value):
            yield f"{path}: expected {value}, found {found}"


def patch(document: dict[str, JsonValue], path: str, value: JsonValue) -> None:
    """Set, append or remove one value in a document. Raises CaseError for a path that leads nowhere."""
    *way, last = _steps(path)
    place: JsonValue = document
    for step in way:
        key = _key(place, step, path)
        if isinstance(place, dict) and place.get(str(key)) is None:
            place[str(key)] = {}
        place = _child(place, key)
    if isinstance(place, list) and last == "[+]":
        place.append(_json(value))
        return
    if isinstance(place, dict) and last == "[+]":
        raise CaseError(f"{path}: not a list")
    key = _key(place, last, path)
    if value == "null":
        _remove(place, key)
    elif isinstance(place, list):
        place[int(key)] = _json(value)
    elif isinstance(place, dict):
        place[str(key)] = _json(value)


def _steps(path: str) -> list[str]:
    """Split ``claim.lines[2].units`` into ``claim``, ``lines``, ``[2]``, ``units``."""
    if not _PATH.fullmatch(path):
        raise CaseError(f"{path}: not a path")
    return _STEP.findall(path)


def _key(place: JsonValue, step: str, path: str) -> str | int:
    if isinstance(place, dict) and not step.startswith("["):
        return step
    if isinstance(place, list) and step.startswith("["):
        name = step[1:-1]
        for at, item in enumerate(place):
            if isinstance(item, dict) and any(str(item.get(field)) == name for field in _NAMES if field in item):
                return at
        named = any(isinstance(item, dict) and any(field in item for field in _NAMES) for item in place)
        if not named and name.isdigit() and int(name) < len(place):
            return int(name)
    raise CaseError(f"{path}: {step} is not there")


def _child(place: JsonValue, key: str | int) -> JsonValue:
    if isinstance(place, list):
        return place[int(key)]
    return place.get(str(key)) if isinstance(place, dict) else None


def _remove(place: JsonValue, key: str | int) -> None:
    if isinstance(place, list):
        del place[int(key)]
    elif isinstance(place, dict):
        place.pop(str(key), None)


def _read(document: JsonValue, path: str) -> JsonValue:
    place = document
    for step in _steps(path):
        try:
            place = _child(place, _key(place, step, path))
        except CaseError:
            return None
    return place


def _json(value: JsonValue) -> JsonValue:
    """Give file text as a document value; ``true``, ``false`` and ``null`` are the JSON words."""
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {name: _json(item) for name, item in value.items()}
    return _WORDS.get(value, value) if isinstance(value, str) else value


def _same(found: JsonValue, expected: JsonValue) -> bool:
    """Compare by text; a mapping is compared only in the fields it names."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(_same(found.get(name), item) for name, item in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(_same, found, expected))
    if found is None or isinstance(found, bool):
        return isinstance(expected, str) and _WORDS.get(expected, expected) is found
    return str(found) == expected
