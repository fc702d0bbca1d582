from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class SchoolAccountAdapter(DefaultAccountAdapter):
    pass


class SchoolMFAAdapter(DefaultMFAAdapter):
    pass
