"""Keep readings coming: polling, supervision, presence; nobody else talks to drivers."""
