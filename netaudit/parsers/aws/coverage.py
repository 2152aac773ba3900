"""What is read of each kind of AWS resource, as a table: the coverage of the platform at a glance.

A field in none of the three columns is unrecognised; empty ones say nothing and are ignored.
Source: AWS CLI Command Reference, output of ec2 `describe-*` and `get-*`, elbv2 and network-firewall `describe-*`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.source import Affects


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a kind. `inside` names the row of nested objects; `affects`: what an unknown field could change."""

    understood: frozenset[str]
    ignored: frozenset[str] = frozenset()
    unsupported: dict[str, Affects] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)
    affects: Affects = Affects.OTHER
    rest_ignored: bool = False  # other fields belong to the machine, not to its network


@dataclass(frozen=True, slots=True)
class Identity:
    """How a kind is recognised: `key` names it; one of `marks` tells it where no list's key does."""

    key: str
    marks: tuple[str, ...] = ()
    holds: dict[str, str] = field(default_factory=dict)  # nested lists of resources


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Values of these fields are never shown: boot scripts, keys, and VPN configurations with their pre-shared keys.
SECRET_FIELDS = _words(
    "UserData userData CustomerGatewayConfiguration PreSharedKey authKey AuthKey bgpAuthKey customerRouterConfig "
    "KeyMaterial MasterUserPassword SecretString SecretAccessKey SessionToken Password AuthToken"
)

# Fields that differ between copies of one resource without another meaning.
VOLATILE_FIELDS = _words("Tags TagSet AvailableIpAddressCount OwnerId Region")

# The key around a list (lower case, without underscores) -> kind.
ENVELOPES = {
    "securitygroups": "security_group",
    "securitygrouprules": "security_group_rule",
    "networkacls": "network_acl",
    "routetables": "route_table",
    "vpcs": "vpc",
    "subnets": "subnet",
    "networkinterfaces": "network_interface",
    "reservations": "reservation",
    "instances": "instance",
    "prefixlists": "prefix_list",
    "internetgateways": "internet_gateway",
    "egressonlyinternetgateways": "egress_only_gateway",
    "natgateways": "nat_gateway",
    "vpcpeeringconnections": "peering",
    "vpcendpoints": "vpc_endpoint",
    "vpngateways": "vpn_gateway",
    "vpnconnections": "vpn_connection",
    "customergateways": "customer_gateway",
    "transitgateways": "transit_gateway",
    "transitgatewayattachments": "transit_attachment",
    "transitgatewayvpcattachments": "transit_vpc_attachment",
    "transitgatewayroutetables": "transit_route_table",
    "transitgatewaystaticroutes": "transit_routes",
    "transitgatewaypropagations": "transit_propagations",
    "addresses": "elastic_address",
    "loadbalancers": "load_balancer",
    "targetgroups": "target_group",
    "listeners": "listener",
    "loadbalancerlisteners": "listeners_of_balancer",
    "loadbalancertargethealth": "target_health",
    "loadbalancerattributes": "balancer_attributes",
    "dbinstances": "database",
    "domainstatuslist": "search_domain",
    "flowlogs": "flow_log",
    "firewallpolicies": "network_firewall",
    "rulegroups": "network_firewall",
    "firewalls": "network_firewall",
    # Directories of what AWS offers, and accounts: they filter and route nothing.
    **dict.fromkeys(
        (
            *("availabilityzones", "regions", "servicenames", "servicedetails", "accountaliases", "tags"),
            *("dhcpoptions", "images", "keypairs", "volumes", "snapshots", "instancetypes"),
        ),
        "directory",
    ),
    "virtualinterfaces": "direct_connect",
    "directconnectgateways": "direct_connect",
    "directconnectgatewayassociations": "direct_connect",
    "directconnectgatewayattachments": "direct_connect",
}

IDENTITIES: dict[str, Identity] = {
    "security_group": Identity("GroupId", ("IpPermissions", "IpPermissionsEgress")),
    "security_group_rule": Identity("SecurityGroupRuleId", ("IsEgress",)),
    "network_acl": Identity("NetworkAclId", ("Entries",)),
    "route_table": Identity("RouteTableId", ("Routes", "PropagatingVgws")),
    "instance_interface": Identity("NetworkInterfaceId"),
    "network_interface": Identity("NetworkInterfaceId", ("PrivateIpAddresses", "SourceDestCheck")),
    "subnet": Identity("SubnetId", ("AvailableIpAddressCount", "MapPublicIpOnLaunch")),
    "instance": Identity("InstanceId", ("InstanceType", "ImageId"), {"NetworkInterfaces": "instance_interface"}),
    "reservation": Identity("ReservationId", ("Instances",), {"Instances": "instance"}),
    "vpc": Identity("VpcId", ("CidrBlockAssociationSet", "DhcpOptionsId")),
    "prefix_list": Identity("PrefixListId", ("PrefixListName", "Cidrs")),
    "prefix_list_entries": Identity("-"),  # an answer with `Entries` that have a `Cidr`
    "internet_gateway": Identity("InternetGatewayId", ("Attachments",)),
    "egress_only_gateway": Identity("EgressOnlyInternetGatewayId", ("Attachments",)),
    "nat_gateway": Identity("NatGatewayId", ("NatGatewayAddresses",)),
    "peering": Identity("VpcPeeringConnectionId", ("AccepterVpcInfo",)),
    "vpc_endpoint": Identity("VpcEndpointId", ("VpcEndpointType", "ServiceName")),
    "vpn_gateway": Identity("VpnGatewayId", ("VpcAttachments",)),
    "vpn_connection": Identity("VpnConnectionId", ("CustomerGatewayId",)),
    "customer_gateway": Identity("CustomerGatewayId", ("BgpAsn",)),
    "transit_vpc_attachment": Identity("TransitGatewayAttachmentId", ("SubnetIds",)),
    "transit_attachment": Identity("TransitGatewayAttachmentId", ("ResourceType",)),
    "transit_route_table": Identity("TransitGatewayRouteTableId", ("DefaultAssociationRouteTable",)),
    "transit_routes": Identity("TransitGatewayRouteTableId", ("Routes",)),
    "transit_propagations": Identity("TransitGatewayRouteTableId", ("TransitGatewayRouteTablePropagations",)),
    "transit_gateway": Identity("TransitGatewayId", ("TransitGatewayArn",)),
    "elastic_address": Identity("AllocationId", ("PublicIp",)),
    "target_group": Identity("TargetGroupArn", ("TargetType", "HealthCheckProtocol")),
    "listener": Identity("ListenerArn", ("DefaultActions",)),
    "load_balancer": Identity("LoadBalancerArn", ("Scheme", "DNSName")),
    "listeners_of_balancer": Identity("LoadBalancerArn", ("Listeners",), {"Listeners": "listener"}),
    "balancer_attributes": Identity("LoadBalancerArn", ("Attributes",)),
    "target_health": Identity("TargetGroupArn", ("TargetHealthDescriptions",)),
    "database": Identity("DBInstanceIdentifier", ("DBInstanceClass",)),
    "search_domain": Identity("DomainId", ("ElasticsearchVersion", "EngineVersion")),
    "direct_connect": Identity("virtualInterfaceId", ("directConnectGatewayId", "virtualInterfaceType")),
    "network_firewall": Identity("FirewallArn", ("FirewallPolicyArn", "RuleGroupArn")),
    "flow_log": Identity("FlowLogId", ("TrafficType",)),
    "directory": Identity("-"),
}

# Of every resource: identity and what the console shows of it.
COMMON_UNDERSTOOD = _words("Tags TagSet VpcId")
COMMON_IGNORED = _words("OwnerId CreationTime CreateTime CreationTimestamp Description ResponseMetadata Region Arn")

_FILTER, _ROUTING, _NAT, _OTHER = Affects.FILTER, Affects.ROUTING, Affects.NAT, Affects.OTHER

TABLE: dict[str, Fields] = {
    # Filters
    "security_group": Fields(
        _words("GroupId GroupName Description"),
        _words("SecurityGroupArn"),
        inside={"IpPermissions": "permission", "IpPermissionsEgress": "permission"},
        affects=_FILTER,
    ),
    "permission": Fields(
        _words("IpProtocol FromPort ToPort"),
        inside=dict.fromkeys(("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs"), "peer"),
        affects=_FILTER,
    ),
    "peer": Fields(
        _words("CidrIp CidrIpv6 PrefixListId GroupId Description"),
        _words("UserId GroupName PeeringStatus VpcId VpcPeeringConnectionId"),
        affects=_FILTER,
    ),
    "security_group_rule": Fields(
        _words(
            "SecurityGroupRuleId GroupId IsEgress IpProtocol FromPort ToPort CidrIpv4 CidrIpv6 PrefixListId "
            "ReferencedGroupInfo Description"
        ),
        _words("GroupOwnerId SecurityGroupRuleArn"),
        affects=_FILTER,
    ),
    "network_acl": Fields(
        _words("NetworkAclId IsDefault Associations"), inside={"Entries": "entry"}, affects=_FILTER
    ),
    "entry": Fields(
        _words("CidrBlock Ipv6CidrBlock Egress Protocol PortRange IcmpTypeCode RuleAction RuleNumber"), affects=_FILTER
    ),
    "prefix_list": Fields(
        _words("PrefixListId PrefixListName Cidrs AddressFamily"),
        _words("State StateMessage PrefixListArn MaxEntries Version IpamPrefixListResolverTargetId"),
        affects=_FILTER,
    ),
    "prefix_list_entries": Fields(_words("Entries"), _words("NextToken"), affects=_FILTER),
    # Networks and routes
    "vpc": Fields(
        _words("CidrBlock CidrBlockAssociationSet Ipv6CidrBlockAssociationSet IsDefault"),
        _words("DhcpOptionsId InstanceTenancy State BlockPublicAccessStates EncryptionControl"),
        affects=_ROUTING,
    ),
    "subnet": Fields(
        _words("SubnetId CidrBlock Ipv6CidrBlockAssociationSet AvailabilityZone"),
        _words(
            "AssignIpv6AddressOnCreation AvailabilityZoneId AvailableIpAddressCount DefaultForAz "
            "MapPublicIpOnLaunch State SubnetArn MapCustomerOwnedIpOnLaunch CustomerOwnedIpv4Pool OutpostArn "
            "EnableDns64 EnableLniAtDeviceIndex Ipv6Native PrivateDnsNameOptionsOnLaunch Type BlockPublicAccessStates"
        ),
        affects=_ROUTING,
    ),
    "route_table": Fields(
        _words("RouteTableId Associations PropagatingVgws"), inside={"Routes": "route"}, affects=_ROUTING
    ),
    "route": Fields(
        _words(
            "DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId GatewayId NatGatewayId "
            "TransitGatewayId VpcPeeringConnectionId NetworkInterfaceId InstanceId EgressOnlyInternetGatewayId "
            "LocalGatewayId CarrierGatewayId CoreNetworkArn VpcEndpointId State Origin"
        ),
        _words("InstanceOwnerId OdbNetworkArn IpAddress"),
        affects=_ROUTING,
    ),
    "network_interface": Fields(
        _words(
            "NetworkInterfaceId SubnetId Groups PrivateIpAddress PrivateIpAddresses Ipv6Address Ipv6Addresses Status "
            "Association Attachment Description InterfaceType SourceDestCheck Ipv4Prefixes Ipv6Prefixes"
        ),
        _words(
            "AvailabilityZone AvailabilityZoneId MacAddress PrivateDnsName PublicDnsName PublicIpDnsNameOptions "
            "RequesterId RequesterManaged OutpostArn DenyAllIgwTraffic Ipv6Native ConnectionTrackingConfiguration "
            "Operator AssociatedSubnets NetworkInterfaceArn"
        ),
        affects=_FILTER,
    ),
    "instance": Fields(
        _words("InstanceId SecurityGroups State PrivateIpAddress SubnetId SourceDestCheck InstanceType"),
        inside={"NetworkInterfaces": "network_interface"},
        rest_ignored=True,
    ),
    "reservation": Fields(
        _words("ReservationId"), _words("Groups RequesterId"), inside={"Instances": "instance"}, affects=_FILTER
    ),
    "internet_gateway": Fields(_words("InternetGatewayId Attachments"), affects=_ROUTING),
    "egress_only_gateway": Fields(_words("EgressOnlyInternetGatewayId Attachments"), affects=_ROUTING),
    "nat_gateway": Fields(
        _words("NatGatewayId NatGatewayAddresses SubnetId State ConnectivityType"),
        _words(
            "DeleteTime FailureCode FailureMessage ProvisionedBandwidth AvailabilityMode AutoScalingIps "
            "AutoProvisionZones AttachedAppliances RouteTableId"
        ),
        affects=_NAT,
    ),
    "peering": Fields(
        _words("VpcPeeringConnectionId AccepterVpcInfo RequesterVpcInfo Status"),
        _words("ExpirationTime"),
        affects=_ROUTING,
    ),
    "vpc_endpoint": Fields(
        _words("VpcEndpointId VpcEndpointType ServiceName State RouteTableIds SubnetIds Groups NetworkInterfaceIds"),
        _words(
            "DnsEntries PrivateDnsEnabled RequesterManaged PolicyDocument IpAddressType DnsOptions LastError "
            "Ipv4Prefixes Ipv6Prefixes FailureReason ServiceNetworkArn ResourceConfigurationArn ServiceRegion"
        ),
        affects=_ROUTING,
    ),
    "vpn_gateway": Fields(
        _words("VpnGatewayId VpcAttachments State"), _words("Type AmazonSideAsn AvailabilityZone"), affects=_ROUTING
    ),
    "vpn_connection": Fields(
        _words("VpnConnectionId VpnGatewayId TransitGatewayId CustomerGatewayId State Routes Options Type"),
        _words(
            "Category VgwTelemetry CustomerGatewayConfiguration CoreNetworkArn CoreNetworkAttachmentArn "
            "GatewayAssociationState PreSharedKeyArn"
        ),
        affects=_ROUTING,
    ),
    "customer_gateway": Fields(
        _words("CustomerGatewayId IpAddress State"),
        _words("BgpAsn BgpAsnExtended Type DeviceName CertificateArn"),
        affects=_ROUTING,
    ),
    "transit_gateway": Fields(
        _words("TransitGatewayId State"), _words("TransitGatewayArn Options"), affects=_ROUTING
    ),
    "transit_attachment": Fields(
        _words("TransitGatewayAttachmentId TransitGatewayId ResourceId ResourceType State Association"),
        _words("TransitGatewayOwnerId ResourceOwnerId"),
        affects=_ROUTING,
    ),
    "transit_vpc_attachment": Fields(
        _words("TransitGatewayAttachmentId TransitGatewayId SubnetIds State"),
        _words("VpcOwnerId Options"),
        affects=_ROUTING,
    ),
    "transit_route_table": Fields(
        _words("TransitGatewayRouteTableId TransitGatewayId State"),
        _words("DefaultAssociationRouteTable DefaultPropagationRouteTable"),
        affects=_ROUTING,
    ),
    "transit_routes": Fields(
        _words("TransitGatewayRouteTableId Routes"), _words("AdditionalRoutesAvailable"), affects=_ROUTING
    ),
    "transit_propagations": Fields(
        _words("TransitGatewayRouteTableId TransitGatewayRouteTablePropagations"), affects=_ROUTING
    ),
    "elastic_address": Fields(
        _words("AllocationId PublicIp AssociationId NetworkInterfaceId PrivateIpAddress InstanceId"),
        _words(
            "Domain NetworkInterfaceOwnerId PublicIpv4Pool NetworkBorderGroup CustomerOwnedIp CustomerOwnedIpv4Pool "
            "CarrierIp ServiceManaged SubnetId"
        ),
        affects=_NAT,
    ),
    "flow_log": Fields(
        _words("FlowLogId ResourceId TrafficType FlowLogStatus"),
        _words(
            "DeliverLogsErrorMessage DeliverLogsPermissionArn DeliverCrossAccountRole DeliverLogsStatus LogGroupName "
            "LogDestinationType LogDestination LogFormat MaxAggregationInterval DestinationOptions"
        ),
    ),
    # Load balancers: what network and application load balancers pass on is followed to their targets.
    "load_balancer": Fields(
        _words("LoadBalancerArn LoadBalancerName Scheme Type SecurityGroups AvailabilityZones State"),
        _words(
            "DNSName CanonicalHostedZoneId CreatedTime IpAddressType CustomerOwnedIpv4Pool IpamPools "
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic EnablePrefixForIpv6SourceNat "
            "LoadBalancerAddresses"
        ),
        affects=_NAT,
    ),
    "target_group": Fields(_words("TargetGroupArn TargetType LoadBalancerArns"), rest_ignored=True),
    "listener": Fields(_words("ListenerArn LoadBalancerArn Protocol Port DefaultActions"), rest_ignored=True),
    "listeners_of_balancer": Fields(_words("LoadBalancerArn"), inside={"Listeners": "listener"}, affects=_NAT),
    "target_health": Fields(_words("TargetGroupArn TargetHealthDescriptions"), rest_ignored=True),
    "balancer_attributes": Fields(_words("LoadBalancerArn Attributes"), rest_ignored=True),
    # Services whose interfaces are among the network interfaces; the rest is of the service.
    "database": Fields(frozenset(), rest_ignored=True),
    "search_domain": Fields(frozenset(), rest_ignored=True),
    "directory": Fields(frozenset(), rest_ignored=True),
    "direct_connect": Fields(
        frozenset(), unsupported=dict.fromkeys(("virtualInterfaceId", "directConnectGatewayId"), _ROUTING),
        rest_ignored=True,
    ),
    "network_firewall": Fields(frozenset(), unsupported=dict.fromkeys(("FirewallArn", "RuleGroupArn"), _FILTER),
                               rest_ignored=True),
}  # fmt: skip
TABLE["instance_interface"] = TABLE["network_interface"]

# Nested fields of what is read that decide nothing.
NESTED_IGNORED = _words(
    "AttachmentId AttachTime DeleteOnTermination DeviceIndex InstanceOwnerId NetworkCardIndex EnaSrdSpecification "
    "IpOwnerId PublicDnsName PrivateDnsName CarrierIp CustomerOwnedIp EnaQueueCount "
    "PeeringOptions Message OwnerId Region StatusMessage Ipv6Pool NetworkBorderGroup IpSource Ipv6AddressAttribute "
    "PreSharedKey EnableAcceleration LocalIpv4NetworkCidr RemoteIpv4NetworkCidr OutsideIpAddressType "
    "TunnelInsideIpVersion LocalIpv6NetworkCidr RemoteIpv6NetworkCidr TransportTransitGatewayAttachmentId "
    "IsPrimary ZoneName LoadBalancerAddresses OutpostId HostnameType UserId PeeringStatus"
)
