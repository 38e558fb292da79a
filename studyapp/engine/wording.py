"""AWS's words for each refusal: the reasons of every part, in one table."""

from collections.abc import Iterable, Mapping
from typing import Any

from studyapp.engine.actors.refusals import REASONS as ACTORS
from studyapp.engine.firehose.refusals import REASONS as FIREHOSE
from studyapp.engine.kinesis.refusals import REASONS as KINESIS
from studyapp.engine.mq.rabbitmq.refusals import REASONS as RABBITMQ
from studyapp.engine.mq.refusals import REASONS as MQ
from studyapp.engine.refusals import GENERAL, Refusal
from studyapp.engine.s3.refusals import REASONS as S3
from studyapp.engine.sns.refusals import REASONS as SNS
from studyapp.engine.sqs.refusals import REASONS as SQS

PARTS: tuple[Mapping[str, Refusal], ...] = (
    GENERAL,
    SQS,
    SNS,
    KINESIS,
    FIREHOSE,
    S3,
    MQ,
    RABBITMQ,
    ACTORS,
)
REASONS: Mapping[str, Refusal] = {reason: each for part in PARTS for reason, each in part.items()}


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def message(reason: str, details: Iterable[tuple[str, Any]]) -> str:
    """What AWS writes in the error, with the details of this refusal filled in."""
    return REASONS[reason].message.format_map(_Blank(details))
