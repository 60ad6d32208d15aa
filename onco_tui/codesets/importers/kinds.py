"""Finds out what a file is from what it holds."""

from __future__ import annotations

from onco_tui.codesets.importers import asp, hcpcs, icd10cm_order, icd10cm_tabular, lists, mpfs, ncci, ncci_records
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Importer
from onco_tui.codesets.importers.sources import Source
from onco_tui.codesets.importers.tables import head_of, is_workbook

_SAMPLE = 1 << 16
_TABLES = (
    ncci.PairTable,
    ncci.UnitTable,
    ncci.AddonTable,
    hcpcs.CodeTable,
    asp.PriceTable,
    asp.Crosswalk,
    mpfs.FeeTable,
    lists.PlaceList,
    lists.AdjustmentList,
    lists.LabelList,
)
KNOWN = (
    "ICD-10-CM order file or tabular XML, HCPCS Level II, NCCI PTP, MUE or add-on edits, ASP prices or NDC crosswalk, "
    "physician fee schedule, place of service, adjustment codes, CPT descriptions"
)


def importer_for(source: Source) -> Importer:
    """Choose the importer. Raises CodeFileError for a file of no known kind."""
    if not is_workbook(source) and (importer := _of_text(source)):
        return importer
    head = head_of(source)
    for table in _TABLES:
        if table.recognises(head):
            return table()
    if lists.LabelText.recognises(head, source.name):
        return lists.LabelText()
    raise CodeFileError(f"not a code file known here ({KNOWN})", name=source.name)


def _of_text(source: Source) -> Importer | None:
    """Choose the importer of text that is no table; None for anything else. Raises CodeFileError."""
    with source.open(lines=False) as raw:
        sample = raw.read(_SAMPLE)
    if sample.startswith(b"%PDF"):
        raise CodeFileError("a PDF; the tables come as txt, csv, xlsx or xml", name=source.name)
    text = sample.decode(*source.encoding())
    if "\0" in text:
        raise CodeFileError("neither text nor a workbook", name=source.name)
    if icd10cm_tabular.TabularList.recognises(text):
        return icd10cm_tabular.TabularList()
    lines = text.splitlines()[:-1]
    if mpfs.is_fixed_width(lines):
        raise CodeFileError("the fee schedule without headings; import the csv or xlsx beside it", name=source.name)
    if ncci_records.AddonRecords.recognises(lines):
        return ncci_records.AddonRecords()
    if icd10cm_order.OrderFile.recognises(lines):
        return icd10cm_order.OrderFile()
    if hcpcs.ContractorFile.recognises(lines):
        return hcpcs.ContractorFile()
    icd10cm_order.refuse_beside(lines)
    return None
