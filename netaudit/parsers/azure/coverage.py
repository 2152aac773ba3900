"""What resources of Azure may hold, a table: the coverage of the platform in one place.

Fields are written as Resource Manager has them; case and underscores do not count. For each type: the fields that are
read, those that change no answer, and those that are known and not modelled, with what they can change.
Source: Microsoft Learn, "Azure Resource Manager template reference", Microsoft.Network (to 2024-05-01).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.source import Affects
from netaudit.parsers.azure.views import plain

NETWORK = "microsoft.network/"


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a type, at whatever depth. `affects` is what a field that is in none of the three could change."""

    understood: frozenset[str]
    unsupported: dict[str, Affects] = field(default_factory=dict)
    affects: Affects = Affects.OTHER
    rest_ignored: bool = False  # the other fields of the type say nothing of packets


def _words(text: str) -> frozenset[str]:
    return frozenset(plain(word) for word in text.split())


# Of every resource: what it is and where it is kept.
COMMON_UNDERSTOOD = _words("id name type properties apiVersion description primary copy count input condition")
COMMON_IGNORED = _words(
    "etag location tags provisioningState resourceGuid sku zones kind extendedLocation identity managedBy plan scope "
    "systemData comments dependsOn subscriptionId resourceGroup tenantId hiddenLink uniqueId metadata tier "
    "displayName createdTime changedTime ipTags migrationPhase mode batchSize asserts ResourceGroupName Location "
    "ProvisioningState Etag TagsTable ResourceGuid ResourceNavigationLinks resourceNavigationLinks "
    "serviceAssociationLinks dnsServers dhcpOptions appliedDnsServers ddosSettings idleTimeoutInMinutes"
)

_RULE = (
    "protocol sourcePortRange sourcePortRanges destinationPortRange destinationPortRanges sourceAddressPrefix "
    "sourceAddressPrefixes destinationAddressPrefix destinationAddressPrefixes sourceApplicationSecurityGroups "
    "destinationApplicationSecurityGroups access priority direction"
)
_GROUP = Fields(
    _words(f"{_RULE} securityRules defaultSecurityRules subnets networkInterfaces ipConfigurations flowLogs")
    | _words("flushConnection"),
    {},
    Affects.FILTER,
)
_IP_CONFIGURATION = (
    "ipConfigurations privateIPAddress privateIPAllocationMethod privateIPAddressVersion privateIPAddressPrefixLength "
    "subnet publicIPAddress applicationSecurityGroups loadBalancerBackendAddressPools loadBalancerInboundNatRules"
)
_SUBNET = (
    "subnets addressPrefix addressPrefixes networkSecurityGroup routeTable natGateway ipConfigurations "
    "privateEndpointNetworkPolicies privateEndpoints"
)
_SUBNET_IGNORED = _words(
    "delegations serviceName actions privateLinkServiceNetworkPolicies defaultOutboundAccess serviceEndpoints service "
    "locations ipamPoolPrefixAllocations sharingScope purpose ipConfigurationProfiles ipAllocations networkIdentifier "
    "applicationGatewayIPConfigurations"
)
_PEERING = (
    "virtualNetworkPeerings remoteVirtualNetwork remoteAddressSpace remoteVirtualNetworkAddressSpace addressPrefixes "
    "peeringState allowVirtualNetworkAccess useRemoteGateways allowForwardedTraffic allowGatewayTransit"
)
_PEERING_IGNORED = _words(
    "peeringSyncLevel doNotVerifyRemoteGateways remoteBgpCommunities remoteVirtualNetworkEncryption peerCompleteVnets "
    "localAddressSpace localVirtualNetworkAddressSpace remoteSubnetNames localSubnetNames"
)
_NETWORK = Fields(
    _words(f"addressSpace addressPrefixes {_SUBNET} {_PEERING}"),
    {plain("serviceEndpointPolicies"): Affects.FILTER},
    Affects.FILTER,
)
_INTERFACE = Fields(
    _words(f"{_IP_CONFIGURATION} networkSecurityGroup virtualMachine privateEndpoint macAddress"),
    {
        plain("disableTcpStateTracking"): Affects.FILTER,
        plain("virtualNetworkTaps"): Affects.OTHER,
        # The machine passes on packets of others, which the rules of its group meet too.
        plain("enableIPForwarding"): Affects.ROUTING,
    },
    Affects.FILTER,
)
_PUBLIC = Fields(
    _words(
        "ipAddress ipPrefix publicIPAddressVersion publicIPAllocationMethod ipConfiguration prefixLength natGateway"
    ),
    {},
    Affects.NAT,
    rest_ignored=True,
)
_ROUTES = Fields(
    _words("routes addressPrefix nextHopType nextHopIpAddress subnets hasBgpOverride"),
    {},
    Affects.ROUTING,
)
_NAT_GATEWAY = Fields(_words("publicIpAddresses publicIpPrefixes subnets virtualNetwork"), {}, Affects.NAT)
_BALANCER = Fields(
    _words(
        "frontendIPConfigurations frontendIPConfiguration backendAddressPools backendAddressPool loadBalancingRules "
        "inboundNatRules backendIPConfigurations backendIPConfiguration loadBalancerBackendAddresses ipAddress "
        "networkInterfaceIPConfiguration protocol frontendPort backendPort enableFloatingIP privateIPAddress "
        "privateIPAllocationMethod privateIPAddressVersion publicIPAddress subnet virtualNetwork probe probes"
    ),
    {
        plain("outboundRules"): Affects.NAT,
        plain("inboundNatPools"): Affects.NAT,
        plain("frontendPortRangeStart"): Affects.NAT,
        plain("frontendPortRangeEnd"): Affects.NAT,
        plain("publicIPPrefix"): Affects.NAT,
    },
    Affects.NAT,
    rest_ignored=True,
)
_FIREWALL = Fields(
    _words(
        "ipConfigurations privateIPAddress subnet publicIPAddress managementIpConfiguration firewallPolicy "
        "basePolicy ruleCollectionGroups ruleCollections childPolicies firewalls rules action ruleCollectionType "
        "ruleType priority ipProtocols protocols protocolType port sourceAddresses sourceIpGroups destinationAddresses "
        "destinationIpGroups destinationPorts destinationFqdns translatedAddress translatedPort translatedFqdn "
        "targetFqdns fqdnTags targetUrls webCategories networkRuleCollections applicationRuleCollections "
        "natRuleCollections threatIntelMode ipAddresses firewallPolicies ruleGroups"
    ),
    {
        plain("threatIntelWhitelist"): Affects.OTHER,
        plain("virtualHub"): Affects.ROUTING,
        plain("hubIPAddresses"): Affects.ROUTING,
    },
    Affects.FILTER,
)
_FIREWALL_IGNORED = _words(
    "dnsSettings enableProxy requireProxyForNetworkRules servers intrusionDetection transportSecurity insights sql "
    "explicitProxy snat privateRanges autoLearnPrivateRanges terminateTLS httpHeadersToInsert additionalProperties "
    "size autoscaleConfiguration ipGroups fqdns retentionDays isEnabled logAnalyticsResources allowSqlRedirect "
    "dnsSettings signatureOverrides bypassTrafficSettings profile configuration"
)
_ADMIN_RULE = Fields(
    _words(
        "access direction priority protocol sources destinations addressPrefix addressPrefixType sourcePortRanges "
        "destinationPortRanges flag"
    ),
    {},
    Affects.FILTER,
)
_READ_ELSEWHERE = Fields(_words("virtualMachine networkProfile networkInterfaces"), rest_ignored=True)
NOTHING = Fields(frozenset(), rest_ignored=True)

IGNORED: dict[str, frozenset[str]] = {}


def _network(fields: Fields, ignored: frozenset[str], *types: str) -> dict[str, Fields]:
    IGNORED.update({NETWORK + one.lower(): ignored for one in types})
    return {NETWORK + one.lower(): fields for one in types}


TYPES: dict[str, Fields] = {
    **_network(_GROUP, frozenset(), "networkSecurityGroups", "networkSecurityGroups/securityRules"),
    **_network(_GROUP, frozenset(), "networkSecurityGroups/defaultSecurityRules", "applicationSecurityGroups"),
    **_network(
        _NETWORK,
        _SUBNET_IGNORED
        | _PEERING_IGNORED
        | _words(
            "enableDdosProtection enableVmProtection privateEndpointVNetPolicies ddosProtectionPlan bgpCommunities "
            "encryption enabled enforcement flowTimeoutInMinutes flowLogs virtualNetworkBgpCommunity"
        ),
        "virtualNetworks",
        "virtualNetworks/subnets",
        "virtualNetworks/virtualNetworkPeerings",
    ),
    **_network(
        _INTERFACE,
        _words(
            "dnsSettings enableAcceleratedNetworking vnetEncryptionSupported hostedWorkloads tapConfigurations nicType "
            "allowPort25Out defaultOutboundConnectivityEnabled auxiliaryMode auxiliarySku internalDomainNameSuffix "
            "internalFqdn internalDnsNameLabel privateLinkConnectionProperties groupId requiredMemberName fqdns "
            "privateLinkService workloadType dscpConfiguration gatewayLoadBalancer hasIPv6 ddosSettings "
            "applicationGatewayBackendAddressPools deleteOption fabricIdentifier"
        ),
        "networkInterfaces",
        "networkInterfaces/ipConfigurations",
    ),
    **_network(_PUBLIC, frozenset(), "publicIPAddresses", "publicIPPrefixes"),
    **_network(_ROUTES, _words("disableBgpRoutePropagation"), "routeTables", "routeTables/routes"),
    **_network(_NAT_GATEWAY, _words("idleTimeoutInMinutes"), "natGateways"),
    **_network(_BALANCER, frozenset(), "loadBalancers", "loadBalancers/inboundNatRules"),
    **_network(
        _FIREWALL,
        _FIREWALL_IGNORED,
        *("azureFirewalls", "firewallPolicies", "firewallPolicies/ruleCollectionGroups", "ipGroups"),
        *("firewallPolicies/ruleGroups",),
    ),
    **_network(
        Fields(_words("networkInterfaces subnet"), rest_ignored=True),
        frozenset(),
        *("privateEndpoints", "privateEndpoints/privateDnsZoneGroups"),
    ),
    **_network(_ADMIN_RULE, frozenset(), "networkManagers/securityAdminConfigurations/ruleCollections/rules"),
    **_network(
        NOTHING,
        frozenset(),
        *("networkManagers", "networkManagers/securityAdminConfigurations"),
        *("networkWatchers", "networkWatchers/flowLogs", "ddosProtectionPlans", "dnsZones", "privateDnsZones"),
        *("privateDnsZones/virtualNetworkLinks", "privateDnsZones/A", "trafficManagerProfiles", "privateLinkServices"),
        *("networkIntentPolicies", "networkProfiles", "dnsResolvers", "dscpConfigurations"),
    ),
    "microsoft.compute/virtualmachines": _READ_ELSEWHERE,
}

# Types that decide over packets and are not modelled, with what they can change: one note each.
UNMODELLED: dict[str, Affects] = {
    **{
        NETWORK + one.lower(): Affects.ROUTING
        for one in (
            *("virtualHubs", "virtualHubs/hubRouteTables", "virtualHubs/hubVirtualNetworkConnections", "virtualWans"),
            *("vpnGateways", "expressRouteGateways", "p2sVpnGateways", "virtualNetworkGateways", "connections"),
            *("localNetworkGateways", "expressRouteCircuits", "virtualRouters", "routeFilters", "vpnSites"),
        )
    },
    **{
        NETWORK + one.lower(): Affects.FILTER
        for one in (
            *("networkManagers/networkGroups", "networkManagers/securityAdminConfigurations/ruleCollections"),
            *("serviceEndpointPolicies", "networkVirtualAppliances", "networkSecurityPerimeters", "bastionHosts"),
        )
    },
    **{NETWORK + one.lower(): Affects.NAT for one in ("applicationGateways", "frontDoors", "customIpPrefixes")},
    "microsoft.compute/virtualmachinescalesets": Affects.FILTER,
}

# Around the resources of an answer or template.
ENVELOPE_UNDERSTOOD = _words(
    "value data resources parameters variables $schema contentVersion defaultValue properties template id name type"
)
ENVELOPE_IGNORED = _words(
    "outputs functions metadata nextLink count total_records totalRecords resultTruncated facets skip_token skipToken "
    "languageVersion apiProfile definitions imports allowedValues minValue maxValue minLength maxLength"
)

# What was in force at one network interface (`az network nic list-effective-nsg`, `show-effective-route-table`).
ENVELOPE_UNSUPPORTED = {
    plain("effectiveSecurityRules"): Affects.FILTER,
    plain("tagMap"): Affects.FILTER,
    plain("nextHopType"): Affects.ROUTING,
}

# Fields whose value is a secret, whatever it looks like.
SECRET_FIELDS = _words(
    "sharedKey authorizationKey adminPassword password secret customData userData serverSecret radiusServerSecret "
    "protectedSettings vpnClientRootCertificates publicCertData radiusServers keyData commandToExecute presharedKey "
    "administratorLoginPassword clientSecret certificateData privateKey connectionString primaryKey secondaryKey "
    "storageAccountKey accessKey sasToken authorizationKeys"
)
SECRET_PARAMETERS = ("securestring", "secureobject")
