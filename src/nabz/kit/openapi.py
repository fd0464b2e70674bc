"""OpenAPI 3.1 of every route, from the same types that read and write the wire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nabz.kit.http import Endpoint
    from nabz.kit.operations import Operations

REF = "#/components/schemas/{name}"
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
CALLS = "/api/client/apim/v1/"


class ProblemBody(msgspec.Struct, frozen=True):
    """RFC 9457, with both texts."""

    type: str
    title: str
    title_fa: str
    status: int
    code: str
    retry: bool
    requestId: str  # noqa: N815 - the official spelling
    facts: dict[str, Any]


def document(endpoints: Iterable[Endpoint], offers: Iterable[Operations], version: str) -> dict[str, Any]:
    """The whole document."""
    shown = [endpoint for endpoint in endpoints if not endpoint.hidden]
    services = list(offers)
    types: list[Any] = [ProblemBody]
    for endpoint in shown:
        types += [t for t in (endpoint.body, endpoint.form, endpoint.query, endpoint.answer) if _named(t)]
    for offer in services:
        types += [t for operation in offer.by_name.values() for t in (operation.body, operation.answer) if _named(t)]
    unique_types = list(dict.fromkeys(types))
    schemas, components = msgspec.json.schema_components(unique_types, ref_template=REF)
    by_type = dict(zip(unique_types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in shown:
        path = PARAMETER.sub(r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _endpoint(endpoint, by_type)
    for offer in services:
        for operation in offer.by_name.values():
            item = paths.setdefault(f"{CALLS}{offer.address}/{operation.name}", {})
            for method in operation.methods:
                item[method.lower()] = _operation(offer, operation, method, by_type)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Nabz", "version": version, "summary": "Iran's health exchange: six official systems"},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "client": {"type": "http", "scheme": "basic", "description": "client_id and client_secret"},
                "token": {"type": "http", "scheme": "bearer"},
                "pid": {"type": "apiKey", "in": "header", "name": "pid"},
                "session": {"type": "apiKey", "in": "cookie", "name": "nabz_session"},
            },
        },
    }


def _endpoint(endpoint: Endpoint, by_type: dict[Any, Any]) -> dict[str, Any]:
    names = PARAMETER.findall(endpoint.path)
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    if endpoint.query is not None:
        parameters += [
            {"name": field.encode_name, "in": "query", "required": field.required, "schema": {}}
            for field in msgspec.structs.fields(endpoint.query)
        ]
    item: dict[str, Any] = {
        "operationId": endpoint.function.__qualname__.rpartition(".")[2] + "_" + endpoint.method.lower(),
        "summary": endpoint.summary,
        "tags": [endpoint.owner],
        "parameters": parameters,
        "responses": {
            str(endpoint.status): _content("Done", _schema(endpoint.answer, by_type)),
            "default": _content("A problem", {"$ref": REF.format(name="ProblemBody")}, "application/problem+json"),
        },
    }
    if endpoint.body is not None:
        item["requestBody"] = {**_content("", _schema(endpoint.body, by_type)), "required": True}
    if endpoint.form is not None:
        content = _content("", _schema(endpoint.form, by_type), "application/x-www-form-urlencoded")
        item["requestBody"] = {**content, "required": True}
    if endpoint.security:
        item["security"] = [{name: [] for name in endpoint.security}]
    elif endpoint.roles is not None:
        item["security"] = [{"session": []}]
    return item


def _operation(offer: Operations, operation: Any, method: str, by_type: dict[Any, Any]) -> dict[str, Any]:  # noqa: ANN401
    envelope = {
        "type": "object",
        "properties": {
            "result": {
                "type": "object",
                "properties": {
                    "data": _schema(operation.answer, by_type),
                    "status": {"type": "object", "properties": {"statusCode": {"type": "integer"}}},
                },
            },
            "status": {
                "type": "object",
                "properties": {"statusCode": {"type": "integer"}, "message": {"type": "string"}},
            },
        },
    }
    return {
        "operationId": f"{offer.id.replace('/', '_')}_{operation.name}_{method.lower()}",
        "summary": operation.summary,
        "tags": [offer.address],
        "security": [{"token": [], "pid": []}],
        "requestBody": _content("", _schema(operation.body, by_type)),
        "responses": {
            "200": _content("The provider's answer in the envelope of appendix 1", envelope),
            "default": _content("A refusal by the gateway", {"type": "object"}),
        },
    }


def _named(type_: Any) -> bool:  # noqa: ANN401
    return type_ is not None and type_ is not Any and type_ is not object


def _schema(type_: Any, by_type: dict[Any, Any]) -> dict[str, Any]:  # noqa: ANN401
    return by_type[type_] if _named(type_) else {}


def _content(description: str, schema: dict[str, Any], media: str = "application/json") -> dict[str, Any]:
    found: dict[str, Any] = {"content": {media: {"schema": schema}}}
    return {"description": description, **found} if description else found
