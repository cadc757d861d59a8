"""The device profiles Heatdesk brings along, one YAML file a device model."""
