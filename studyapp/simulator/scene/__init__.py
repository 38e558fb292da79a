"""A log becomes a picture that moves: things, tokens and what changes with each step.

Plain Python. `build` reads a log once, from its start to its end; `drawing` writes the picture at a step as SVG;
`as_data` is what a browser needs to show any other step. The browser knows no service: it moves tokens between
places and sets attributes, as the steps say.
"""
