"""Our own API of the counter, for what no official source gives a message of: two steps, paper, barcodes, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nabz.kit.errors import NotAllowed
from nabz.prescriptions.api.door import official
from nabz.prescriptions.model import dispensing as rules
from nabz.prescriptions.service import barcodes
from nabz.prescriptions.service.dispensing import looking, paper, taking_back, two_step
from nabz.prescriptions.service.dispensing.dispensary import Dispensary
from nabz.prescriptions.wire import own_pharmacy as wire
from nabz.prescriptions.wire.pharmacy.requests import must_be_number

if TYPE_CHECKING:
    from nabz.prescriptions.api.door import Sent

CREATED: Final = 201
HERE: Final = "/api/nabz/pharmacies/{pharmacy}"
ASIDE: Final = f"{HERE}/set-asides"


def _at(sent: Sent) -> Dispensary:
    return Dispensary.of(sent.deps, sent.db)


def _samples(name: str, *, sent: bool = True) -> tuple[str, ...]:
    answer = f"nabz/pharmacy/{name}.response.json"
    return (f"nabz/pharmacy/{name}.request.json", answer) if sent else (answer,)


@official.own(
    "POST",
    ASIDE,
    summary="set drugs aside for a patient, who is sent a code to confirm with",
    api="drug",
    body=wire.SetAside,
    answer=wire.ShownDelivery,
    status=CREATED,
    samples=_samples("set_aside"),
)
async def set_aside(sent: Sent) -> wire.ShownDelivery:
    """Raises what `two_step.set_aside` raises."""
    body: wire.SetAside = sent.body
    request = body.request(sent.path["pharmacy"])
    made = await two_step.set_aside(_at(sent), request, sent.caller, sent.now, sent.key)
    return wire.delivery(made.delivery, again=made.again)


@official.own(
    "POST",
    f"{ASIDE}/{{delivery}}/confirm",
    summary="register what was set aside, against the patient's code",
    api="drug",
    body=wire.Confirm,
    answer=wire.ShownDelivery,
    samples=_samples("confirm"),
)
async def confirm_set_aside(sent: Sent) -> wire.ShownDelivery:
    """Raises what `two_step.confirm` raises."""
    body: wire.Confirm = sent.body
    number = must_be_number(sent.path["delivery"])
    made = await two_step.confirm(_at(sent), sent.path["pharmacy"], number, body.code, sent.caller, sent.now)
    return wire.delivery(made.delivery, again=made.again)


@official.own(
    "POST",
    f"{ASIDE}/{{delivery}}/code",
    summary="send the patient another code for what was set aside",
    api="drug",
    answer=wire.Sent,
    samples=_samples("set_aside_code", sent=False),
)
async def send_code_again(sent: Sent) -> wire.Sent:
    """Raises what `two_step.send_again` raises."""
    number = must_be_number(sent.path["delivery"])
    await two_step.send_again(_at(sent), sent.path["pharmacy"], number, sent.caller, sent.now)
    return wire.Sent()


@official.own(
    "DELETE",
    f"{ASIDE}/{{delivery}}",
    summary="give up what was set aside",
    api="drug",
    answer=wire.ShownDelivery,
    samples=_samples("set_aside_removed", sent=False),
)
async def remove_set_aside(sent: Sent) -> wire.ShownDelivery:
    """Raises what `taking_back.take_back` raises."""
    number = must_be_number(sent.path["delivery"])
    made = await taking_back.take_back(_at(sent), sent.path["pharmacy"], number, sent.caller, sent.now)
    return wire.delivery(made.delivery, again=made.again)


@official.own(
    "POST",
    f"{HERE}/papers",
    summary="take in a prescription on paper, of a hospital, or accepted over the net",
    api="drug",
    body=wire.Paper,
    answer=wire.ShownPaper,
    status=CREATED,
    samples=_samples("paper"),
)
async def accept_paper(sent: Sent) -> wire.ShownPaper:
    """Raises what `paper.accept` raises."""
    body: wire.Paper = sent.body
    draft = body.draft(sent.path["pharmacy"])
    return wire.paper(await paper.accept(_at(sent), draft, sent.caller, sent.now, sent.key))


@official.own(
    "GET",
    f"{HERE}/papers",
    summary="the paper prescriptions that a pharmacy took in, the latest first",
    api="drug",
    answer=wire.Papers,
    samples=_samples("papers", sent=False),
)
async def list_papers(sent: Sent) -> wire.Papers:
    """Raises CentreUnknown, CentreNotActive, CentreNotYours."""
    centre = await _at(sent).centre(sent.path["pharmacy"], sent.caller, sent.now)
    found = await sent.db.read(paper.accepted, centre.id)
    return wire.Papers(prescriptions=[wire.paper(one) for one in found])


@official.own(
    "DELETE",
    f"{HERE}/papers/{{prescription}}",
    summary="delete an acceptance over the net, while nothing of it was delivered",
    api="drug",
    answer=wire.ShownPaper,
    samples=_samples("paper_withdrawn", sent=False),
)
async def withdraw_paper(sent: Sent) -> wire.ShownPaper:
    """Raises what `paper.withdraw` raises."""
    number = must_be_number(sent.path["prescription"])
    return wire.paper(await paper.withdraw(_at(sent), sent.path["pharmacy"], number, sent.caller, sent.now))


@official.own(
    "POST",
    "/api/nabz/barcodes",
    summary="register the barcodes of a batch, by the system of its distributor",
    api="drug",
    body=wire.ToldBatch,
    answer=wire.RegisteredBatch,
    status=CREATED,
    samples=_samples("barcodes"),
)
async def register_barcodes(sent: Sent) -> wire.RegisteredBatch:
    """Raises what `barcodes.register` raises, NotAllowed."""
    body: wire.ToldBatch = sent.body
    if not sent.caller.trusted:
        raise NotAllowed
    day = rules.day_of(sent.now)
    made = await sent.db.write(barcodes.register, body.value(), sent.caller, sent.now, day)
    return wire.RegisteredBatch(new=made.new, known=made.known)


@official.own(
    "GET",
    "/api/nabz/barcodes/{barcode}",
    summary="one package by its barcode",
    api="drug",
    answer=wire.ShownBarcode,
    samples=_samples("barcode", sent=False),
)
async def show_barcode(sent: Sent) -> wire.ShownBarcode:
    """Raises BarcodeMalformed, BarcodeUnknown."""
    return wire.barcode(await sent.db.read(barcodes.show, sent.path["barcode"]))


@official.own(
    "POST",
    f"{HERE}/barcodes/{{barcode}}/activate",
    summary="activate a package at a pharmacy",
    api="drug",
    answer=wire.ShownBarcode,
    samples=_samples("barcode_activated", sent=False),
)
async def activate_barcode(sent: Sent) -> wire.ShownBarcode:
    """Raises what `barcodes.activate` raises, CentreUnknown, CentreNotActive, CentreNotYours."""
    centre = await _at(sent).centre(sent.path["pharmacy"], sent.caller, sent.now)
    made = await sent.db.write(barcodes.activate, centre.id, sent.path["barcode"], sent.caller, sent.now)
    return wire.barcode(made)


@official.own(
    "GET",
    f"{HERE}/barcodes",
    summary="the packages that a pharmacy has activated, the latest first",
    api="drug",
    answer=wire.Barcodes,
    samples=_samples("barcodes_activated", sent=False),
)
async def list_barcodes(sent: Sent) -> wire.Barcodes:
    """Raises CentreUnknown, CentreNotActive, CentreNotYours."""
    centre = await _at(sent).centre(sent.path["pharmacy"], sent.caller, sent.now)
    found = await sent.db.read(barcodes.of_centre, centre.id)
    return wire.Barcodes(barcodes=[wire.barcode(one) for one in found])


@official.own(
    "GET",
    f"{HERE}/prices",
    summary="the price list of drugs, page by page",
    api="drug",
    query=wire.Prices,
    answer=wire.PriceList,
    samples=_samples("prices", sent=False),
)
async def list_prices(sent: Sent) -> wire.PriceList:
    """Raises CentreUnknown, CentreNotActive, CentreNotYours."""
    asked = sent.query(wire.Prices)
    await _at(sent).centre(sent.path["pharmacy"], sent.caller, sent.now)
    found = await sent.db.read(looking.price_list, asked.after, asked.limit, rules.day_of(sent.now))
    last = f"{found[-1].type}/{found[-1].code}" if len(found) == asked.limit else None
    return wire.PriceList(prices=[wire.price(each) for each in found], after=last)
