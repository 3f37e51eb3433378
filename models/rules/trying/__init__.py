"""Trying weights: the requests of a week or a month gone through again, with the ranking that decides every day (D2, D4, D6).

`town` says what is known of workers and requests, `habits` how people behave, `replay` goes through it, `figures` measures what came of it.
"""
