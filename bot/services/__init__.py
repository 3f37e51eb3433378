"""Services outside the house that help to understand: speech to text, a language model. Off until a community sets them (C3).

They are called by the jobs process only, outside of any transaction, with a time limit for the whole call.
"""
