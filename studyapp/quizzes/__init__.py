"""Practice and mock exams: choosing questions, keeping answers, grading, results."""
