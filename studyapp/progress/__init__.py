"""What a learner has done: an anonymous learner, made only when there is something to keep."""
