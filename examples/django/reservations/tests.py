from datetime import date, time, timedelta
from unittest import mock

from django.test import Client, SimpleTestCase, TestCase, override_settings
from django.utils import timezone

from . import models
from .models import Reservation, book, free_tables
from .tables import SEATS


class HealthTest(SimpleTestCase):
    @override_settings(VERSION="42", ALLOWED_HOSTS=["book.example.com"])
    def test_answers_the_load_balancer_which_asks_by_ip_address(self):
        answer = self.client.get("/healthz", HTTP_HOST="10.0.3.17:8000")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.json(), {"status": "ok", "version": "42"})

    @override_settings(ALLOWED_HOSTS=["book.example.com"])
    def test_nothing_else_answers_to_a_foreign_name(self):
        self.assertEqual(self.client.get("/", HTTP_HOST="10.0.3.17:8000").status_code, 400)


class BookingTest(TestCase):
    def setUp(self):
        self.day = timezone.localdate() + timedelta(days=7)

    def post(self, client=None, **changes):
        data = {"name": "Kim", "date": self.day.isoformat(), "time": "18:00", "guests": 2, **changes}
        return (client or self.client).post("/", data)

    def test_a_booking_gets_a_table_and_a_receipt(self):
        answer = self.post()
        reservation = Reservation.objects.get()
        self.assertRedirects(answer, f"/reservations/{reservation.id}/")
        receipt = self.client.get(answer["Location"])
        self.assertContains(receipt, "Kim, table 1 for 2")

    def test_a_booked_table_is_no_longer_shown_as_free(self):
        self.assertContains(self.client.get("/", {"date": self.day.isoformat()}), "1 (seats 2)", count=4)
        self.post()
        self.assertContains(self.client.get("/", {"date": self.day.isoformat()}), "1 (seats 2)", count=3)

    def test_a_party_gets_the_smallest_table_that_seats_it(self):
        self.assertEqual(book("Park", self.day, time(18), 3).table, 4)
        self.assertEqual(book("Lee", self.day, time(18), 6).table, 6)

    def test_when_no_table_is_left_nobody_is_booked(self):
        for _ in SEATS:
            self.assertEqual(self.post().status_code, 302)
        self.assertContains(self.post(), "No table for so many is free then.")
        self.assertEqual(Reservation.objects.count(), len(SEATS))

    def test_a_table_that_somebody_else_took_in_the_meantime_is_not_given_twice(self):
        book("Park", self.day, time(18), 2)
        with mock.patch.object(models, "free_tables", return_value=list(SEATS)):
            self.assertEqual(book("Lee", self.day, time(18), 2).table, 2)

    def test_a_day_that_is_over_cannot_be_booked(self):
        self.assertContains(self.post(date="2020-01-01"), "That day is over.")
        self.assertFalse(Reservation.objects.exists())

    def test_what_is_no_booking_is_shown_again_and_not_kept(self):
        for wrong in [{"name": ""}, {"date": "soon"}, {"time": "03:00"}, {"guests": 0}, {"guests": 7}]:
            with self.subTest(wrong):
                self.assertEqual(self.post(**wrong).status_code, 200)
        self.assertFalse(Reservation.objects.exists())

    def test_a_form_of_a_foreign_site_books_nothing(self):
        self.assertEqual(self.post(Client(enforce_csrf_checks=True)).status_code, 403)
        self.assertFalse(Reservation.objects.exists())

    @override_settings(ALLOWED_HOSTS=["book.example.com"])
    def test_the_form_works_behind_a_load_balancer_that_ends_https(self):
        # As a browser sends it, and as the load balancer passes it on.
        site = {"HTTP_HOST": "book.example.com", "HTTP_X_FORWARDED_PROTO": "https"}
        browser = Client(enforce_csrf_checks=True, **site)
        browser.get("/")
        data = {"name": "Kim", "date": self.day.isoformat(), "time": "18:00", "guests": 2}
        data["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
        origin = {"HTTP_ORIGIN": "https://book.example.com", "HTTP_REFERER": "https://book.example.com/"}
        self.assertEqual(browser.post("/", data, **origin).status_code, 302)
        self.assertEqual(Reservation.objects.count(), 1)

    def test_free_tables_are_those_of_that_sitting_alone(self):
        book("Kim", self.day, time(18), 2)
        self.assertEqual(free_tables(self.day, time(18)), [2, 3, 4, 5, 6])
        self.assertEqual(free_tables(self.day, time(20)), [1, 2, 3, 4, 5, 6])
        self.assertEqual(free_tables(date(2020, 1, 1), time(18)), [1, 2, 3, 4, 5, 6])
