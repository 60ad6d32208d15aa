"""Short lists: places of service, claim adjustment codes, and a practice's own licensed CPT descriptions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from onco_tui.codesets.editions import Kind
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import CODES, CodeRow, Loaded, Sink, Wishes, quarter_of
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import Head, data_rows, day_of, head_of, iso, whole_lines

_PLACES: Mapping[str, str] = {
    "code": r"(pos|place of service)( codes?| code s)?$",
    "name": r"(pos |place of service )?name",
    "_type": r"(pos )?(facility )?type",
    "_text": r"(pos |place of service )?description",
}
_ADJUSTMENTS: Mapping[str, str] = {
    "code": r"((adj(ustment)?|carc|rarc|(claim adjustment )?reason|(remittance advice )?remark) )?codes?$",
    "_type": r"(adj(ustment)? |code )?(type|list)",
    "text": r"(adj(ustment)? |code )?(description|message)",
    "_since": r"(adj )?(start|effective)",
    "_until": r"(adj )?(end|stop|deactivation|termination)",
}
_LABELS: Mapping[str, str] = {
    "code": r"(cpt|cpt code|code)$",
    "label": r"(short description|medium description|short|medium|consumer friendly descriptor|description|label)",
    "_long": r"(long description|long descriptor|full description|long)",
}
_PLACE = re.compile(r"([0-9]{1,2})(?:\s*[-\u2013\u2014]\s*([0-9]{1,2}))?")
_SYSTEMS = {"GROUP": "adjustment_group", "CARC": "carc", "RARC": "rarc"}


class PlaceList:
    """The importer of place of service codes."""

    kind: Kind = "place_of_service"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the list by its headings."""
        return head.find(_PLACES) is not None

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the places; ``billable`` is 0 for unassigned numbers. Raises CodeFileError."""
        count = sink.store(CODES, _places(source))
        return Loaded(quarter_of(wishes, source.names), count)


def _places(source: Source) -> Iterator[CodeRow]:
    for _, row in data_rows(source, head_of(source).require(_PLACES), _PLACE):
        used = int("unassigned" not in row["name"].lower())
        first, last = _PLACE.fullmatch(row["code"]).groups()  # type: ignore[union-attr]  # data_rows matched it
        for number in range(int(first), int(last or first) + 1):
            yield ("place_of_service", f"{number:02}", row["name"], row.get("_type") or None, used, None, None, None)


class AdjustmentList:
    """The importer of claim adjustment group, reason (CARC) and remark (RARC) codes."""

    kind: Kind = "adjustment_codes"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the list by its headings."""
        columns = head.find(_ADJUSTMENTS)
        below = [columns.named(cells) for _, cells in head.rows[columns.index + 1 :] if any(cells)] if columns else []
        return bool(below) and all(_system(row) for row in below)

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the codes with their dates. Raises CodeFileError."""
        count = sink.store(CODES, _adjustments(source))
        return Loaded(quarter_of(wishes, source.names), count)


def _adjustments(source: Source) -> Iterator[CodeRow]:
    for line, row in data_rows(source, head_of(source).require(_ADJUSTMENTS), re.compile(r"[0-9A-Z]{1,5}")):
        system = _system(row)
        if system is None:
            raise CodeFileError("the kind of code is not Group, CARC or RARC", line=line)
        since = day_of(row.get("_since", ""), line=line, what="the start date")
        until = day_of(row.get("_until", ""), line=line, what="the end date")
        yield (system, row["code"], row["text"], None, 1, iso(since), iso(until), None)


def _system(row: dict[str, str]) -> str | None:
    """Tell the list a code is of: as its row says, or in the lists X12 publishes alone, as it is written."""
    if "_type" in row:
        return _SYSTEMS.get(row["_type"].upper())
    if re.fullmatch(r"(MA?|N)[0-9]{1,3}", row["code"]):
        return "rarc"
    return "carc" if re.fullmatch(r"[0-9]{1,3}|[A-Z][0-9]{1,2}", row["code"]) else None


class LabelList:
    """The importer of CPT descriptions a practice has licensed; they stay in its own store."""

    kind: Kind = "cpt_labels"

    @staticmethod
    def recognises(head: Head) -> bool:
        """Tell the list by its headings and CPT codes under them."""
        columns = head.find(_LABELS)
        below = head.rows[columns.index + 1 :] if columns else ()
        codes = [columns.named(cells)["code"] for _, cells in below if any(cells)] if columns else []
        return bool(codes) and all(re.fullmatch(r"[0-9]{4}[0-9A-Z]", code) for code in codes)

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the descriptions. Raises CodeFileError."""
        count = sink.store(CODES, _labels(source))
        return Loaded(quarter_of(wishes, source.names), count)


class LabelText:
    """The importer of the same descriptions as plain text: notices, then a code and its words on each line."""

    kind: Kind = "cpt_labels"

    @staticmethod
    def recognises(head: Head, name: str) -> bool:
        """Tell the text by codes on most of its lines, and by notices or a name that speak of CPT."""
        lines = [" ".join(cells) for _, cells in head.rows if any(cells)]
        coded = [_LABEL_LINE.fullmatch(line) is not None for line in lines]
        notices = " ".join(line for line, is_coded in zip(lines, coded, strict=True) if not is_coded)
        told = re.search(r"\bcpt\b|american medical association|shortu|longu|medu", f"{notices} {name}".lower())
        below = coded[coded.index(True) :] if any(coded) else []
        return told is not None and sum(below) > len(below) // 2

    def load(self, source: Source, sink: Sink, wishes: Wishes) -> Loaded:
        """Store the descriptions. Raises CodeFileError."""
        with source.text() as text:
            count = sink.store(CODES, _label_lines(text))
        return Loaded(quarter_of(wishes, source.names), count)


_LABEL_LINE = re.compile(r"([0-9]{4}[0-9A-Z])[ \t]+([^\t]*[A-Za-z]{2}[^\t]*)\s*")


def _label_lines(text: Iterable[str]) -> Iterator[CodeRow]:
    begun = False
    for number, line in enumerate(whole_lines(text), 1):
        if found := _LABEL_LINE.fullmatch(line):
            begun = True
            yield ("cpt", found[1], " ".join(found[2].split()), None, 1, None, None, None)
        elif begun and line.strip(" \t\r\n\x1a"):
            raise CodeFileError("no code at the start of the line", line=number)


def _labels(source: Source) -> Iterator[CodeRow]:
    for line, row in data_rows(source, head_of(source).require(_LABELS), re.compile(r"[0-9]{4}[0-9A-Z]")):
        if not row["label"]:
            raise CodeFileError("a code without description", line=line)
        long = row.get("_long") or None
        yield ("cpt", row["code"], row["label"], long if long != row["label"] else None, 1, None, None, None)
