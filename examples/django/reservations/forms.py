from django import forms
from django.utils import timezone

from .tables import MOST_GUESTS, SITTINGS


class DayForm(forms.Form):
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))


class BookingForm(forms.Form):
    name = forms.CharField(max_length=80)
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TypedChoiceField(
        choices=[(f"{sitting:%H:%M}", f"{sitting:%H:%M}") for sitting in SITTINGS],
        coerce=lambda text: next(sitting for sitting in SITTINGS if f"{sitting:%H:%M}" == text),
    )
    guests = forms.IntegerField(min_value=1, max_value=MOST_GUESTS)

    def clean_date(self):
        date = self.cleaned_data["date"]
        if date < timezone.localdate():
            raise forms.ValidationError("That day is over.")
        return date
