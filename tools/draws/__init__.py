"""Long computations whose results are kept in model_runs/: ``make draws``."""
