"""The day's plan (D5) and its matching: who serves whom, when, on which way. It reads no file and knows no clock.

`town.py` says what a day is made of, `eligible.py` who may serve whom, `solver.py` finds a plan, `scoring.py` judges one,
`match.py` ranks workers for one visit. docs/planning.md tells how it works and how to add a rule.
"""
