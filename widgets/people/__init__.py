"""Who may come in and what they may do: the parts of the page of people and roles."""
