"""The words: what a new wording, service, reason, topic or danger is added to. The notation is that of `wording.py`."""
