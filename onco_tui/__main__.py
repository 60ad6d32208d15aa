"""Where the program starts. Answers ``--version`` before anything heavy is imported."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; never shows values of variables when something breaks."""
    if sys.argv[1:] == ["--version"]:
        from onco_tui import __version__  # noqa: PLC0415  the short path must stay short

        sys.stdout.write(f"onco-tui {__version__}\n")
        return
    os.umask(0o077)
    from onco_tui.cli.app import run  # noqa: PLC0415

    sys.exit(run())


if __name__ == "__main__":
    main()
