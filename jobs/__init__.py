"""The clock: what runs by itself. Any number of these processes may run; unique rows and leases keep each thing once."""
