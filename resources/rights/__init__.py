"""Who may do what: the roles that come with Heatdesk."""
