from django.urls import path

from studyapp.simulator import views

urlpatterns = [
    path("simulator/", views.lab, name="lab"),
    path("simulator/<slug:service>/<slug:name>/", views.run, name="run"),
]
