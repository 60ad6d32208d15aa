"""The drug table: billing unit, class, containers, dates, siblings and successors of each drug code."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from onco_tui.codesets.drug_links import DrugLinks, Successor, load_links
from onco_tui.codesets.drug_search import Match, NameIndex
from onco_tui.codesets.hcpcs_descriptor import Basis
from onco_tui.codesets.hcpcs_units import BillingUnit, HcpcsUnits, load_units
from onco_tui.codesets.ndc_crosswalk import NdcCrosswalk, NdcProduct, load_crosswalk

_LONGEST_NAME = 120
_STRENGTH = re.compile(r" \d[\d.,]* ?(?:mg|mcg|g|ml|l|units?|iu|meq)$")
_ASIDE = re.compile(r" \([^()]*\)$")

Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Container:
    """A marketed container: labelled content and kind as the source words it (``single-dose``, ``multi-dose``)."""

    size: Decimal | None
    unit: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Drug:
    """One HCPCS drug code. One billing unit is ``unit_quantity`` of ``unit``, counted as ``basis`` says.

    ``ingredient`` joins the codes of one drug; ``product`` is what sets this code apart among them (a labeler, a
    brand, a biosimilar suffix), empty for the plain or reference product. ``counts`` names the ingredient whose
    amount the unit counts in a combination.
    """

    hcpcs: str
    generic: str
    brands: tuple[str, ...]
    unit_quantity: Decimal | None
    unit: str | None
    routes: tuple[str, ...]
    admin_class: str
    containers: tuple[Container, ...]
    containers_confidence: Confidence
    effective_from: date | None
    effective_to: date | None
    confidence: Confidence
    sources: tuple[str, ...]
    basis: Basis = "amount"
    counts: str = ""
    ingredient: str = ""
    product: str = ""
    aliases: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        """Tell whether the code may be billed for a date of service; the end date is the last valid day."""
        return (self.effective_from is None or self.effective_from <= on) and (
            self.effective_to is None or on <= self.effective_to
        )

    @property
    def spoken(self) -> str:
        """The generic name as a sentence says it, without what only tells codes apart."""
        return self.generic.partition(" (")[0].removesuffix(" NOS")

    @property
    def billing_unit(self) -> BillingUnit:
        """What one unit of the code is."""
        return BillingUnit(
            code=self.hcpcs,
            name=self.generic,
            quantity=self.unit_quantity,
            unit=self.unit,
            basis=self.basis,
            counts=self.counts,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class DrugTable:
    """Look-up by code, NDC and exact name. The HCPCS units and the NDC crosswalk are read when first asked for."""

    def __init__(  # noqa: PLR0913  one argument a file
        self,
        drugs: Iterable[Drug],
        edition: str,
        *,
        links: DrugLinks | None = None,
        hcpcs: Callable[[], HcpcsUnits] = HcpcsUnits,
        crosswalk: Callable[[], NdcCrosswalk] = NdcCrosswalk,
        limits: Callable[[], Mapping[str, Decimal]] = dict,
    ) -> None:
        self.edition = edition
        self.links = links or DrugLinks()
        self._read_hcpcs, self._read_crosswalk, self._read_limits = hcpcs, crosswalk, limits
        self._by_code = {drug.hcpcs: drug for drug in drugs}
        self._units = {code: drug.billing_unit for code, drug in self._by_code.items()}
        names: dict[str, list[Drug]] = defaultdict(list)
        ingredients: dict[str, list[Drug]] = defaultdict(list)
        for drug in self._by_code.values():
            for name in {spelled(name) for name in (drug.generic, *drug.brands, *drug.aliases)}:
                names[name].append(drug)
            ingredients[drug.ingredient].append(drug)
        self._by_name: Mapping[str, tuple[Drug, ...]] = {name: tuple(found) for name, found in names.items()}
        self._by_ingredient = {name: tuple(found) for name, found in ingredients.items() if name}

    def by_code(self, code: str | None) -> Drug | None:
        """Find the drug of a HCPCS code, whatever the date; None when the table lacks it."""
        return self._by_code.get(code) if code else None

    def by_name(self, name: str | None) -> tuple[Drug, ...]:
        """Find drugs by exact generic or brand name, ignoring case; several codes may share a name.

        A bare ingredient ("pemetrexed", "trastuzumab") finds the plain or reference product, never a labeler's or a
        biosimilar's code.
        """
        for wanted in spellings(name):
            if found := self._by_name.get(wanted) or self._plain_products(wanted):
                return found
        return ()

    def _plain_products(self, ingredient: str) -> tuple[Drug, ...]:
        return tuple(drug for drug in self._by_ingredient.get(ingredient, ()) if not drug.product)

    def by_ndc(self, ndc: str | None) -> NdcProduct | None:
        """Find a product by NDC in any written form; None when the NDC is malformed or the crosswalk lacks it."""
        return self.crosswalk.product(ndc) if ndc else None

    def billing_unit(self, code: str | None) -> BillingUnit | None:
        """Give what one unit of a code is: from the table, else from the HCPCS Level II descriptor."""
        if not code:
            return None
        return self._units.get(code) or self.hcpcs.unit(code)

    def codes_named(self, name: str | None) -> tuple[str, ...]:
        """Give every code, of any date, that an exact name leads to: the table's names, else CMS's own descriptors."""
        if found := self.by_name(name):
            return tuple(drug.hcpcs for drug in found)
        described = next((codes for wanted in spellings(name) if (codes := self.hcpcs.named(wanted))), ())
        return tuple(sorted({*(drug.hcpcs for drug in self.all_of_ingredient(name)), *described}))

    def all_of_ingredient(self, name: str | None) -> tuple[Drug, ...]:
        """Give every code of an ingredient: reference product, labelers, biosimilars, ended codes."""
        return next((found for wanted in spellings(name) if (found := self._by_ingredient.get(wanted))), ())

    def siblings(self, code: str) -> tuple[Drug, ...]:
        """Give the other codes of the same ingredient: labelers, brands, biosimilars, ended codes."""
        drug = self.by_code(code)
        return (
            tuple(other for other in self._by_ingredient.get(drug.ingredient, ()) if other is not drug) if drug else ()
        )

    def successors(self, code: str) -> tuple[Successor, ...]:
        """Give the codes that took over from an ended one, with the units of the new code one old unit is worth."""
        if linked := self.links.successors.get(code):
            return linked
        unit = self.billing_unit(code)
        return tuple(Successor(after, None) for after in unit.replaced_by) if unit else ()

    def search(self, text: str, limit: int = 10) -> tuple[Match, ...]:
        """Find drugs for a person: codes, NDCs, and names with misspellings, best first. Rules never use this."""
        if product := self.by_ndc(text):
            return tuple(Match(code, product.name, 1.0) for code in product.codes)
        return self._names.search(text, limit)

    @cached_property
    def hcpcs(self) -> HcpcsUnits:
        """The billing units of the HCPCS Level II file."""
        return self._read_hcpcs()

    @cached_property
    def crosswalk(self) -> NdcCrosswalk:
        """The NDC to HCPCS crosswalk."""
        return self._read_crosswalk()

    @cached_property
    def payment_limits(self) -> Mapping[str, Decimal]:
        """CMS's payment limit of one unit of a code, in dollars, of the quarter the tables were built from."""
        return self._read_limits()

    @cached_property
    def _names(self) -> NameIndex:
        named = [(name, drug.hcpcs) for drug in self for name in (drug.generic, *drug.brands, *drug.aliases)]
        by_end = sorted(self.hcpcs, key=lambda unit: unit.effective_to is not None)  # codes in force come first
        others = [(unit.name, unit.code) for unit in by_end if unit.code not in self._by_code]
        return NameIndex([*named, *((drug.hcpcs, drug.hcpcs) for drug in self), *others])

    def __iter__(self) -> Iterator[Drug]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)


def spellings(name: str | None) -> tuple[str, ...]:
    """Give the spellings a charted name is looked up by: itself, without its strength, without an aside in brackets."""
    whole = spelled(name[:_LONGEST_NAME]) if name else ""
    return tuple(dict.fromkeys(text for text in (whole, _STRENGTH.sub("", whole), _ASIDE.sub("", whole)) if text))


def spelled(name: str) -> str:
    """Give a name in the spelling the table is keyed by: lower case, single blanks."""
    return " ".join(name.casefold().split())


def load_drugs(path: Path) -> DrugTable:
    """Read ``rulesets/drugs.json`` and tie to it the tables that lie beside it."""
    data = json.loads(path.read_text(encoding="utf-8"))
    folder = path.parent
    return DrugTable(
        (_drug(row) for row in data["rows"]),
        data["edition"],
        links=load_links(folder / "drug_links.json"),
        hcpcs=lambda: load_units(folder / "drug_units.json.gz"),
        crosswalk=lambda: load_crosswalk(folder / "drug_ndcs.json.gz"),
        limits=lambda: _limits(folder / "drug_limits.json.gz"),
    )


def _limits(path: Path) -> Mapping[str, Decimal]:
    if not path.is_file():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return {code: Decimal(limit) for code, limit in json.load(file)["rows"].items()}


def _drug(row: Mapping[str, object]) -> Drug:
    fields = dict(row)
    fields["unit_quantity"] = _decimal(row["unit_quantity"])
    fields["effective_from"] = _day(row["effective_from"])
    fields["effective_to"] = _day(row["effective_to"])
    for name in ("brands", "routes", "sources", "aliases"):
        fields[name] = tuple(row.get(name, ()))  # type: ignore[arg-type]
    fields["containers"] = tuple(
        Container(_decimal(c["size"]), c["unit"], c["kind"])
        for c in row["containers"]  # type: ignore[attr-defined]
    )
    return Drug(**fields)  # type: ignore[arg-type]


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _day(text: object) -> date | None:
    return None if text is None else date.fromisoformat(str(text))
