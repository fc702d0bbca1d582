"""What has served its time is forgotten, at every school, and nothing else."""

from datetime import timedelta

from django.core.mail import send_mail
from django.utils import timezone

from colonnade.accounts.actions import make_hand_off
from colonnade.accounts.models import HandOff, Session
from colonnade.ops.models import Mail
from colonnade.ops.sweeping import forget_expired
from tests.factories import School


def test_the_nightly_sweep_forgets_what_is_over_at_every_school(school: School, other_school: School) -> None:
    now = timezone.now()
    for place in (school, other_school):
        person = place.person()
        place.client(person), place.client(person)
        with place:
            for number in range(2):
                send_mail(f"mail {number}", "t", "a@localhost", ["b@example.org"])
            make_hand_off(user=person, by=person)
            old = Session.objects.first()
            assert old
            Session.objects.filter(pk=old.pk).update(expire_date=now - timedelta(hours=1))
            Mail.objects.filter(subject="mail 0").update(created_at=now - timedelta(days=31))
            HandOff.objects.update(expires_at=now - timedelta(seconds=1))
    forget_expired()
    for place in (school, other_school):
        with place:
            assert Session.objects.count() == 1
            assert [mail.subject for mail in Mail.objects.all()] == ["mail 1"]
            assert not HandOff.objects.exists()
