from django.urls import path

from studyapp.lessons import views

urlpatterns = [
    path("lessons/", views.lesson_map, name="lesson_map"),
    path("lessons/<slug:service>/", views.service, name="service"),
    path("lessons/<slug:service>/<slug:slug>/", views.lesson, name="lesson"),
]
