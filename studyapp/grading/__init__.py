"""Where questions meet the engine: keys are proved, knob settings graded, questions drawn from a seed."""
