"""How long samples are kept, as a person sees and changes it."""
