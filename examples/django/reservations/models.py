import uuid

from django.db import IntegrityError, models, transaction

from .tables import SEATS, smallest_first


class Reservation(models.Model):
    """One table for one sitting. The id is a random one: who knows it may see the reservation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)
    date = models.DateField()
    time = models.TimeField()
    guests = models.PositiveSmallIntegerField()
    table = models.PositiveSmallIntegerField()

    class Meta:
        # The database decides who was first, also between two tasks.
        constraints = [models.UniqueConstraint(fields=["date", "time", "table"], name="one_party_a_table")]

    def __str__(self):
        return f"{self.name}, {self.guests} guests, table {self.table}, {self.date} {self.time:%H:%M}"


def free_tables(date, time):
    """Numbers of the tables that nobody has at that sitting, the smallest first."""
    taken = set(Reservation.objects.filter(date=date, time=time).values_list("table", flat=True))
    return [table for table in smallest_first() if table not in taken]


def book(name, date, time, guests):
    """Takes the smallest free table that seats them all. Gives the reservation, or None when there is none left."""
    for table in free_tables(date, time):
        if SEATS[table] < guests:
            continue
        try:
            with transaction.atomic():
                return Reservation.objects.create(name=name, date=date, time=time, guests=guests, table=table)
        except IntegrityError:
            # Somebody else took it since we looked.
            continue
    return None
