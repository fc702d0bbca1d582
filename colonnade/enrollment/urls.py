from django.urls import path

from colonnade.enrollment.views import (
    admissions,
    code_files,
    codes,
    enrollments,
    imports,
    invitations,
    joining,
    redeeming,
    redemptions,
)

urlpatterns = [
    path("redeem/", redeeming.redeem_page, name="redeem"),
    path("redeem/continue/", redeeming.redeem_continue, name="redeem-continue"),
    path("redeem/<str:code>/", redeeming.redeem_page, name="redeem-code"),
    path("start/", admissions.start_continue, name="start-continue"),
    path("start/<slug:slug>/", admissions.start, name="start"),
    path("dashboard/courses/<uuid:course_id>/admission/", admissions.course_admission, name="course-admission"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("dashboard/invitations/", invitations.invitations, name="invitations"),
    path("dashboard/invitations/new/", invitations.invitation_new, name="invitation-new"),
    path(
        "dashboard/invitations/<uuid:invitation_id>/sending/", invitations.invitation_sending, name="invitation-sending"
    ),
    path(
        "dashboard/invitations/<uuid:invitation_id>/revocation/",
        invitations.invitation_revocation,
        name="invitation-revocation",
    ),
    path("dashboard/codes/", codes.batches, name="codes"),
    path("dashboard/codes/new/", codes.batch_new, name="code-batch-new"),
    path("dashboard/codes/<uuid:batch_id>/", codes.batch, name="code-batch"),
    path("dashboard/codes/log/", redemptions.redemptions, name="code-redemptions"),
    path("dashboard/codes/log.csv", redemptions.redemptions_csv, name="code-redemptions-csv"),
    path("dashboard/codes/<uuid:batch_id>/codes.csv", code_files.batch_csv, name="code-batch-csv"),
    path("dashboard/codes/<uuid:batch_id>/cards.pdf", code_files.batch_cards, name="code-batch-cards"),
    path("dashboard/codes/<uuid:batch_id>/log/", redemptions.redemptions, name="code-batch-redemptions"),
    path("dashboard/codes/<uuid:batch_id>/log.csv", redemptions.redemptions_csv, name="code-batch-redemptions-csv"),
    path("dashboard/codes/<uuid:batch_id>/revocation/", codes.batch_revocation, name="code-batch-revocation"),
    path("dashboard/codes/<uuid:batch_id>/<uuid:code_id>/revocation/", codes.code_revocation, name="code-revocation"),
    path("dashboard/students/import/", imports.student_import, name="student-import"),
    path("dashboard/students/import/<uuid:list_id>/", imports.student_import_run, name="student-import-run"),
    path("dashboard/students/enroll/", enrollments.student_enroll, name="student-enroll"),
    path("dashboard/enrollments/<uuid:enrollment_id>/", enrollments.enrollment, name="enrollment"),
    path(
        "dashboard/enrollments/<uuid:enrollment_id>/revocation/",
        enrollments.enrollment_revocation,
        name="enrollment-revocation",
    ),
    path(
        "dashboard/enrollments/<uuid:enrollment_id>/restoration/",
        enrollments.enrollment_restoration,
        name="enrollment-restoration",
    ),
]
