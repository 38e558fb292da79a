from django.urls import path

from studyapp.search import views

urlpatterns = [path("search/", views.search, name="search")]
