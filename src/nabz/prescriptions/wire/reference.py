"""The reference lists (TAMIN-WIRE 5.8): the items as the real service gives them, in its order and types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from nabz.prescriptions.model import codes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.prescriptions.model.catalogue import Service

ON: Final = "1"
OFF: Final = "0"
FORM_SINCE: Final = "20020101"
SERVICE_SINCE: Final = "13980201"
GROUP_SINCE: Final = "13830101"
SPECIALTY_SINCE: Final = "13900101"


class Listed(msgspec.Struct, frozen=True):
    """A list as the first generation gives it."""

    total: int
    items: Any = msgspec.field(name="list")


class ServiceTypeItem(msgspec.Struct, frozen=True):
    """A kind of service."""

    srvType: str
    srvTypeDes: str
    status: str
    statusstDate: str
    custType: str
    prescTypeId: int
    headExpireDate: int


class FormItem(msgspec.Struct, frozen=True):
    """The form of a drug."""

    formCode: str
    formDes: str
    formGrp: str | None
    status: str
    statusstDate: str


class ParTarefItem(msgspec.Struct, frozen=True):
    """A subgroup of the laboratory."""

    parGrpCode: str
    parGrpDesc: str
    parGrpRem: str
    status: str
    statusStDate: str


class ServiceItem(msgspec.Struct, frozen=True):
    """A service: the `srvId` of every item of a prescription, and a row of the list of services."""

    srvId: int
    srvType: ServiceTypeItem
    srvCode: str
    srvName: str
    srvName2: str | None
    srvBimSw: str | None
    srvSex: str | None
    srvPrice: int
    srvPriceDate: str | None
    doseCode: str | None
    formCode: FormItem | None
    parTarefGrp: ParTarefItem | None
    status: str
    statusstDate: str
    bGType: str
    gSrvCode: str | None
    agreementFlag: str | None
    isDeleted: str | None
    visible: str
    dentalServiceType: str | None
    wsSrvCode: str
    hosprescType: str
    srvRule: str | None
    countIsRestricted: str | None
    drugWarning: str
    terminology: str | None
    srvCodeComplete: str


class PrescTypeItem(msgspec.Struct, frozen=True):
    """A kind of prescription."""

    prescTypeId: int
    prescTypeCode: str
    prescTypeDesc: str


class AmountItem(msgspec.Struct, frozen=True):
    """How much is taken at a time."""

    drugAmntId: int
    drugAmntCode: str
    drugAmntSumry: str
    drugAmntLatin: str
    drugAmntConcept: str
    visibled: str


class UsageItem(msgspec.Struct, frozen=True):
    """How a drug is used."""

    drugUsageId: int
    drugUsageCode: str
    drugUsageSumry: str | None
    drugUsageLatin: str | None
    drugUsageConcept: str
    visible: str
    drugFormCode: str | None


class InstructionItem(msgspec.Struct, frozen=True):
    """When a drug is taken."""

    drugInstId: int
    drugInstCode: str
    drugInstSumry: str | None
    drugInstLatin: str | None
    drugInstConcept: str


class PlanItem(msgspec.Struct, frozen=True):
    """A plan of physiotherapy."""

    planId: int
    planDesc: str


class IllnessItem(msgspec.Struct, frozen=True):
    """What physiotherapy is for."""

    illnessId: int
    illnessDesc: str


class ComplaintItem(msgspec.Struct, frozen=True):
    """What a patient complains of."""

    id: int
    code: str
    displayName: str
    englishName: str | None
    terminology: str
    status: str


class SpecialtyItem(msgspec.Struct, frozen=True):
    """What a physician is trained in."""

    specCode: str
    specDesc: str
    specGRP: str
    docComment: str | None
    status: str
    statusstDate: str
    typeSpec: str | None
    maxNormal: int | None
    maxSpecial: int | None
    lstatus: str


class IcdItem(msgspec.Struct, frozen=True):
    """A diagnosis."""

    icdId: str
    icdCode: str
    icdName: str


class RepeatDaysItem(msgspec.Struct, frozen=True):
    """How often something is repeated."""

    repeatDaysId: int
    repeatDaysCode: str
    repeatDaysDesc: str


class InsurerItem(msgspec.Struct, frozen=True):
    """A supplementary insurer."""

    code: str
    name: str


# ---- from our values


def service_type_of(one: codes.ServiceType) -> ServiceTypeItem:
    """Write a kind of service."""
    return ServiceTypeItem(one.code, one.title, ON, one.since, one.cust, one.kind, one.days)


def par_taref_of(one: codes.Titled) -> ParTarefItem:
    """Write a subgroup of the laboratory."""
    return ParTarefItem(one.code, one.title, ON, ON, GROUP_SINCE)


def amount_of(one: codes.Amount) -> AmountItem:
    """Write an amount; the real list has a line break behind some of its texts."""
    return AmountItem(one.id, str(one.id), f"{one.group}\n", one.latin, f"{one.concept}\n", ON)


def usage_of(one: codes.Text) -> UsageItem:
    """Write a usage."""
    return UsageItem(one.id, str(one.id), None, None, one.text, ON, None)


def instruction_of(one: codes.Text) -> InstructionItem:
    """Write an instruction."""
    return InstructionItem(one.id, str(one.id), None, None, one.text)


def presc_type_of(one: codes.Text) -> PrescTypeItem:
    """Write a kind of prescription."""
    return PrescTypeItem(one.id, f"{one.id:02}", one.text)


def specialty_of(one: codes.Specialty) -> SpecialtyItem:
    """Write a specialty."""
    return SpecialtyItem(one.code, one.title, one.group, None, ON, SPECIALTY_SINCE, None, None, None, OFF)


def complaint_of(one: codes.Complaint) -> ComplaintItem:
    """Write a complaint; the blank before SNOMEDCT is the official one."""
    return ComplaintItem(one.id, one.code, one.title, one.english or None, " SNOMEDCT", ON)


def icd_of(code: str, title: str) -> IcdItem:
    """Write a diagnosis."""
    return IcdItem(code, code, title)


_TYPES: Final = {code: service_type_of(one) for code, one in codes.SERVICE_TYPES.items()}
_GROUPS: Final = {code: par_taref_of(one) for code, one in codes.LAB_GROUPS.items()}


def srv_id_of(service: Service) -> ServiceItem:
    """Write a service."""
    return ServiceItem(
        srvId=service.id,
        srvType=_TYPES[service.type],
        srvCode=service.srv_code,
        srvName=service.name,
        srvName2=None,
        srvBimSw=ON if service.insured else None,
        srvSex=service.sex or None,
        srvPrice=service.price,
        srvPriceDate=service.price_day or None,
        doseCode=None,
        formCode=_form_of(service.form_code, service.form),
        parTarefGrp=_GROUPS.get(service.group),
        status=ON,
        statusstDate=SERVICE_SINCE,
        bGType=ON,
        gSrvCode=None,
        agreementFlag=None,
        isDeleted=None,
        visible=ON if service.visible else OFF,
        dentalServiceType=service.dental or None,
        wsSrvCode=service.code,
        hosprescType=ON if service.hospital else OFF,
        srvRule=None,
        countIsRestricted=ON if service.most else None,
        drugWarning=ON if service.warning else OFF,
        terminology=service.terminology or None,
        srvCodeComplete=service.complete,
    )


def _form_of(code: str, title: str) -> FormItem | None:
    if not code:
        return None
    known = codes.FORMS.get(code)
    return FormItem(code, title or (known.title if known else ""), None, ON, FORM_SINCE)


def amounts() -> Iterable[AmountItem]:
    """Write all amounts."""
    return map(amount_of, codes.AMOUNTS.values())


def usages() -> Iterable[UsageItem]:
    """Write all usages."""
    return map(usage_of, codes.USAGES.values())


def instructions() -> Iterable[InstructionItem]:
    """Write all instructions."""
    return map(instruction_of, codes.INSTRUCTIONS.values())


def prescription_types() -> Iterable[PrescTypeItem]:
    """Write all kinds of prescriptions."""
    return map(presc_type_of, codes.PRESCRIPTION_TYPES.values())


def service_types() -> Iterable[ServiceTypeItem]:
    """Write all kinds of services."""
    return _TYPES.values()


def lab_groups() -> Iterable[ParTarefItem]:
    """Write all subgroups of the laboratory."""
    return _GROUPS.values()


def physio_plans() -> Iterable[PlanItem]:
    """Write all plans of physiotherapy."""
    return (PlanItem(int(one.code), one.title) for one in codes.PHYSIO_PLANS.values())


def physio_illnesses() -> Iterable[IllnessItem]:
    """Write all that physiotherapy is for."""
    return (IllnessItem(int(one.code), one.title) for one in codes.PHYSIO_ILLNESSES.values())


def complaints() -> Iterable[ComplaintItem]:
    """Write all complaints."""
    return map(complaint_of, codes.COMPLAINTS.values())


def specialties() -> Iterable[SpecialtyItem]:
    """Write all specialties."""
    return map(specialty_of, codes.SPECIALTIES.values())


def repeat_days() -> Iterable[RepeatDaysItem]:
    """Write how often something may be repeated."""
    return (RepeatDaysItem(one.id, str(one.days), one.title) for one in codes.REPEAT_DAYS.values())


def insurers() -> Iterable[InsurerItem]:
    """Write all supplementary insurers."""
    return (InsurerItem(one.code, one.title) for one in codes.SUPPLEMENTARY.values())


def shipped_icd10() -> Iterable[IcdItem]:
    """Write the handful of diagnoses for where no terminology of them is loaded."""
    return (icd_of(one.code, one.title) for one in codes.ICD10.values())
