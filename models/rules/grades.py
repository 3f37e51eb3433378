"""Grades of workers (H3), lowest first."""

GRADES = ("junior", "middle", "senior", "gold")


def rank_of(grade: str) -> int:
    """0 for the lowest."""
    return GRADES.index(grade) if grade in GRADES else 0
