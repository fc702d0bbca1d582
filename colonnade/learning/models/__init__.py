"""What studying leaves behind."""

from colonnade.learning.models.certificates import Certificate, CertificateRule
from colonnade.learning.models.notes import Note
from colonnade.learning.models.progress import Progress, SecondsField, SecondsIn

__all__ = ["Certificate", "CertificateRule", "Note", "Progress", "SecondsField", "SecondsIn"]
