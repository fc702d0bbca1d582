"""Every write of this app: a course, its picture, its outline and its publication."""

from colonnade.courses.actions.catalogue import describe_course, edit_profile, set_portrait
from colonnade.courses.actions.courses import create_course, delete_course, edit_course
from colonnade.courses.actions.duplicates import duplicate_course, duplicate_lecture, duplicate_section
from colonnade.courses.actions.lectures import (
    add_lecture,
    add_videos,
    delete_lecture,
    move_lecture,
    order_lectures,
    rename_lecture,
    set_preview,
)
from colonnade.courses.actions.openings import OpensNever, Rule, clear_opening, set_opening
from colonnade.courses.actions.publication import (
    CourseArchived,
    CourseIncomplete,
    announce_course,
    archive_course,
    publish_course,
    schedule_course,
    unarchive_course,
    unpublish_course,
)
from colonnade.courses.actions.sections import add_section, delete_section, move_section, order_sections, rename_section
from colonnade.courses.actions.thumbnails import remove_thumbnail, set_thumbnail
from colonnade.courses.actions.videos import attach_video, cancel_replacement, remove_video, swap_in, upload_video

__all__ = [
    "CourseArchived",
    "CourseIncomplete",
    "OpensNever",
    "Rule",
    "add_lecture",
    "add_section",
    "add_videos",
    "announce_course",
    "archive_course",
    "attach_video",
    "cancel_replacement",
    "clear_opening",
    "create_course",
    "delete_course",
    "delete_lecture",
    "delete_section",
    "describe_course",
    "duplicate_course",
    "duplicate_lecture",
    "duplicate_section",
    "edit_course",
    "edit_profile",
    "move_lecture",
    "move_section",
    "order_lectures",
    "order_sections",
    "publish_course",
    "remove_thumbnail",
    "remove_video",
    "rename_lecture",
    "rename_section",
    "schedule_course",
    "set_opening",
    "set_portrait",
    "set_preview",
    "set_thumbnail",
    "swap_in",
    "unarchive_course",
    "unpublish_course",
    "upload_video",
]
