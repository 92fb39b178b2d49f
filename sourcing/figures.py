"""Figures in sentences, in one form wherever a sentence is written in English."""

SMALLEST, NEARLY_ALL = 0.05, 99.95  # percent; what is smaller is said to be below 0.1, what is larger is all


def percent_digits(share: float) -> str:
    """A share in percent, without its sign: whole from 10 on, with a digit below and where it is nearly all.

    "" stands for a share above nothing and below 0.1 percent, of which a language says so in its own words.

    >>> [percent_digits(share) for share in (0.353, 0.0851, 0.0, 0.998, 0.0001)]
    ['35', '8.5', '0', '99.8', '']
    """
    number = 100 * share
    if 0 < abs(number) < SMALLEST:
        return ""
    if 99.5 <= number < NEARLY_ALL:
        return f"{number:.1f}"
    return f"{number:.0f}" if abs(number) >= 9.95 or number == 0 else f"{number:.1f}"


def percent(share: float) -> str:
    """A share in percent, as a sentence has it.

    >>> percent(0.353), percent(0.0851), percent(0.0001), percent(0.998)
    ('35 %', '8.5 %', 'below 0.1 %', '99.8 %')
    """
    digits = percent_digits(share)
    return f"{digits} %" if digits else "below 0.1 %"
