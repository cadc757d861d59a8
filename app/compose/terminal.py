"""What commands say on a terminal: results, complaints and exit codes."""

import json
import sys

FAULT, BAD_INPUT, FORBIDDEN, UNREACHABLE, INTERRUPTED = 1, 2, 3, 4, 130


def tell(text: str) -> None:
    """Write one line of result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell_json(result: object) -> None:
    """Write one result as one line of JSON."""
    tell(json.dumps(result, ensure_ascii=False))


def complain(text: str) -> None:
    """Write one sentence where errors go."""
    sys.stderr.write(f"heatdesk: {text}\n")
    sys.stderr.flush()
