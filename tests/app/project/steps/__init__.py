"""Steps that a later program might take, for trying the upgrade."""
