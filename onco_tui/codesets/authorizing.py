"""For what a payer wants prior authorization, as its policy file says."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from onco_tui.encounter.chart import DrugClass


class Authorizing(BaseModel):
    """The services a payer wants authorized: drug classes and codes, less the exempt codes. Empty: none at all.

    ``covers`` says what an approval is given for: the code that was approved, or every product of its ingredient.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: tuple[DrugClass, ...] = ()
    codes: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()
    covers: Literal["code", "ingredient"] = "code"

    def wants(self, code: str, drug_class: DrugClass | None) -> bool:
        """Tell whether a code has to be authorized; ``drug_class`` is that of its drug, None for other services."""
        return code not in self.exempt and (code in self.codes or drug_class in self.classes)
