"""What the simulator refuses about actors. These are its own words: AWS has no such actions."""

from studyapp.engine.refusals import Refusal

_CODE = ("ValidationException", 400)

REASONS: dict[str, Refusal] = {
    "actor-not-found": Refusal("ResourceNotFoundException", 404, "There is no actor {actor}."),
    "actor-exists": Refusal("ResourceInUseException", 409, "There is an actor {actor} already."),
    "actor-name-wrong": Refusal(*_CODE, "An actor's name has 1 to 80 characters, not {length}."),
    "unknown-actor-kind": Refusal(
        *_CODE, "There is no kind of actor {kind}. Known kinds: {known}."
    ),
    "actor-runs": Refusal(*_CODE, "The actor {actor} runs already."),
    "actor-does-not-run": Refusal(*_CODE, "The actor {actor} does not run."),
    "actor-is-stopping": Refusal(
        *_CODE, "The actor {actor} was asked to stop and finishes what it has in hand."
    ),
    "unknown-setting": Refusal(*_CODE, "There is no setting {setting}. Known settings: {known}."),
    "missing-setting": Refusal(*_CODE, "The setting {setting} must be given."),
    "wrong-setting": Refusal(*_CODE, "The setting {setting} must be {expected}."),
}
