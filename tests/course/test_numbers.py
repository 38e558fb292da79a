"""How each language writes numbers and their units."""

import pytest

from studyapp.course.numbers import format_number, format_quantity, read_unit_words

WORDS = read_unit_words(
    """
    [hour]
    en = ["{n} hour", "{n} hours"]
    ko = "{n}시간"
    vi = "{n} giờ"
    """
)


@pytest.mark.parametrize(
    ("value", "en", "ko", "vi"),
    [
        (0, "0", "0", "0"),
        (999, "999", "999", "999"),
        (1000, "1,000", "1,000", "1.000"),
        (1_048_576, "1,048,576", "1,048,576", "1.048.576"),
        (0.4, "0.4", "0.4", "0,4"),
        (1234.5, "1,234.5", "1,234.5", "1.234,5"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ko", "vi"])
def test_each_language_writes_its_own_digits(value, en, ko, vi, language):
    assert format_number(value, language) == {"en": en, "ko": ko, "vi": vi}[language]


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        (12, "en", "12 hours"),
        (12, "ko", "12시간"),
        (12, "vi", "12 giờ"),
        (1, "en", "1 hour"),
        (1, "ko", "1시간"),
        (1, "vi", "1 giờ"),
        (0, "en", "0 hours"),
        (1.5, "en", "1.5 hours"),
        (4320, "vi", "4.320 giờ"),
    ],
)
def test_a_quantity_is_a_number_with_its_unit(value, language, written):
    assert format_quantity(value, WORDS["hour"], language) == written


def test_a_unit_that_lacks_a_language_is_refused():
    with pytest.raises(KeyError):
        read_unit_words('[hour]\nen = ["{n} hour", "{n} hours"]\nko = "{n}시간"\n')
