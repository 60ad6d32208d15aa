"""The ``onco-encounter/1`` document: one encounter, its claim and its chart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any, Literal, NoReturn

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from onco_tui.encounter.chart import Documentation
from onco_tui.encounter.claim import Claim, Coverage, Patient
from onco_tui.encounter.values import Record, plain

SCHEMA: Literal["onco-encounter/1"] = "onco-encounter/1"


_NOT_GIVEN = {"tuple_type", "dict_type", "string_type", "int_type", "model_type"}
"""What pydantic calls a null where a list, a record, a text or a count was due."""


_WORDS = {
    "missing": "is missing",
    "tuple_type": "expected a list",
    "dict_type": "expected an object",
    "model_type": "expected an object",
    "string_type": "expected text in quotes",
    "string_pattern_mismatch": "is empty",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "decimal_type": "expected a number",
    "decimal_parsing": "expected a number",
    "decimal_whole_digits": "expected at most 12 digits before the point",
    "decimal_max_digits": "expected at most 12 digits before the point and 6 after it",
    "decimal_max_places": "expected at most 6 digits after the point",
    "date_from_datetime_parsing": "not a date of the calendar",
    "date_parsing": "not a date of the calendar",
    "datetime_from_date_parsing": "not a time of the calendar and clock",
    "datetime_parsing": "not a time of the calendar and clock",
}
"""What is wrong with a field, by pydantic's names; it speaks of Python's types to people who write JSON."""


class DocumentError(ValueError):
    """An encounter document that cannot be read; the message names the field, never the patient's data."""


class Encounter(Record):
    """One encounter. ``documentation`` is None when no chart came with the claim (an 837P import, for instance)."""

    schema_: Literal["onco-encounter/1"] = Field(default=SCHEMA, alias="schema")
    encounter_id: str = Field(pattern=r"\S")
    patient: Patient = Patient()
    coverage: Coverage = Coverage()
    claim: Claim
    documentation: Documentation | None = None
    review: dict[str, object] | None = None
    """What an export wrote about status, decisions and audit rows; read back, never acted on."""

    @property
    def chart(self) -> Documentation:
        """The chart, empty when none came with the claim."""
        return self.documentation or _NO_CHART


_NO_CHART = Documentation()


def _refuse_constant(name: str) -> NoReturn:
    raise DocumentError(f"{name} is not a number")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse an object that names a field twice: one of the values would be lost unseen."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DocumentError(f"the field {twice[:40]!r} stands twice in one object")
    return found


def read_json(text: str | bytes) -> object:
    """Parse JSON with every number exact.

    Raises DocumentError with line and column for text that is not JSON, too deep, or holds NaN or Infinity.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_distinct)
    except json.JSONDecodeError as error:
        raise DocumentError(f"line {error.lineno} column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise DocumentError(f"not UTF-8 text at byte {error.start}") from None
    except RecursionError:
        raise DocumentError("nested too deeply") from None
    except DocumentError:
        raise
    except ValueError as error:  # an integer of more digits than Python converts
        raise DocumentError(str(error).split(";", maxsplit=1)[0]) from None


def parse_encounter(data: object) -> Encounter:
    """Build an encounter from parsed JSON. Raises DocumentError naming each field at fault."""
    if not isinstance(data, Mapping):
        raise DocumentError("expected an object with schema onco-encounter/1")
    if data.get("schema") != SCHEMA:
        raise DocumentError(f"schema: expected {SCHEMA}")
    try:
        return _validated(data)
    except ValidationError as error:
        faults = [
            f"{_path(fault['loc'])}: {_WORDS.get(fault['type']) or _in_our_words(fault['msg'])}"
            for fault in error.errors(include_input=False)
        ]
        more = f" (and {len(faults) - 5} more)" if len(faults) > 5 else ""
        raise DocumentError("; ".join(faults[:5]) + more) from None
    except RecursionError:
        raise DocumentError("nested too deeply") from None


def _validated(data: Mapping[str, object]) -> Encounter:
    """Build the encounter; a null where a list, a text or a record is due means that none was given.

    Numbers of the claim are not meant: units of null are not one unit. Raises ValidationError.
    """
    try:
        return Encounter.model_validate(data)
    except ValidationError as error:
        empty = [fault["loc"] for fault in error.errors() if fault["input"] is None and _may_be_absent(fault)]
        if not empty:
            raise
        return Encounter.model_validate(_without(data, empty))


def _in_our_words(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be", "expected", 1)


def _may_be_absent(fault: ErrorDetails) -> bool:
    return fault["type"] in _NOT_GIVEN or (fault["type"] == "decimal_type" and fault["loc"][0] == "documentation")


def _without(data: object, places: list[tuple[str | int, ...]]) -> object:
    """Copy parsed JSON without the fields at these places."""
    copied = deepcopy(data)
    for *way, field in places:
        at: Any = copied
        for part in way:
            at = at[part]
        if isinstance(at, dict):
            del at[field]
    return copied


def _path(location: tuple[str | int, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "document"


def unknown_fields(record: BaseModel, path: str = "") -> Iterator[str]:
    """Give the path of every field the contract does not name, such as ``claim.lines[0].colour``."""
    for name in record.model_extra or ():
        yield f"{path}{name}"
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        shown = field.alias or name
        if isinstance(value, BaseModel):
            yield from unknown_fields(value, f"{path}{shown}.")
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from unknown_fields(item, f"{path}{shown}[{index}].")


def _write_number(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def write_encounter(encounter: Encounter) -> str:
    """Write the document as JSON: only fields that were set, decimals as strings, in the model's own order."""
    data = encounter.model_dump(mode="json", by_alias=True, exclude_unset=True)
    data = {"schema": SCHEMA} | data
    return json.dumps(data, ensure_ascii=False, default=_write_number)
