from studyapp.engine.calls import Actions, Apply, React

ACTIONS: Actions = {}
APPLY: Apply = {}
REACT: React = {}


class State:
    """Nothing yet."""

    __slots__ = ()
