from django.urls import path

from studyapp.reference import views

urlpatterns = [
    path("glossary/", views.glossary, name="glossary"),
    path("glossary/<slug:id>/", views.term, name="term"),
    path("glossary/<slug:id>/card/", views.term_card, name="term_card"),
    path("facts/", views.facts, name="facts"),
    path("facts/<slug:show>/", views.facts, name="facts_shown"),
]
