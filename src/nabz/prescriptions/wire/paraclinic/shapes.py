"""What paraclinic centres are answered today: keys, their order and their types as clients have captured them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec


class ToldProblem(msgspec.Struct, frozen=True):
    """Why not."""

    error_Code: int
    error_Msg: str
    complemantary_Msg: str
    complemantary_Data: str
    complemantary_Code: str
    tarefCode: str


class ToldWarning(msgspec.Struct, frozen=True):
    """What should be known."""

    warningCode: int
    warningMessage: str
    complemantary_Msg: str
    complemantary_Data: str
    complemantary_Code: str
    partialCount: int | None
    freeReason: str | None


class Many(msgspec.Struct, frozen=True):
    """The inner envelope of a list."""

    list: Sequence[Any]
    problems: Sequence[ToldProblem]
    warnings: Sequence[ToldWarning]
    hasError: bool
    status: int
    family: str
    reason: str
    total: int


class One(msgspec.Struct, frozen=True):
    """The inner envelope of one result."""

    data: Any
    problems: Sequence[ToldProblem]
    warnings: Sequence[ToldWarning]
    hasError: bool
    status: int
    family: str
    reason: str
    total: int


class Detail(msgspec.Struct, frozen=True):
    """One service of a prescription."""

    paR_TAREF_CODE: str
    paR_TAREF_NAME: str
    paR_TAREF_PRICE: int
    paR_TAREF_2K_PRICE: int
    paR_TYPE_CODE: str
    paR_TYPE_NAME: str
    requesT_QTY: int
    remaininG_QTY: int
    subsidyPrice: int
    max_QTY: int
    isError: bool
    isWarning: bool
    errors: Sequence[ToldProblem]
    warnings: Sequence[ToldWarning]


class Waiting(msgspec.Struct, frozen=True):
    """What of a prescription waits, of one type."""

    eprsC_ID: int
    partypecode: str
    partypedesc: str
    nationalcode: str
    doC_MDID: str
    doC_NAME: str
    doC_SPEC: str
    prescdate: str
    comments: str | None
    refeR_REASON: str | None
    details: Sequence[Detail]


class AcceptedLine(msgspec.Struct, frozen=True):
    """One service of a delivery: requesT_PRICE = iteM_IS_PRICE + subsidyprice + patienT_AMOUNT."""

    tareF_CODE: str
    tareF_NAME: str
    qty: int
    iteM_PRICE: int
    requesT_PRICE: int
    iteM_IS_PRICE: int
    supporT_AMOUNT: int
    patienT_AMOUNT: int
    iS2K: str
    tecH_PRICE: int
    subsidyprice: int
    familydocprice: int


class Accepted(msgspec.Struct, frozen=True):
    """One delivery, as the one who registers it is answered."""

    registeR_ID: int
    eprsC_ID: int
    doC_MDID: str
    doC_FULL_NAME: str
    doC_SPEC_CODE: str
    doC_SPEC_DESC: str
    paR_CODE: str
    patienT_AMOUNT: int
    paR_NAME: str
    paR_USER: str
    partypecode: str
    partypedesc: str
    prescdate: str
    regdate: str
    requesT_PRICE: int
    iS_PRICE: int
    tecH_PRICE: int
    month: str
    montH_DESC: str | None
    servicE_TYPE_CODE: str
    servicE_TYPE_DESC: str
    year: str
    tecH_MDID: str
    subsidyprice: int
    supportamount: int | None
    familydocprice: int | None
    details: Sequence[AcceptedLine]


class Registration(Accepted, frozen=True):
    """The same with the patient, as it is answered later on; its dates are written with slashes."""

    patienT_NATCODE: str
    patienT_MOBILE: str
    patienT_NAME: str
    patienT_LNAME: str
    patienT_BIRTHDATE: str
    patienT_GENDER: str
    doC_FNAME: str
    doC_LNAME: str
    medicaL_OFFICE_NAME: str
    patienT_INSURANCETYPE: str
    patienT_INSURANCENO: str
    patienT_INSURANCEDATE: str
    regStatus_Desc: str


class Done(msgspec.Struct, frozen=True):
    """The delivery that something was done to."""

    registeR_ID: int
