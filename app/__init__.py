"""The heating plant without a screen: model, history, alarms, control, reports, users."""
