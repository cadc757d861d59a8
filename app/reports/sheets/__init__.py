"""The spreadsheets of the commissioning report and of the difference of two such reports."""
