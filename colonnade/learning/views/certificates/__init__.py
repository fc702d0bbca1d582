"""Certificates: what students ask for, what anybody can check, what staff decide."""

from colonnade.learning.views.certificates.public import certificate, certificate_check, certificate_pdf, picture
from colonnade.learning.views.certificates.staff import certificate_name, offer, offer_end, restoration, revocation
from colonnade.learning.views.certificates.student import my_certificate

__all__ = [
    "certificate", "certificate_check", "certificate_name", "certificate_pdf", "my_certificate", "offer", "offer_end",
    "picture", "restoration", "revocation",
]  # fmt: skip
