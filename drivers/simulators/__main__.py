"""``python -m drivers.simulators ecl310 --port 0 --seed 3`` runs one simulated device."""

import sys

from drivers.simulators.launch import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
