"""``heatdesk``: the one program; what it does is said by the command."""

import sys


def main() -> int:
    """Run the command named on the command line and return its exit code."""
    sys.setswitchinterval(0.001)  # a busy screen must not keep the core's thread waiting
    from app.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
