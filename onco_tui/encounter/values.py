"""Field types shared by claim and chart: decimals, dates to the day, clock times to the minute, normalised codes."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
_CODE_NOISE = re.compile(r"[\s.\-]+")


class Record(BaseModel):
    """Base of every part of an encounter: immutable, keeps fields it does not know, hides values from tracebacks."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    def __repr__(self) -> str:
        """Name the type only; field values may identify a patient."""
        return f"<{type(self).__name__}>"

    __str__ = __repr__


def _require_iso_date(value: object) -> object:
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise ValueError("expected a date like 2026-03-02")
    if not isinstance(value, (str, date)) or isinstance(value, datetime):
        raise ValueError("expected a date like 2026-03-02")
    return value


def _require_local_clock(value: object) -> object:
    if isinstance(value, str) and not _CLOCK.fullmatch(value):
        raise ValueError("expected a local date and time like 2026-03-02T09:05, without a zone")
    if not isinstance(value, (str, datetime)):
        raise ValueError("expected a local date and time like 2026-03-02T09:05, without a zone")
    return value


def _to_the_minute(value: datetime) -> datetime:
    return value.replace(second=0, microsecond=0)


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("expected a number")
    if isinstance(value, float):
        return Decimal(repr(value))
    return value


def normalise_code(text: str) -> str:
    """Give a procedure or drug code in upper case without dots, blanks or dashes: ``" j-9271 "`` is ``J9271``."""
    return _CODE_NOISE.sub("", text).upper()


def normalise_diagnosis(text: str) -> str:
    """Give an ICD-10-CM code in upper case with its dot: ``c3411`` is ``C34.11``."""
    bare = normalise_code(text)
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


Day = Annotated[date, BeforeValidator(_require_iso_date)]
Clock = Annotated[
    datetime,
    BeforeValidator(_require_local_clock),
    AfterValidator(_to_the_minute),
    PlainSerializer(lambda moment: moment.isoformat(timespec="minutes"), return_type=str, when_used="json"),
]
Number = Annotated[Decimal, BeforeValidator(_refuse_bool), Field(allow_inf_nan=False, max_digits=18, decimal_places=6)]
ProcedureCode = Annotated[str, AfterValidator(normalise_code)]
DiagnosisCode = Annotated[str, AfterValidator(normalise_diagnosis)]


def plain(number: Decimal) -> str:
    """Write a decimal the way a coder would: ``200``, ``0.5``; never ``2E+2`` or ``200.00``."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
