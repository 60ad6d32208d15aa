"""``onco-tui queries``: the questions to clinicians, how old they are, and what came back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from onco_tui.cli.desks import open_desk
from onco_tui.cli.options import DatabaseOption, TextOrJson
from onco_tui.cli.output import fail, put, put_json
from onco_tui.present.queries import age_words, query_rows
from onco_tui.present.spans import plain_text
from onco_tui.review.errors import Conflict, NotPossible, StoreError
from onco_tui.review.queries import QueryStatus

app = typer.Typer(help="List the questions to clinicians, or note where one stands.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The question's number, as list gives it.")]
_CELLS = 160


@app.command("list")
def list_queries(
    db: DatabaseOption = None,
    *,
    all: Annotated[bool, typer.Option("--all", help="Also those answered or withdrawn.")] = False,
    format: Annotated[TextOrJson, typer.Option("--format", help="How to answer.")] = TextOrJson.TEXT,
) -> None:
    """List the questions that still wait, the oldest first."""
    now = datetime.now(UTC)
    with open_desk(db, to_read=True) as desk:
        queries = [query for query in desk.queries() if all or query.status in {"draft", "sent"}]
    if format is TextOrJson.JSON:
        listed = [
            {"id": query.query_id, "encounter_id": query.encounter_id, "rule": query.rule, "status": query.status,
             "asked_by": query.actor, "at": query.at, "age": age_words(query.at, now), "question": query.question,
             "answer": query.answer}
            for query in queries
        ]  # fmt: skip
        put_json({"schema": "onco-queries/1", "queries": listed})
        return
    for query, row in zip(queries, query_rows(queries, now, _CELLS), strict=True):
        put(f"{query.query_id:>5}  {query.encounter_id}  {plain_text(row)}")


@app.command()
def sent(number: Number, db: DatabaseOption = None) -> None:
    """Note that a question went out."""
    _move(db, number, "sent", "")


@app.command()
def answered(
    number: Number, answer: Annotated[str, typer.Argument(help="What came back.")], db: DatabaseOption = None
) -> None:
    """Note what came back. The chart itself is corrected where it is kept."""
    _move(db, number, "answered", answer)


@app.command()
def withdraw(number: Number, db: DatabaseOption = None) -> None:
    """Take a question back."""
    _move(db, number, "withdrawn", "")


def _move(db: DatabaseOption, number: int, status: QueryStatus, answer: str) -> None:
    with open_desk(db) as desk:
        query = next((query for query in desk.queries() if query.query_id == number), None)
        if query is None:
            fail(f"no question {number}")
        try:
            desk.sit(query.encounter_id).move_query(number, status, answer)
        except Conflict as conflict:
            fail(f"{query.encounter_id}: not saved, changed by {conflict.actor} at {conflict.at}")
        except (NotPossible, StoreError) as refusal:
            fail(f"{query.encounter_id}: {refusal}")
        put(f"{query.encounter_id}: question {number} {status}")
