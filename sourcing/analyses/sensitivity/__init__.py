"""How the answer depends on its inputs: sweeps, indices, tornado, thresholds."""
