"""Numbers of SNS filter policies (SNS-X17)."""

KEYS_MAX = 5
COMBINATIONS_MAX = 150
SIZE_MAX_BYTES = 256 * 1024
WILDCARDS_PER_PATTERN_MAX = 3
WILDCARD_POINTS_MAX = 100

POINTS_OF_ONE_WILDCARD = 1
POINTS_OF_SEVERAL_WILDCARDS = 3

FACTS: dict[str, int] = {
    "sns.filter-keys-max": KEYS_MAX,
    "sns.filter-combinations-max": COMBINATIONS_MAX,
}

ASSUMED: dict[str, str] = {
    "POINTS_OF_ONE_WILDCARD": "SNS-X17 gives the limit of 100 points; how they count is not in the ledger",
    "POINTS_OF_SEVERAL_WILDCARDS": "as above: patterns with more wildcards must cost more than simple ones",
}
