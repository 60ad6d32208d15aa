"""Part B drug files of CMS: ASP payment limits, and the crosswalk from NDC to HCPCS with billing units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from onco_tui.codesets.editions import Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import Columns, Head, data_rows, head_of, is_number
from onco_tui.codesets.ndc import NdcError, ndc11
from onco_tui.codesets.written import plain_code

_CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
_PRICE = "INSERT INTO prices (part, code, dosage, payment_limit, coinsurance, notes) VALUES (?, ?, ?, ?, ?, ?)"
_PRODUCT = "INSERT INTO products (part, ndc, code, name, labeler, dosage, package_size, package_quantity, "
_PRODUCT += "units_per_item, units_per_package) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_LISTED = r"hcpcs( level ii)? code(?! dosage)"
_PRICE_HEADINGS: Mapping[str, str] = {
    "code": _LISTED,
    "dosage": r"hcpcs code dosage",
    "limit": r"payment limit",
    "_coinsurance": r"co ?insurance",
    "_notes": r"notes?$",
}
_NOC_PRICE_HEADINGS: Mapping[str, str] = {**_PRICE_HEADINGS, "code": r"drug generic name", "dosage": r"dosage"}
_PACKAGE: Mapping[str, str] = {
    "_labeler": r"labeler",
    "name": r"drug name",
    "dosage": r"(hcpcs )?dosage",
    "size": r"pkg size",
    "quantity": r"pkg qty",
    "item": r"bill ?units$",
    "package": r"bill ?units ?pkg",
}
_CROSSWALK_HEADINGS: Mapping[str, str] = {"code": rf"20\d\d code$|{_LISTED}", "ndc": r"ndc", **_PACKAGE}
_NOC_HEADINGS: Mapping[str, str] = {"code": r"drug generic name", "ndc": r"ndc or alternate id", **_PACKAGE}
_ANY_NAME = re.compile(r".+")


class PriceTable:
    """The importer of payment limits."""

    kind: Kind = "asp_price"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the table by its headings."""
        return any(head.find(headings) for headings in (_PRICE_HEADINGS, _NOC_PRICE_HEADINGS))

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the limits; drugs not otherwise classified stand under their names. Raises CodeFileError."""
        head = head_of(source)
        listed = head.find(_PRICE_HEADINGS) is not None
        headings = _PRICE_HEADINGS if listed else _NOC_PRICE_HEADINGS
        columns = head.require(headings)
        count = sink.store(_PRICE, _prices(source, columns, _CODE if listed else _ANY_NAME))
        return _loaded(source, head, columns, wishes, count)


def _prices(source: Source, columns: Columns, code: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    for line, row in data_rows(source, columns, code):
        for name in ("limit", "_coinsurance"):
            _require_number(row.get(name, ""), line)
        limits = _number(row["limit"]), _number(row.get("_coinsurance", ""))
        yield (plain_code(row["code"]), row["dosage"], *limits, row.get("_notes", ""))


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
        columns = head.require(headings)
        count = sink.store(_PRODUCT, _products(source, columns, listed=listed))
        return _loaded(source, head, columns, wishes, count)


def _products(source: Source, columns: Columns, *, listed: bool) -> Iterator[tuple[str, ...]]:
    for line, row in data_rows(source, columns, _CODE if listed else _ANY_NAME):
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


def _loaded(source: Source, head: Head, columns: Columns, wishes: Wishes, count: int) -> Loaded:
    heading = next((cell for _, cells in head.rows for cell in cells if cell), "")
    section = _section(f"{source.name} {heading}")
    return Loaded(quarter_of(wishes, source.names, in_force=head.titles(columns)), count, section=section)


def _section(title: str) -> str:
    """Tell the smaller tables CMS packs beside the main one, which must not take its place, by name and title."""
    found = re.search(r"\b(awp|opps|prep|noc|not otherwise|not payable)\b", re.sub(r"[^a-z]+", " ", title.lower()))
    return found[1] if found else ""


def _number(text: str) -> str:
    """Give a number without its dress; words in its place, such as ``N/A`` or ``see note``, mean there is none."""
    plain = re.sub(r"[,$%]", "", text).strip()
    return plain if re.search(r"[0-9]", plain) else ""


def _require_number(text: str, line: int) -> None:
    if not is_number(_number(text)):
        raise CodeFileError("a payment limit or percentage that is not a number", line=line)
