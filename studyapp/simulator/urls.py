from django.urls import path

from studyapp.simulator import (
    answers,
    compare_views,
    part_views,
    predictions,
    scramble_views,
    views,
    ways_views,
)

_ANSWER = "simulator/answers/<slug:service>/<str:name>/<str:answer>"

urlpatterns = [
    path("compare/", ways_views.compare_ways, name="compare"),
    path("compare/<slug:way>/scene.json", ways_views.way_scene, name="way-scene"),
    path("simulator/", views.lab, name="lab"),
    path("simulator/scramble/", scramble_views.scramble_canvas, name="scramble"),
    path("simulator/prediction/", predictions.prediction, name="prediction"),
    path(f"{_ANSWER}/", answers.answer, name="answer"),
    path(f"{_ANSWER}/part/", answers.answer, {"part": True}, name="answer-part"),
    path(f"{_ANSWER}/scene.json", answers.scene, name="answer-scene"),
    path("simulator/<slug:service>/<slug:name>/", views.run, name="run"),
    path("simulator/<slug:service>/<slug:name>/scene.json", part_views.scene, name="scene"),
    path("simulator/<slug:service>/<slug:name>/act/", views.act, name="act"),
    path("simulator/<slug:service>/<slug:name>/acts/", part_views.acts, name="acts"),
    path("simulator/<slug:service>/<slug:name>/demo/", part_views.demo, name="demo"),
    path(
        "simulator/<slug:service>/<slug:name>/compare/", compare_views.compare, name="compare-runs"
    ),
    path(
        "simulator/<slug:service>/<slug:name>/event/<int:number>/", part_views.event, name="event"
    ),
    path(
        "simulator/<slug:service>/<slug:name>/event/<int:number>/part/",
        part_views.event,
        {"part": True},
        name="event-part",
    ),
]
