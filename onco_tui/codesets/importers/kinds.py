"""Finds out what a file is from what it holds."""

from __future__ import annotations

from onco_tui.codesets.importers import asp, hcpcs, icd10cm_order, icd10cm_tabular, lists, mpfs, ncci
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
    if not is_workbook(source):
        with source.open(lines=False) as raw:
            sample = raw.read(_SAMPLE)
        if b"\0" in sample:
            raise CodeFileError("neither text nor a workbook", name=source.name)
        if icd10cm_tabular.TabularList.recognises(sample):
            return icd10cm_tabular.TabularList()
        lines = sample.decode("cp1252", "replace").splitlines()[:-1]
        if icd10cm_order.OrderFile.recognises(lines):
            return icd10cm_order.OrderFile()
        if hcpcs.ContractorFile.recognises(lines):
            return hcpcs.ContractorFile()
    head = head_of(source)
    for importer in _TABLES:
        if importer.recognises(head):
            return importer()
    raise CodeFileError(f"not a code file known here ({KNOWN})", name=source.name)
