from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from .forms import BookingForm, DayForm
from .models import Reservation, book, free_tables
from .tables import SEATS, SITTINGS


@require_http_methods(["GET", "HEAD", "POST"])
def reserve(request):
    """The free tables of a day, and the form that books one."""
    if request.method == "POST":
        form = BookingForm(request.POST)
        if form.is_valid():
            reservation = book(**form.cleaned_data)
            if reservation is not None:
                return redirect("receipt", reservation.id)
            form.add_error("time", "No table for so many is free then.")
        return render(request, "reservations/reserve.html", page(form, day_of(request.POST)))
    date = day_of(request.GET)
    form = BookingForm(initial={"date": date, "guests": 2})
    return render(request, "reservations/reserve.html", page(form, date))


@require_GET
def receipt(request, reservation_id):
    reservation = get_object_or_404(Reservation, id=reservation_id)
    return render(request, "reservations/receipt.html", {"reservation": reservation})


def day_of(data):
    """The day that was asked for; today when none was, or none that there is."""
    form = DayForm(data)
    return form.cleaned_data["date"] if form.is_valid() else timezone.localdate()


def page(form, date):
    sittings = [
        {"time": time, "tables": [{"number": table, "seats": SEATS[table]} for table in free_tables(date, time)]}
        for time in SITTINGS
    ]
    return {"form": form, "date": date, "sittings": sittings}
