"""Which HCPCS code a package belongs to and how many billing units it holds: CMS's ASP NDC to HCPCS crosswalk.

The crosswalk serves payment by average sales price. It is not a list of all products: an NDC it lacks is unknown,
never wrong.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from onco_tui.codesets.ndc import NdcError, ndc11


@dataclass(frozen=True, slots=True)
class NdcProduct:
    """One package. ``size`` is mL of a liquid or pieces of a solid per item, ``items`` how many a package holds.

    ``units`` gives the billing units per item by code; some packages have more than one code (dialysis or not,
    saline by the volume billed).
    """

    ndc: str
    name: str
    labeler: str
    size: Decimal
    items: Decimal
    units: Mapping[str, Decimal]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes the package can be billed under."""
        return tuple(self.units)


class NdcCrosswalk:
    """The crosswalk of one quarter, keyed by 11 digits."""

    def __init__(
        self,
        rows: Mapping[str, Sequence[str]] | None = None,
        labelers: Sequence[str] = (),
        edition: str = "",
    ) -> None:
        self.edition = edition
        self._rows = rows or {}
        self._labelers = labelers
        self._products: dict[str, NdcProduct] = {}

    def product(self, ndc: str) -> NdcProduct | None:
        """Find a package by its NDC in any written form; None when malformed or not in this edition."""
        if ndc not in self._rows:
            try:
                ndc = ndc11(ndc)
            except NdcError:
                return None
            if ndc not in self._rows:
                return None
        if ndc not in self._products:
            self._products[ndc] = self._read(ndc)
        return self._products[ndc]

    def sizes(self, labeler: str, code: str) -> tuple[Decimal, ...]:
        """Give the billing units in one item of each package a labeler (first five digits) has under a code."""
        return self._sizes.get((labeler, code), ())

    @cached_property
    def _sizes(self) -> Mapping[tuple[str, str], tuple[Decimal, ...]]:
        sizes: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
        for ndc, (_, _, _, _, *units) in self._rows.items():
            for code, _, count in (entry.partition(" ") for entry in units):
                sizes[ndc[:5], code].add(Decimal(count))
        return {key: tuple(sorted(found)) for key, found in sizes.items()}

    def _read(self, ndc: str) -> NdcProduct:
        name, labeler, size, items, *units = self._rows[ndc]
        by_code = {code: Decimal(count) for code, _, count in (entry.partition(" ") for entry in units)}
        return NdcProduct(ndc, name, self._labelers[int(labeler)], Decimal(size), Decimal(items), by_code)

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def load_crosswalk(path: Path) -> NdcCrosswalk:
    """Read ``drug_ndcs.json.gz``; an absent file is an empty crosswalk."""
    if not path.is_file():
        return NdcCrosswalk()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        data = json.load(file)
    return NdcCrosswalk(data["rows"], data["labelers"], data["edition"])
