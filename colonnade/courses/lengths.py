"""How long things are, in words. Everything takes seconds and says nothing where nobody knows."""


def clock(seconds: float | None) -> str:
    """A lecture's length as players write it: 4:05, 1:02:30."""
    if not seconds or seconds < 0:
        return ""
    minutes, second = divmod(max(1, round(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def length(seconds: float | None) -> str:
    """A course's length to the minute: 40 min, 2 h 5 min."""
    if not seconds or seconds < 0:
        return ""
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes else [])])


def summary(lecture_count: int, seconds: float | None) -> str:
    """12 lectures · 2 h 5 min"""
    lectures = "1 lecture" if lecture_count == 1 else f"{lecture_count} lectures"
    return " · ".join(filter(None, [lectures, length(seconds)]))
