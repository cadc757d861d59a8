"""How reports are put on paper and into spreadsheets, shared by all of them."""
