"""How a run goes: limits, interruption, progress, and where parallel parts run."""
