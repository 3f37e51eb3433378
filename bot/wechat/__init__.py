"""The way out: what we call of the platform's API, with time limits everywhere and errors as a table."""
