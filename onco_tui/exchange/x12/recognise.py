"""Says what an X12 transaction is, so that what is not a professional claim is refused by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onco_tui.exchange.x12.envelope import Transaction

_PROFESSIONAL = "a professional claim (837P)"
_VERSION_READ = "005010"
_NUMBER = re.compile(r"\d{3}", re.ASCII)

# Implementation guides of ASC X12N by number, all versions; the part after the version in GS08 and ST03. Those of
# a request and its response are left out: ST01 tells which of the two it is.
_GUIDES = {
    "X222": _PROFESSIONAL,
    "X098": _PROFESSIONAL,
    "X223": "an institutional claim (837I)",
    "X096": "an institutional claim (837I)",
    "X224": "a dental claim (837D)",
    "X097": "a dental claim (837D)",
    "X291": "a predetermination of professional services (837)",
    "X292": "a predetermination of institutional services (837)",
    "X298": "post-adjudicated professional claim data (837)",
    "X299": "post-adjudicated institutional claim data (837)",
    "X300": "post-adjudicated dental claim data (837)",
    "X221": "a remittance (835)",
    "X091": "a remittance (835)",
    "X214": "a claim acknowledgement (277CA)",
    "X228": "a claim pending status report (277)",
    "X213": "a request for additional information (277)",
    "X070": "an unsolicited claim status (277)",
    "X231": "an implementation acknowledgement (999)",
    "X217": "a services review (278)",
    "X094": "a services review (278)",
    "X220": "a benefit enrolment (834)",
    "X095": "a benefit enrolment (834)",
    "X218": "a premium payment (820)",
    "X061": "a premium payment (820)",
    "X186": "an application advice (824)",
    "X210": "additional information for a claim (275)",
    "X323": _PROFESSIONAL,  # version 008020
    "X324": "an institutional claim (837I)",
    "X325": "a dental claim (837D)",
}
_TRANSACTIONS = {
    "269": "a benefit coordination verification (269)",
    "270": "an eligibility request (270)",
    "271": "an eligibility response (271)",
    "274": "provider information (274)",
    "275": "additional information for a claim (275)",
    "276": "a claim status request (276)",
    "277": "a claim status (277)",
    "278": "a services review (278)",
    "820": "a premium payment (820)",
    "824": "an application advice (824)",
    "834": "a benefit enrolment (834)",
    "835": "a remittance (835)",
    "997": "a functional acknowledgement (997)",
    "999": "an implementation acknowledgement (999)",
}
_BY_SERVICE_SEGMENT = {
    "SV1": _PROFESSIONAL,
    "SV2": "an institutional claim (837I)",
    "SV3": "a dental claim (837D)",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a transaction is. ``refusal`` is empty for the one kind that is read; ``doubt`` is worth a warning."""

    refusal: str = ""
    doubt: str = ""


def kind_of(transaction: Transaction) -> Kind:
    """Tell what a transaction is from ST01, ST03 and GS08, and from its service lines where those say nothing."""
    told = [text for text in (_group_version(transaction), transaction.st.element(3)) if _guide(text)]
    names = [_guide(text) for text in told]
    if not told:
        return _by_content(transaction)
    if names[0] != names[-1]:
        return _at_odds(transaction, *names)
    name, version = names[-1], told[-1][:6]
    if name != _PROFESSIONAL:
        return _other(name)
    if transaction.st.element(1) != "837":
        return Kind("ST01 is not 837, though the version is that of a professional claim (837P)")
    if version != _VERSION_READ:
        return Kind(f"this is a professional claim, 837P version {version.lstrip('0')}; only 5010 is read")
    return Kind()


def _other(name: str, doubt: str = "") -> Kind:
    return Kind(f"this is {name}{doubt}; only professional claims (837P) are read")


def _at_odds(transaction: Transaction, group: str, st: str) -> Kind:
    """Name what ST03 and GS08 name differently by ST01 and its service lines; a professional claim must be clear."""
    name = _TRANSACTIONS.get(transaction.st.element(1)) or _by_service(transaction)
    if name and name != _PROFESSIONAL:
        return _other(name, ", though ST03 and GS08 name different kinds")
    return Kind(f"ST03 names {st}, GS08 {group}; it is not clear which this is")


def _group_version(transaction: Transaction) -> str:
    return transaction.group.element(8) if transaction.group else ""


def _guide(version: str) -> str:
    """Name the guide of a version such as 005010X222A1; empty for one that is not known."""
    return _GUIDES.get(version[6:10], "") if version[:6].isdigit() else ""


def _by_content(transaction: Transaction) -> Kind:
    number = transaction.st.element(1)
    if number != "837":
        unnamed = f"an X12 transaction {number}" if _NUMBER.fullmatch(number) else "not a claim"
        return _other(_TRANSACTIONS.get(number, unnamed))
    name = _by_service(transaction)
    if name != _PROFESSIONAL:
        return _other(name or "an 837 claim of unknown kind")
    if not transaction.interchange.element(12).startswith("00501"):
        return Kind("this is a professional claim (837P) of unknown version; only 5010 is read")
    return Kind(doubt="neither ST03 nor GS08 names a known guide; read as a 5010 professional claim")


def _by_service(transaction: Transaction) -> str:
    """Name the kind of claim whose service lines these are; empty when there are none, or of several kinds."""
    services = {segment.id for segment in transaction.body} & _BY_SERVICE_SEGMENT.keys()
    return _BY_SERVICE_SEGMENT[services.pop()] if len(services) == 1 else ""
