"""Practice and exams. All below /{language}/quizzes/."""

from django.urls import path

from studyapp.quizzes import (
    anki,
    bank_page,
    cheat_sheet,
    exam,
    practice,
    problem_reports,
    review,
    review_cards,
)

urlpatterns = [
    path("quizzes/", practice.begin, name="practice"),
    path("quizzes/open/", exam.open_attempt, name="open_attempt"),
    path("quizzes/practice/<str:id>/result/", practice.result, name="practice_result"),
    path("quizzes/practice/<str:id>/<int:number>/", practice.question, name="practice_question"),
    path("quizzes/review/", review.review, name="review"),
    path("quizzes/review/undo/", review.undo, name="review_undo"),
    path("quizzes/review/plan/", review_cards.plan, name="review_plan"),
    path("quizzes/review/<str:id>/", review.answered, name="review_answered"),
    path("quizzes/problem/<str:id>/<int:number>/", problem_reports.report, name="problem"),
    path("quizzes/cheat-sheet/", cheat_sheet.cheat_sheet, name="cheat_sheet"),
    path("quizzes/bank/", bank_page.bank_page, name="bank"),
    path("quizzes/bank/answers/", bank_page.answers, name="bank_answers"),
    path("progress/anki/", anki.download, name="anki"),
    path("mine/review/", review_cards.add, name="review_add"),
    path("quizzes/exam/", exam.begin, name="exam"),
    path("quizzes/exam/<str:id>/overview/", exam.overview, name="exam_overview"),
    path("quizzes/exam/<str:id>/all/", exam.all_questions, name="exam_all"),
    path("quizzes/exam/<str:id>/result/", exam.result, name="exam_result"),
    path("quizzes/exam/<str:id>/result/<int:number>/", exam.review, name="exam_review"),
    path("quizzes/exam/<str:id>/<int:number>/", exam.question, name="exam_question"),
]
