"""What the ways to controllers and meters are called, as they stand on a screen or a paper."""

RADIO = "wmbus"  # kind of the lines that listen to meters by radio
# The kind of a line → its name, which is the same in every language.
LINK_NAMES = {
    "modbus-tcp": "Modbus TCP",
    "mbus-tcp": "M-Bus, TCP",
    "mbus-rfc2217": "M-Bus, RFC 2217",
    "mbus-serial": "M-Bus",
    RADIO: "wM-Bus",
}
