"""Which feature answers which address. No view is defined here."""

from django.urls import include, path, register_converter

from studyapp.pages import views
from studyapp.pages.languages import LANGUAGES
from studyapp.pages.sitemap import sitemap


class LanguageConverter:
    """'en', 'ko' or 'vi': the main language of a page."""

    regex = "|".join(LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "language")

urlpatterns = [
    path("", views.choose, name="choose"),
    path("start/", views.start, name="start"),
    path("robots.txt", views.robots),
    path("sitemap.xml", sitemap),
    path("sw.js", views.service_worker),
    path("<language:language>/", include("studyapp.pages.urls")),
    path("<language:language>/", include("studyapp.lessons.urls")),
    path("<language:language>/", include("studyapp.reference.urls")),
    path("<language:language>/", include("studyapp.search.urls")),
    path("<language:language>/", include("studyapp.quizzes.urls")),
    path("<language:language>/", include("studyapp.simulator.urls")),
]

handler400 = "studyapp.pages.errors.bad_request"
handler403 = "studyapp.pages.errors.forbidden"
handler404 = "studyapp.pages.errors.not_found"
handler500 = "studyapp.pages.errors.our_fault"
