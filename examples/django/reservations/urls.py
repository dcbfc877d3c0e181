from django.urls import path

from . import views

urlpatterns = [
    path("", views.reserve, name="reserve"),
    path("reservations/<uuid:reservation_id>/", views.receipt, name="receipt"),
]
