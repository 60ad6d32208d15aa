"""Part B drug files of CMS: ASP payment limits, and the crosswalk from NDC to HCPCS with billing units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from onco_tui.codesets.editions import Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.ncci import data_rows
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import Head, head_of, is_number
from onco_tui.codesets.ndc import NdcError, ndc11

_CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
_PRICE = "INSERT INTO prices (part, code, dosage, payment_limit, coinsurance, notes) VALUES (?, ?, ?, ?, ?, ?)"
_PRODUCT = "INSERT INTO products (part, ndc, code, name, labeler, dosage, package_size, package_quantity, "
_PRODUCT += "units_per_item, units_per_package) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PRICE_HEADINGS: Mapping[str, str] = {
    "code": r"hcpcs code$",
    "dosage": r"hcpcs code dosage",
    "limit": r"payment limit",
    "_coinsurance": r"co ?insurance",
    "_notes": r"notes?$",
}
_PACKAGE: Mapping[str, str] = {
    "_labeler": r"labeler",
    "name": r"drug name",
    "dosage": r"(hcpcs )?dosage",
    "size": r"pkg size",
    "quantity": r"pkg qty",
    "item": r"bill ?units$",
    "package": r"bill ?units ?pkg",
}
_CROSSWALK_HEADINGS: Mapping[str, str] = {"code": r"(_?20\d\d[ _]code|hcpcs code)$", "ndc": r"ndc", **_PACKAGE}
_NOC_HEADINGS: Mapping[str, str] = {"code": r"drug generic name", "ndc": r"ndc or alternate id", **_PACKAGE}
_ANY_NAME = re.compile(r".+")


class PriceTable:
    """The importer of payment limits."""

    kind: Kind = "asp_price"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return head.find(_PRICE_HEADINGS) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the limits. Raises CodeFileError."""
        head = head_of(source)
        count = sink.store(_PRICE, _prices(source, head))
        return Loaded(quarter_of(wishes, _titles(head, _PRICE_HEADINGS), source.names), count)


def _prices(source: Source, head: Head) -> Iterator[tuple[str, ...]]:
    for line, row in data_rows(source, head, _PRICE_HEADINGS, _CODE):
        for name in ("limit", "_coinsurance"):
            _require_number(row.get(name, ""), line)
        yield (row["code"], row["dosage"], _number(row["limit"]), row.get("_coinsurance", ""), row.get("_notes", ""))


class Crosswalk:
    """The importer of the NDC crosswalk, and of the one for drugs not otherwise classified (kept without a code).

    Skin substitutes and some others carry product numbers that are no NDC; they are kept as they stand.
    """

    kind: Kind = "asp_ndc"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return head.find(_CROSSWALK_HEADINGS) is not None or head.find(_NOC_HEADINGS) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the products. Raises CodeFileError."""
        head = head_of(source)
        listed = head.find(_CROSSWALK_HEADINGS) is not None
        headings = _CROSSWALK_HEADINGS if listed else _NOC_HEADINGS
        count = sink.store(_PRODUCT, _products(source, head, headings, listed=listed))
        period = quarter_of(wishes, _titles(head, headings), source.names)
        return Loaded(period, count, section="" if listed else "not otherwise classified")


def _products(source: Source, head: Head, headings: Mapping[str, str], *, listed: bool) -> Iterator[tuple[str, ...]]:
    for line, row in data_rows(source, head, headings, _CODE if listed else _ANY_NAME):
        if not row["ndc"]:
            raise CodeFileError("no NDC", line=line)
        measures = [_number(row[name]) for name in ("size", "quantity", "item", "package")]
        name = row["name"] if listed else f"{row['code']} ({row['name']})"
        yield (
            product_number(row["ndc"]),
            row["code"] if listed else "",
            name,
            row.get("_labeler", ""),
            row["dosage"],
            *measures,
        )


def product_number(text: str) -> str:
    """Give the 11 digits of an NDC, or the number as it stands where it is none."""
    try:
        return ndc11(text)
    except NdcError:
        return re.sub(r"[^0-9A-Z]", "", text.upper())


def _titles(head: Head, headings: Mapping[str, str]) -> str:
    columns = head.find(headings)
    return head.titles(columns) if columns else ""


def _number(text: str) -> str:
    plain = text.replace(",", "").replace("$", "").strip()
    return "" if plain.upper() == "N/A" else plain


def _require_number(text: str, line: int) -> None:
    if not is_number(_number(text)):
        raise CodeFileError("a payment limit or percentage that is not a number", line=line)
