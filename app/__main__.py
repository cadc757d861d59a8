"""``heatdesk``: the one program; what it does is said by the command."""

import sys


def main() -> int:
    """Run the command named on the command line and return its exit code."""
    from app.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
