"""Reports on paper and in spreadsheets; each kind of report is one module here."""
