"""A process that has loaded the program and forks once for each run: loading is most of what a short command costs.

What depends on how a process starts (imports, encodings, signals, terminals) is tested with a process started anew.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import NoReturn

from onco_tui.cli.app import COMMANDS
from onco_tui.rules.registry import all_rules


def serve() -> None:
    """Read orders, a JSON line each, and answer with the exit code of the run."""
    for module in {place.partition(":")[0] for place in COMMANDS.values()} - {"screen"}:
        import_module(f"onco_tui.cli.{module}")
    all_rules()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _run(json.loads(line))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _run(order: dict[str, object]) -> NoReturn:
    from onco_tui.__main__ import main  # noqa: PLC0415  as a fresh process does it

    arguments, environment, streams = order["arguments"], order["environment"], order["streams"]
    assert isinstance(arguments, list)
    assert isinstance(environment, dict)
    assert isinstance(streams, list)
    os.environ.clear()
    os.environ.update(environment)
    for number, (path, flags) in enumerate(zip(streams, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
        os.dup2(os.open(path, flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  not the one the orders come from
    sys.argv = [import_module("onco_tui.__main__").__file__ or "", *arguments]
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    except BaseException as error:  # noqa: BLE001  as at the end of any process
        sys.excepthook(type(error), error, error.__traceback__)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    serve()
