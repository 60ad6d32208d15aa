"""Fee schedule indicators, payment limits and drug products on a date of service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from onco_tui.codesets.answers import FeeAnswer, PriceAnswer, ProductAnswer
from onco_tui.codesets.shelf import Shelf
from onco_tui.codesets.written import plain_code

if TYPE_CHECKING:
    from onco_tui.codesets.reference import CodeFact

_FACTS_EDITION = "2024Q3"
_FACTS_UNTIL = date(2024, 9, 30)
"""Our facts take status, PC/TC and global days from the CMS fee schedule of July 2024."""
_FEE = "modifier, status, pc_tc, global_days, multiple_procedure, bilateral, work_rvu, nonfacility_total, "
_FEE += "facility_total, conversion_factor"
_PRODUCT = "ndc, code, name, labeler, dosage, package_size, package_quantity, units_per_item, units_per_package"


class Fees:
    """Look-ups in the fee schedule and the drug files."""

    def __init__(self, shelf: Shelf, facts: Mapping[str, CodeFact]) -> None:
        self._shelf, self._facts = shelf, facts

    def fee(self, code: str, on: date, modifier: str = "") -> FeeAnswer:
        """Answer with the indicators of a code; from our own facts where no schedule here covers the date."""
        plain = plain_code(code)
        for edition in self._shelf.asked("mpfs", on):
            for row in self._shelf.rows(edition, "fees", _FEE, plain):
                if row[0] == modifier:
                    return _fee(plain, row, edition.edition, stale=edition.stale_on(on))
        fact = self._facts.get(plain)
        if fact is None or not fact.status or modifier:
            return FeeAnswer(plain, modifier, known=False)
        return FeeAnswer(
            plain, "", known=True, status=fact.status, pc_tc="" if fact.pc_tc is None else str(fact.pc_tc),
            global_days=fact.global_days or "", edition=_FACTS_EDITION, stale=on > _FACTS_UNTIL,
        )  # fmt: skip

    def price(self, code: str, on: date) -> PriceAnswer:
        """Answer with the ASP payment limit of a code."""
        plain = plain_code(code)
        for edition in self._shelf.asked("asp_price", on):
            for row in self._shelf.rows(edition, "prices", "payment_limit, dosage, coinsurance, notes", plain):
                stale = edition.stale_on(on)
                return PriceAnswer(plain, _decimal(row[0]), row[1], _decimal(row[2]), row[3], edition.edition, stale)
        return PriceAnswer(plain, None)

    def products(self, ndc: str, on: date) -> tuple[ProductAnswer, ...]:
        """Give the crosswalk rows of a product by the 11 digits of its NDC, hyphens or not."""
        for edition in self._shelf.asked("asp_ndc", on):
            if rows := self._shelf.rows(edition, "products", _PRODUCT, ndc.replace("-", "")):
                stale = edition.stale_on(on)
                return tuple(_product(row, edition.edition, stale=stale) for row in rows)
        return ()


def _fee(code: str, row: tuple[str, ...], edition: str, *, stale: bool) -> FeeAnswer:
    modifier, status, pc_tc, days, multiple, bilateral, *numbers = row
    work, nonfacility, facility, factor = map(_decimal, numbers)
    return FeeAnswer(
        code, modifier, known=True, status=status, pc_tc=pc_tc, global_days=days, multiple_procedure=multiple,
        bilateral=bilateral, work_rvu=work, nonfacility_total=nonfacility, facility_total=facility,
        conversion_factor=factor, edition=edition, stale=stale,
    )  # fmt: skip


def _product(row: tuple[str, ...], edition: str, *, stale: bool) -> ProductAnswer:
    ndc, code, name, labeler, dosage, size, quantity, item, package = row
    units = _decimal(item), _decimal(package)
    return ProductAnswer(ndc, code, name, labeler, dosage, size, quantity, *units, edition, stale)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
