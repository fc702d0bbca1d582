"""Every write of this app: a course, its picture, its outline and its publication."""

from colonnade.courses.actions.courses import create_course, delete_course, edit_course
from colonnade.courses.actions.lectures import (
    add_lecture,
    attach_video,
    delete_lecture,
    move_lecture,
    order_lectures,
    remove_video,
    rename_lecture,
    upload_video,
)
from colonnade.courses.actions.publication import CourseIncomplete, publish_course, unpublish_course
from colonnade.courses.actions.sections import add_section, delete_section, move_section, order_sections, rename_section
from colonnade.courses.actions.thumbnails import remove_thumbnail, set_thumbnail

__all__ = [
    "CourseIncomplete",
    "add_lecture",
    "add_section",
    "attach_video",
    "create_course",
    "delete_course",
    "delete_lecture",
    "delete_section",
    "edit_course",
    "move_lecture",
    "move_section",
    "order_lectures",
    "order_sections",
    "publish_course",
    "remove_thumbnail",
    "remove_video",
    "rename_lecture",
    "rename_section",
    "set_thumbnail",
    "unpublish_course",
    "upload_video",
]
