"""Says to `progress` what questions keep of a learner."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    name = "studyapp.quizzes"

    def ready(self) -> None:
        from studyapp.progress.parts import Part, register
        from studyapp.quizzes import carrying, panel

        register(
            Part(
                name="quizzes",
                template="quizzes/_panel.html",
                panel=panel.panel,
                export=carrying.export,
                read=carrying.read,
                merge=carrying.merge,
                replace=carrying.replace,
                adopt=carrying.adopt,
            )
        )
