"""How evenly work is spread among workers (D6)."""


def gini(values: list[int]) -> float:
    """The Gini coefficient: 0 when all have the same, towards 1 when one has everything; 0 where there is nothing."""
    total, n = sum(values), len(values)
    if n == 0 or total == 0:
        return 0.0
    weighted = sum(rank * value for rank, value in enumerate(sorted(values), 1))
    return 2 * weighted / (n * total) - (n + 1) / n
