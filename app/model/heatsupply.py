"""The setting by which a customer's heat is cut off and given back."""

HEAT_SUPPLY = "heat_supply"  # its key, at every meter that has a valve
DISCONNECTED, CONNECTED = 0, 1  # its values
