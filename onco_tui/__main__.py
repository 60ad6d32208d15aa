"""Where the program starts. What must be quick is answered before anything heavy is imported."""

from __future__ import annotations

import io
import os
import resource
import sys


def main() -> None:
    """Run the command line; never shows values of variables when something breaks."""
    arguments = sys.argv[1:]
    _fill_closed_streams()
    if arguments == ["--version"]:
        sys.exit(_say_version())
    os.umask(0o077)
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # no foreign code beside patient data; nor the search for it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold patient data
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what the terminal cannot write must not end a command
    from onco_tui.cli.crash import report_crash  # noqa: PLC0415  same
    from onco_tui.cli.opening import plain_review  # noqa: PLC0415  the screen does not wait for typer

    sys.excepthook = report_crash
    code = plain_review(arguments)
    if code is None:
        from onco_tui.cli.app import run  # noqa: PLC0415  all other commands

        code = run()
    sys.exit(code)


def _fill_closed_streams() -> None:
    """Put nothing where a stream came closed: its number would go to the next file opened, a database perhaps."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  open to the end


def _say_version() -> int:
    from onco_tui import __version__  # noqa: PLC0415  the short path must stay short

    try:
        sys.stdout.write(f"onco-tui {__version__}\n")
        sys.stdout.flush()
    except OSError:
        sys.stdout = None
        return 2
    return 0


if __name__ == "__main__":
    main()
