"""The dining room: which tables there are, and when guests come."""
from datetime import time

# Number of the table: how many it seats.
SEATS = {1: 2, 2: 2, 3: 2, 4: 4, 5: 4, 6: 6}
MOST_GUESTS = max(SEATS.values())

SITTINGS = [time(12, 0), time(13, 30), time(18, 0), time(20, 0)]


def smallest_first():
    return sorted(SEATS, key=lambda table: (SEATS[table], table))
