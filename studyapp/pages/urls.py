"""Pages of no subject, and everything of one learner. All below /{language}/."""

from django.urls import path

from studyapp.pages import mine, views

urlpatterns = [
    path("", views.home, name="home"),
    path("settings/", views.preferences, name="settings"),
    path("about/", views.about, name="about"),
    path("keys/", views.keys, name="keys"),
    path("offline/", views.offline, name="offline"),
    path("offline/lessons.json", views.lesson_addresses, name="lesson_addresses"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("mine/", mine.mine, name="mine"),
    path("mine/reading/", mine.reading, name="reading"),
    path("lessons/<slug:service>/<slug:slug>/finished/", mine.finished, name="finished"),
    path("progress/", mine.progress, name="progress"),
    path("progress/export/", mine.export, name="export"),
    path("progress/import/", mine.import_file, name="import"),
    path("progress/code/", mine.recovery_code, name="recovery_code"),
    path("progress/recover/", mine.recover, name="recover"),
    path("progress/forget/", mine.forget_me, name="forget_me"),
]
