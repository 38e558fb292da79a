"""What a known learner predicted is kept. Nobody becomes known by predicting."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from studyapp.pages.course import course
from studyapp.progress.learners import learner_of
from studyapp.progress.recording import record_prediction

_CONFIDENCE = ("", "guess", "fairly", "sure")


@require_POST
@never_cache
def prediction(request: HttpRequest, language: str) -> HttpResponse:
    """Store the prediction at a gate of a scenario; `option` is empty where somebody only wanted to see it."""
    file = course().scenarios.get(request.POST.get("scenario", ""))
    name, chosen = request.POST.get("gate", ""), request.POST.get("option", "")
    confidence = request.POST.get("confidence", "")
    gate = next((each for each in file.gates if each.id == name), None) if file else None
    option = next((each for each in gate.options if each.id == chosen), None) if gate else None
    if file is None or gate is None or (chosen and option is None) or confidence not in _CONFIDENCE:
        return JsonResponse({"error": _("That prediction is not one of the course.")}, status=400)
    learner = learner_of(request)
    if learner is not None:
        is_right = option is not None and option.correct
        record_prediction(learner, file.id, gate.id, chosen, is_right, confidence, timezone.now())
    return HttpResponse(status=204)
