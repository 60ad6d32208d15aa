"""What the code sets answer: small frozen records that say from which edition they know, and whether it is stale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from onco_tui.codesets.written import plain_code, stands_between

_ICD = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]*-?)?"
_REFERENCE = re.compile(rf"\b({_ICD})(?:-({_ICD}))?")
System = Literal["icd10cm", "hcpcs", "cpt", "hcpcs_modifier", "place_of_service", "carc", "rarc", "adjustment_group"]


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """What a code is on a date of service.

    ``known``: some edition here lists the code. ``valid``: it is in force on the date; None when no edition here can
    tell, so that unknown is never invalid; an edition older than the date cannot tell of a code it never listed.
    ``billable``: valid, and not a header that needs more characters.
    ``effective_from`` is None when the code is as old as what is known of it.
    """

    code: str
    system: System
    known: bool
    valid: bool | None
    billable: bool | None
    label: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    replaced_by: tuple[str, ...] = ()
    edition: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class PairAnswer:
    """Whether two procedures bundle. ``column2`` is the code that is denied, or that takes the modifier.

    ``known`` False: no edition here can tell. Known without ``modifier_indicator``: no edit is in force on the date.
    Indicators: ``0`` no modifier bypasses the edit, ``1`` a PTP-associated modifier may, ``9`` not in use.
    """

    column1: str
    column2: str
    known: bool
    modifier_indicator: str | None = None
    rationale: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    edition: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class LimitAnswer:
    """The medically unlikely units of a code.

    ``adjudication``: ``1`` claim line, ``2`` date of service (policy, absolute), ``3`` date of service (clinical).
    ``units`` None with an edition: the code has no published value, which does not mean any number is allowed.
    """

    code: str
    units: int | None
    adjudication: str | None = None
    rationale: str = ""
    edition: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class AddonAnswer:
    """The parents an add-on code needs.

    ``type`` 1: only ``parents``. 2: the contractor decides, ``parents`` is empty. 3: ``parents`` and others the
    contractor accepts. ``is_addon`` is None when no edition here can tell.
    """

    code: str
    is_addon: bool | None
    type: str | None = None
    parents: frozenset[str] = frozenset()
    edition: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class FeeAnswer:
    """Fee schedule indicators of a code and modifier; texts as in the CMS file, empty where not known."""

    code: str
    modifier: str
    known: bool
    status: str = ""
    pc_tc: str = ""
    global_days: str = ""
    multiple_procedure: str = ""
    bilateral: str = ""
    work_rvu: Decimal | None = None
    nonfacility_total: Decimal | None = None
    facility_total: Decimal | None = None
    conversion_factor: Decimal | None = None
    edition: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class PriceAnswer:
    """The ASP payment limit of one billing unit, in dollars; None where the file gives none."""

    code: str
    payment_limit: Decimal | None
    dosage: str = ""
    coinsurance: Decimal | None = None
    notes: str = ""
    edition: str | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """A drug product in the crosswalk: its HCPCS code (empty when not otherwise classified) and billing units."""

    ndc: str
    code: str
    name: str
    labeler: str
    dosage: str
    package_size: str
    package_quantity: str
    units_per_item: Decimal | None
    units_per_package: Decimal | None
    edition: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Note:
    """An instructional note of the tabular list: what it says and on which code, block or chapter it stands."""

    kind: Literal["excludes1", "excludes2", "code_first", "use_additional", "code_also"]
    at: str
    text: str

    def names(self, code: str) -> bool:
        """Tell whether the note refers to a code: alone, by its header (``F17.-``) or in a range (``C00-D49``)."""
        plain = plain_code(code)
        for first, last in _REFERENCE.findall(" ".join(re.findall(r"\(([^()]*)\)", self.text))):
            low, high = plain_code(first).rstrip("-"), plain_code(last or first).rstrip("-")
            if stands_between(plain, low, high):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Match:
    """One hit of a text search."""

    code: str
    system: System
    label: str
    billable: bool
    effective_from: date | None
    effective_to: date | None
