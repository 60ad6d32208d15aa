"""Laboratory and heart tests that the labels of drugs ask for before a dose: ordered, and not resulted by the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onco_tui.derive.identity import class_of
from onco_tui.derive.regimen import Recognition
from onco_tui.encounter.chart import Order
from onco_tui.rules.authorities import drug_labels
from onco_tui.rules.context import Context
from onco_tui.rules.finding import Draft, Evidence, NotChecked, Severity
from onco_tui.rules.queries import query
from onco_tui.rules.registry import rule
from onco_tui.rules.treatment_plan.treatment import treatment

_CYTOTOXIC = "chemotherapy"


@dataclass(frozen=True, slots=True)
class SafetyTest:
    """A test, the codes it is ordered by, and the ingredients (or the class) whose labels ask for it."""

    name: str
    codes: frozenset[str]
    ingredients: frozenset[str]


_TESTS = (
    SafetyTest("blood count", frozenset({"85025", "85027", "85004", "85007", "85048"}), frozenset({_CYTOTOXIC})),
    SafetyTest(
        "creatinine",
        frozenset({"82565", "80047", "80048", "80050", "80053", "80069"}),
        frozenset({"cisplatin", "carboplatin", "pemetrexed", "methotrexate", "ifosfamide"}),
    ),
    SafetyTest(
        "heart function (LVEF)",
        frozenset({"93303", "93306", "93307", "93308", "78472", "78473", "78481", "78483", "75557", "75561"}),
        frozenset({
            "doxorubicin", "epirubicin", "daunorubicin", "idarubicin", "doxorubicin liposomal", "trastuzumab",
            "pertuzumab", "ado-trastuzumab emtansine", "fam-trastuzumab deruxtecan",
        }),
    ),
    SafetyTest(
        "hepatitis B", frozenset({"87340", "86704", "86705", "86706", "80074", "87341"}),
        frozenset({"rituximab", "obinutuzumab"}),
    ),
)  # fmt: skip


@rule("PLN151", "safety-test-without-result", Severity.INFO, authority=(drug_labels("warnings and precautions"),))
def safety_test_without_result(context: Context) -> Iterator[Draft | NotChecked]:
    """Safety test without a result.

    What it finds: A blood count, creatinine, heart function or hepatitis B test that was ordered for a drug whose label
        asks for it, and whose first result came after the dose or is documented as none.
    Why it matters: The label makes the dose depend on the result; a reviewer asks for it.
    What the chart must show: The result from before the dose, with its date.
    Example: Carboplatin on 2026-03-02, the blood count ordered that day and resulted on 2026-03-03.
    Fix: Ask for the result (query).
    Authority: FDA labels of the drugs (warnings, dosage). Tests that are not among the orders may have been done
        elsewhere: not checked. The value itself is not judged here.
    """
    days = context.once(treatment)
    if not days:
        return
    given = _given(context, days)
    wanted = [test for test in _TESTS if test.ingredients & given]
    if wanted and context.chart.orders is None:
        yield NotChecked("no orders came with the chart")
        return
    for test in wanted:
        orders = [order for order in context.chart.orders or () if order.code in test.codes]
        if not orders:
            yield NotChecked(f"no {test.name} among the orders that came with the chart")
            continue
        yield from _without_result(days[0], test, orders)


def _given(context: Context, days: tuple[Recognition, ...]) -> frozenset[str]:
    drugs = [drug for day in days for drug in day.drugs if drug.source]
    classes = {class_of(drug.source, context.reference.drugs) for drug in drugs if drug.source}
    return frozenset({*(drug.ingredient for drug in drugs), *(name for name in classes if name)})


def _without_result(day: Recognition, test: SafetyTest, orders: list[Order]) -> Iterator[Draft | NotChecked]:
    if any(order.resulted_on and order.resulted_on <= day.day for order in orders):
        return
    if any(order.resulted_on is None and "resulted_on" not in order.model_fields_set for order in orders):
        yield NotChecked(f"whether the {test.name} was resulted did not come with the chart")
        return
    later = min((order.resulted_on for order in orders if order.resulted_on), default=None)
    shown = f"the {test.name} was resulted on {later}" if later else f"the {test.name} is ordered and has no result"
    names = ", ".join(dict.fromkeys(drug.name for drug in day.drugs if not drug.companion))
    yield Draft(
        f"{names} was given on {day.day}; {shown}",
        evidence=tuple(
            Evidence(f"documentation.orders[{order.id}].resulted_on", str(order.resulted_on or "")) for order in orders
        ),
        direction="documentation",
        fixes=(
            query(
                f"ask for the {test.name}",
                f"{names} on {day.day}; {shown}",
                f"What was the last {test.name} before the dose, and when was it resulted?",
                "value and date (please give both)",
                "done elsewhere (please give where and when)",
                "not done before the dose",
            ),
        ),
        subject=test.name,
    )
