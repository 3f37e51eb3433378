"""The faults that the product must survive, with real processes: `make chaos`. Each row prints its figures beside its bar."""
