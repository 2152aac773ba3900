"""ARM templates: parameters, functions, child resources, loops, nested templates; what is not told widens."""

from __future__ import annotations

from typing import Any

import pytest

from netaudit.model.device import Device
from netaudit.model.source import Affects
from netaudit.parsers.azure.expressions import Scope, Unresolved
from netaudit.parsers.json_tree import JsonObject, read_json
from tests.parsers.azure.reading import Json, devices, fate, read, rule

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
VALUES = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
APP, WEB, OUTSIDE = "10.0.1.4", "10.0.2.4", "198.51.100.7"


def template(*resources: Json, parameters: Json | None = None, variables: Json | None = None) -> Json:
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": parameters or {},
        "variables": variables or {},
        "resources": list(resources),
    }


def item(kind: str, name: str, properties: Any = None, **fields: Any) -> Json:
    kind = kind if "." in kind else f"Microsoft.Network/{kind}"
    return {"type": kind, "apiVersion": "2024-05-01", "name": name, "properties": properties or {}} | fields


NET = item(
    "virtualNetworks",
    "[parameters('netName')]",
    {
        "addressSpace": {"addressPrefixes": ["[variables('space')]"]},
        "subnets": [
            {
                "name": "app",
                "properties": {
                    "addressPrefix": "[format('{0}.{1}', variables('start'), '1.0/24')]",
                    "networkSecurityGroup": {
                        "id": "[resourceId('Microsoft.Network/networkSecurityGroups', variables('group'))]"
                    },
                },
            }
        ],
    },
)
PARAMETERS = {"netName": {"type": "string", "defaultValue": "net"}, "admin": {"type": "string"}}
VARIABLES = {
    "start": "10.0",
    "space": "[concat(variables('start'), '.0.0/16')]",
    "group": "[concat('nsg-', parameters('netName'))]",
}


def group(*rules: Json, **fields: Any) -> Json:
    return item("networkSecurityGroups", "[variables('group')]", {"securityRules": list(rules)}, **fields)


def built(*resources: Json, **more: Any) -> Device:
    found = devices(template(NET, *resources, parameters=PARAMETERS, variables=VARIABLES), *more.values())
    return next(iter(found.values()))


def test_parameters_variables_and_functions_are_resolved() -> None:
    device = built(group(rule("ssh", 100, "Allow", destinationPortRange="22")))
    assert device.name == "net"
    assert [str(one) for one in device.interfaces[0].addresses] == ["10.0.1.1/24"]
    assert fate(device, "nsg-net inbound", OUTSIDE, APP, 22) == ("permit", "ssh")
    assert fate(device, "nsg-net inbound", WEB, APP, 80) == ("permit", "AllowVnetInBound")


def test_a_parameter_without_a_value_widens_the_upper_bound_only() -> None:
    device = built(group(rule("admin", 100, "Allow", sourceAddressPrefix="[parameters('admin')]")))
    assert fate(device, "nsg-net inbound", OUTSIDE, APP)[0] == "unknown"
    denied = built(group(rule("admin", 100, "Deny", sourceAddressPrefix="[parameters('admin')]")))
    assert fate(denied, "nsg-net inbound", WEB, APP)[0] == "unknown"


def test_the_parameter_file_beside_a_template_gives_values() -> None:
    values = {"$schema": VALUES, "contentVersion": "1.0.0.0", "parameters": {"admin": {"value": "203.0.113.0/24"}}}
    device = built(group(rule("admin", 100, "Allow", sourceAddressPrefix="[parameters('admin')]")), values=values)
    assert fate(device, "nsg-net inbound", "203.0.113.9", APP) == ("permit", "admin")
    assert fate(device, "nsg-net inbound", OUTSIDE, APP) == ("deny", "DenyAllInBound")


def test_rules_of_their_own_belong_to_their_group() -> None:
    inside = {
        "type": "securityRules",
        "apiVersion": "2024-05-01",
        **rule("inside", 100, "Allow", destinationPortRange="22"),
    }
    outside = item(
        "networkSecurityGroups/securityRules",
        "[concat(variables('group'), '/outside')]",
        rule("", 110, "Allow", destinationPortRange="23")["properties"],
    )
    device = built(group(resources=[inside]), outside)
    assert fate(device, "nsg-net inbound", OUTSIDE, APP, 22)[0] == "permit"
    assert fate(device, "nsg-net inbound", OUTSIDE, APP, 23)[0] == "permit"
    assert fate(device, "nsg-net inbound", OUTSIDE, APP, 24)[0] == "deny"


def test_loops_make_their_copies() -> None:
    ports = {"type": "array", "defaultValue": ["22", "8443"]}
    loop = {
        "name": "securityRules",
        "count": "[length(parameters('ports'))]",
        "input": {
            "name": "[concat('r', copyIndex('securityRules'))]",
            "properties": rule("", 0, "Allow")["properties"]
            | {
                "priority": "[add(100, copyIndex('securityRules'))]",
                "destinationPortRange": "[parameters('ports')[copyIndex('securityRules')]]",
            },
        },
    }
    looped = item("networkSecurityGroups", "[variables('group')]", {"copy": [loop]})
    (device,) = devices(template(NET, looped, parameters=PARAMETERS | {"ports": ports}, variables=VARIABLES)).values()
    assert fate(device, "nsg-net inbound", OUTSIDE, APP, 22) == ("permit", "r0")
    assert fate(device, "nsg-net inbound", OUTSIDE, APP, 8443) == ("permit", "r1")
    assert fate(device, "nsg-net inbound", OUTSIDE, APP, 80)[0] == "deny"


def test_a_loop_of_unknown_length_leaves_the_group_open() -> None:
    loop = {"name": "securityRules", "count": "[length(parameters('admin'))]", "input": {"name": "x"}}
    device = built(item("networkSecurityGroups", "[variables('group')]", {"copy": [loop]}))
    assert fate(device, "nsg-net inbound", OUTSIDE, APP)[0] == "unknown"
    assert fate(device, "nsg-net inbound", WEB, APP)[0] == "unknown"


def test_resources_in_a_loop_and_in_a_nested_template() -> None:
    copies = item("networkSecurityGroups", "[concat('nsg-', copyIndex())]", {"securityRules": []})
    copies["copy"] = {"name": "groups", "count": 2}
    nested = item(
        "Microsoft.Resources/deployments",
        "inner",
        {
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {"wanted": {"value": "[variables('group')]"}},
            "template": template(
                item(
                    "networkSecurityGroups",
                    "[parameters('wanted')]",
                    {"securityRules": [rule("deep", 100, "Allow", destinationPortRange="22")]},
                ),
                parameters={"wanted": {"type": "string"}},
            ),
        },
    )
    found = devices(template(NET, copies, nested, parameters=PARAMETERS, variables=VARIABLES))
    assert set(found) == {"net", "nsg-0", "nsg-1"}
    assert fate(found["net"], "nsg-net inbound", OUTSIDE, APP, 22) == ("permit", "deep")


def test_what_is_not_deployed_is_not_there_and_a_doubt_is_noted() -> None:
    (parsed,) = read(template(NET, group(condition=False), parameters=PARAMETERS, variables=VARIABLES))
    assert fate(parsed.devices[0], "nsg-net inbound", WEB, APP)[0] == "unknown"
    (parsed,) = read(
        template(NET, group(condition="[equals(parameters('admin'), 'x')]"), parameters=PARAMETERS, variables=VARIABLES)
    )
    assert [note.affects for note in parsed.coverage.notes] == [Affects.FILTER]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[concat('a', 1, 'b')]", "a1b"),
        ("[toLower('ABC')]", "abc"),
        ("[if(equals(1, 1), 'yes', 'no')]", "yes"),
        ("[format('{0}-{1}', 'a', 2)]", "a-2"),
        ("[split('a,b', ',')[1]]", "b"),
        ("[first(createArray('x', 'y'))]", "x"),
        ("[replace('a.b', '.', '-')]", "a-b"),
        ("[string(add(2, 3))]", "5"),
        ("[[not an expression]", "[not an expression]"),
        ("plain", "plain"),
        ("['it''s']", "it's"),
        ("[variables('deep').inner.name]", "found"),
        ("[resourceId('rg', 'Microsoft.Network/virtualNetworks/subnets', 'n', 's')]",
         "/providers/Microsoft.Network/virtualNetworks/n/subnets/s"),
    ],
)  # fmt: skip
def test_functions(text: str, value: object) -> None:
    (document,) = read_json(['{"variables": {"deep": {"inner": {"name": "found"}}}}']).documents
    assert isinstance(document, JsonObject)
    assert Scope(document).value(text) == value


@pytest.mark.parametrize(
    "text",
    ["[uniqueString('a')]", "[reference('x').id]", "[concat(]", "[", "[]", "[f(g(h(]", "[variables('loop')]",
     "[substring('a', 'b')]", "[last(createArray())]", "[" + "concat(" * 200 + ")" * 200 + "]", "[mod(1, 0)]"],
)  # fmt: skip
def test_what_cannot_be_resolved_never_raises(text: str) -> None:
    (document,) = read_json(['{"variables": {"loop": "[variables(\'loop\')]"}}']).documents
    assert isinstance(document, JsonObject)
    value = Scope(document).value(text)
    assert isinstance(value, Unresolved) or value == text


def test_secure_parameters_and_secret_fields_are_masked() -> None:
    parameters = {"key": {"type": "secureString", "defaultValue": "Sommer-2024"}}
    connection = item("connections", "vpn", {"sharedKey": "Winter-2024", "authorizationKey": "Herbst-2024"})
    machine = item("Microsoft.Compute/virtualMachines", "vm", {"osProfile": {"customData": "RnJ1ZWhsaW5n"}})
    parsed = read(template(connection, machine, parameters=parameters), indent=1)
    shown = repr(parsed)
    for secret in ("Sommer-2024", "Winter-2024", "Herbst-2024", "RnJ1ZWhsaW5n"):
        assert secret not in shown
