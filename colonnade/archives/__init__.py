"""Courses that leave and arrive: an archive holds a whole course, in a documented form (docs/course-archive.md)."""
