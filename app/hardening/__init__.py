"""How well a project is guarded: one module of ``topics`` each looks at one side of it."""
