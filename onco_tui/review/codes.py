"""The verbs for code sets: import a file, list the editions, open them for look-ups."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from onco_tui.codesets.codestore import CodeStoreError, default_folder
from onco_tui.codesets.editions import ClaimType, Edition, edition_named
from onco_tui.codesets.importers.faults import CodeFileError
from onco_tui.codesets.importers.loading import Progress, Wishes
from onco_tui.codesets.importing import Imported, import_file
from onco_tui.codesets.lookups import CodeSets
from onco_tui.codesets.reference import load_reference
from onco_tui.codesets.shipped import data_folder

__all__ = [
    "CodeFileError",
    "CodeStoreError",
    "Edition",
    "Imported",
    "Progress",
    "Request",
    "import_codes",
    "open_codes",
    "standing_editions",
]


@dataclass(frozen=True, slots=True)
class Request:
    """What a person says about the files they import, over what the files say themselves."""

    folder: Path | None
    today: date
    edition: str | None = None
    claim_type: ClaimType | None = None


def import_codes(path: Path, request: Request, progress: Progress | None = None) -> list[Imported]:
    """Import one file or zip, all of it or nothing. Raises CodeFileError, CodeStoreError."""
    wishes = Wishes(claim_type=request.claim_type)
    if request.edition:
        named = edition_named(request.edition)
        if named is None:
            raise CodeFileError(f"{request.edition!r} names no edition; write it like 2026Q1 or FY2026")
        wishes = replace(wishes, edition=named)
    return import_file(path, request.folder or default_folder(), today=request.today, wishes=wishes, progress=progress)


def open_codes(folder: Path | None) -> CodeSets:
    """Open the shipped code sets and those in a folder, by default the user's own. Raises CodeStoreError later."""
    return load_reference(data_folder("rulesets"), folder or default_folder()).codesets


def standing_editions(folder: Path | None) -> list[Edition]:
    """List every edition, our own facts of CPT codes among them. Raises CodeStoreError."""
    reference = load_reference(data_folder("rulesets"), folder or default_folder())
    facts = data_folder("rulesets") / "code_facts.json"
    name = reference.table_editions["cpt_status"]
    period = edition_named(name)
    found = list(reference.codesets.editions)
    if period:
        digest = hashlib.sha256(facts.read_bytes()).hexdigest()
        found.append(
            Edition(
                id=0, kind="cpt_status", edition=name, claim_type="", effective_from=period.start,
                effective_to=period.end, reaches_back_to=period.start, partial=True, rows=len(reference.codes),
                sha256=digest, source=facts.name, imported_on=None, shipped=True,
            )
        )  # fmt: skip
    return sorted(found, key=lambda edition: (edition.kind, edition.claim_type, edition.effective_from))
