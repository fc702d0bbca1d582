"""What the pages about codes, invitations and students ask for."""

from colonnade.enrollment.forms.codes import CodesForm, RedeemForm
from colonnade.enrollment.forms.imports import ImportForm
from colonnade.enrollment.forms.invitations import InviteForm, JoinForm
from colonnade.enrollment.forms.people import AccessEndForm, AdmissionForm, EnrollForm

__all__ = [
    "AccessEndForm",
    "AdmissionForm",
    "CodesForm",
    "EnrollForm",
    "ImportForm",
    "InviteForm",
    "JoinForm",
    "RedeemForm",
]
