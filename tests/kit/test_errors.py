"""Expected failures: what their sentences say."""

from nabz.kit.errors import Problem


class _Long(Problem):
    """A sentence with a number and a code."""

    code = ""
    fa = "از ۱ تا {most} دقیقه؛ کد {code} نه"
    en = "1 to {most} minutes; not the code {code}"


def test_a_persian_sentence_tells_its_numbers_in_persian_digits() -> None:
    problem = _Long(most=720, code="720", closed=True)
    assert problem.text_fa == "از ۱ تا ۷۲۰ دقیقه؛ کد 720 نه"
    assert problem.text_en == "1 to 720 minutes; not the code 720"
    assert problem.facts == {"most": 720, "code": "720", "closed": True}
