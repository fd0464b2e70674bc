"""Writing through the whole program: what is written is found, once, and changes as the guide lets it."""

from tests.prescriptions.office import Office, P


async def test_a_drug_prescription_is_written_and_found_again(tamin: Office) -> None:
    """The two numbers of the answer lead to it."""
    result = await tamin.write()
    assert result["error_Code"] is None
    assert 10_000 <= result["trackingCode"] <= 99_999
    (item,) = await tamin.get(f"{P}/v2/{result['head_EPRSC_ID']}/2000200092")
    assert (item["srvId"]["srvCode"], item["srvQty"], item["srvRem"]) == ("05951", 10, 10)


async def test_the_same_content_again_is_told_with_both_numbers(tamin: Office) -> None:
    """A client whose answer was lost learns what it has written."""
    first = await tamin.write(prescDate="14050830")
    again = await tamin.write(prescDate="14050830")
    assert again["error_Code"] == "304"
    assert f"شناسه {first['head_EPRSC_ID']}" in again["error_Msg"]
    assert f"کد رهگیری {first['trackingCode']}" in again["error_Msg"]
