from colonnade.lib.problems import Invalid


class ArchiveRefused(Invalid):
    """The file is no archive that a course could come from; the sentence says why."""

    code = "archive-refused"
    title = "This archive cannot be brought in"
