"""How resources are named: ARNs and queue addresses, and the short names the engine uses inside."""

REGION = "us-east-1"
ACCOUNT = "123456789012"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def queue_url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"


def stream_arn(name: str) -> str:
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


def delivery_stream_arn(name: str) -> str:
    return f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{name}"


def function_arn(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def bucket_arn(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def short(reference: str) -> str:
    """The name at the end of an ARN or an address; a plain name stays as it is.

    >>> short("arn:aws:sqs:us-east-1:123456789012:orders")
    'orders'
    """
    return reference.rpartition("/")[2].rpartition(":")[2]
