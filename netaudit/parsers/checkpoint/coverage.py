"""What the objects of a management server's export may hold, a table: the coverage of the JSON forms in one place.

For each type: the fields that are read, those that change no answer, and those that are known and not modelled, with
what they can change. Source: Check Point Management API Reference (versions 1.1 to 1.9).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.source import Affects


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a type. `affects` is what a field that is in none of the three could change."""

    understood: frozenset[str]
    ignored: frozenset[str] = frozenset()
    unsupported: dict[str, Affects] = field(default_factory=dict)
    affects: Affects = Affects.OTHER
    rest_ignored: bool = False  # other fields belong to inspection, display or logging


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Of every object: identity, and what SmartConsole shows of it.
COMMON_UNDERSTOOD = _words("uid name type comments display-name")
COMMON_IGNORED = _words(
    "domain color icon tags meta-info read-only groups customFields primaryManagement available-actions "
    "ignore-warnings ignore-errors details-url owner lock validation-state query-string"
)

_TIMEOUTS = _words(
    "session-timeout use-default-session-timeout override-default-settings sync-connections-on-cluster "
    "aggressive-aging keep-connections-open-after-policy-installation match-for-any accept-replies"
)
_GATEWAY = Fields(
    _words(
        "ipv4-address ipv6-address interfaces version os-name operating-system hardware policy dynamic-ip "
        "cluster-members cluster-member-names members cluster-mode policy-name firewall hardware-model serial-number "
        "send-logs-to-server send-logs-to-backup-server"
    ),
    _words(
        "sic-name sic-state sic-status sic-message network-security-blades management-blades logs-settings "
        "save-logs-locally send-alerts-to-server firewall-settings "
        "vpn-settings application-control url-filtering ips content-awareness anti-bot anti-virus threat-emulation "
        "threat-extraction vpn-encryption-domain nat-settings identity-awareness identity-awareness-settings "
        "platform-portal-settings usercheck-portal-settings https-inspection proxy-settings qos mobile-access "
        "icap-server threat-prevention-mode ips-update-policy ips-settings "
        "application-control-and-url-filtering-settings dynamic-objects-settings geo-mode "
        "members-interfaces topology topology-settings hit-count fetch-policy "
        "enable-https-inspection zero-phishing zero-phishing-fqdn advanced-settings smart-event-blades backup "
        "monitoring monitoring-blade identity-sharing-settings one-time-password ipv4-network-mask ip-address "
        "sd-wan hardware-address os-type connection-state data-center additional-info logs-server log-server"
    ),
    {"vpn": Affects.OTHER, "vsx": Affects.FILTER, "static-routes": Affects.ROUTING},
    Affects.FILTER,
)
_WITHOUT_ADDRESS = Fields(frozenset(), rest_ignored=True)
_SERVICE = Fields(
    _words("port source-port protocol match-by-protocol-signature icmp-type icmp-code ip-protocol match action")
    | _words("program-number interface-uuid application compound-service"),
    _TIMEOUTS | _words("version access-point-name allow-usage-of-static-ip imsi-prefix"),
    {"enable-tcp-resource": Affects.FILTER},
    Affects.FILTER,
)
_ADDRESS = Fields(
    _words(
        "ipv4-address ipv6-address subnet4 mask-length4 subnet-mask subnet6 mask-length6 ipv4-address-first "
        "ipv4-address-last ipv6-address-first ipv6-address-last nat-settings members include except ranges "
        "ipv4-mask-wildcard ipv6-mask-wildcard interfaces"
    ),
    _words("broadcast host-servers netmask-length dereference-group-members"),
    {},
    Affects.FILTER,
)
_RULE = Fields(
    _words(
        "rule-number source source-negate destination destination-negate service service-negate vpn action "
        "inline-layer content content-negate time track install-on enabled hits custom-fields service-resource "
        "user-check from to rulebase"
    ),
    _words("action-settings content-direction filter-match-details layer package position"),
    {},
    Affects.FILTER,
)
_NAT_RULE = Fields(
    _words(
        "rule-number method auto-generated original-source original-destination original-service translated-source "
        "translated-destination translated-service install-on enabled from to rulebase"
    ),
    _words("hits package position"),
    {},
    Affects.NAT,
)
_LAYER = Fields(
    _words("implicit-cleanup-action shared"),
    _words(
        "applications-and-url-filtering content-awareness mobile-access firewall detect-using-x-forward-for "
        "add-default-rule parent-layer"
    ),
    {},
    Affects.FILTER,
)
_TIME = Fields(_words("start-now start end-never end hours-ranges recurrence members"), frozenset(), {}, Affects.FILTER)
_PACKAGE = Fields(
    _words("access access-layers installation-targets installation-targets-revision nat-policy"),
    _words(
        "threat-layers threat-prevention vpn-traditional-mode qos qos-policy-type desktop-security "
        "https-inspection-policy https-inspection-layer https-inspection-layers"
    ),
    {},
    Affects.FILTER,
)
_PREDEFINED = Fields(frozenset(), rest_ignored=True)

TYPES: dict[str, Fields] = {
    **dict.fromkeys(("access-rule", "access-section"), _RULE),
    **dict.fromkeys(("nat-rule", "nat-section"), _NAT_RULE),
    "access-layer": _LAYER,
    "package": _PACKAGE,
    **dict.fromkeys(
        (
            *("host", "network", "address-range", "multicast-address-range", "group", "group-with-exclusion"),
            *("wildcard", "CpmiGroup", "CpmiAddressRange"),
        ),
        _ADDRESS,
    ),
    **dict.fromkeys(
        (
            *("service-tcp", "service-udp", "service-sctp", "service-icmp", "service-icmp6", "service-other"),
            *("service-rpc", "service-dce-rpc", "service-citrix-tcp", "service-compound-tcp", "service-gtp"),
        ),
        _SERVICE,
    ),
    "service-group": Fields(_words("members"), frozenset(), {}, Affects.FILTER),
    **dict.fromkeys(("time", "time-group"), _TIME),
    "access-role": Fields(_words("networks users machines"), _words("remote-access-clients"), {}, Affects.FILTER),
    # Their content is not in the export; the rules that name them are left from above.
    **dict.fromkeys(
        (
            *("security-zone", "dynamic-object", "dns-domain", "updatable-object", "data-center-object"),
            *("data-center-query", "network-feed", "Internet", "dynamic-global-network-object", "identity-tag"),
            *("application-site", "application-site-category", "application-site-group", "scada-application"),
            *("user", "user-group", "user-template", "logical-server", "gsn-handover-group", "tag", "data-type"),
            *("interoperable-device", "access-point-name", "opsec-application", "trusted-client", "updatable-objects"),
        ),
        _WITHOUT_ADDRESS,
    ),
    # Predefined words of a rulebase.
    **dict.fromkeys(("CpmiAnyObject", "RulebaseAction", "Track", "Global", "any"), _PREDEFINED),
    # Inspection, sessions and jobs: they permit nothing.
    **dict.fromkeys(
        (
            *("threat-layer", "threat-rule", "threat-section", "threat-profile", "threat-exception", "https-layer"),
            *("https-rule", "https-section", "session", "task", "global-domain", "domain", "login-message"),
            *(
                "smart-task",
                "server-certificate",
                "administrator",
                "cp-password",
                "lsv-profile",
                "mds",
                "md-permissions",
            ),
            *("exception-group", "threat-indicator", "ThreatProfile", "DlpProfile", "limit", "Limit", "UserCheck"),
        ),
        _PREDEFINED,
    ),
    **dict.fromkeys(
        ("vpn-community-meshed", "vpn-community-star", "vpn-community-remote-access", "VpnCommunity"), _PREDEFINED
    ),
    **dict.fromkeys(
        (
            *("simple-gateway", "simple-cluster", "CpmiGatewayPlain", "CpmiGatewayCluster", "CpmiClusterMember"),
            *("CpmiVsxNetobj", "CpmiVsNetobj", "CpmiVsClusterNetobj", "CpmiVsxClusterNetobj", "CpmiVsxClusterMember"),
            *("cluster-member", "lsm-gateway", "lsm-cluster", "CpmiLsmGateway", "CpmiLsmCluster", "CpmiHostCkp"),
            *("checkpoint-host", "mds", "smart-1"),
        ),
        _GATEWAY,
    ),
}

# What stands around the objects of an answer: pages, lists, the index of ShowPolicyPackage.
ENVELOPE_UNDERSTOOD = _words(
    "uid name rulebase objects objects-dictionary packages access-layers from to total policyPackages packageName "
    "accessLayers natLayer gatewayAndServerList objects htmlFileName domain hits gateways members"
)
ENVELOPE_IGNORED = _words(
    "tasks threatLayers threat-layers domainType htmlGatewaysFileName htmlObjectsFileName warnings api-version "
    "sessions query https-layers layers"
)

# The parts of the global properties that can decide over packets; the others are settings of inspection and logging.
PROPERTIES_UNDERSTOOD = _words("firewall")
IMPLIED_FIELDS = _words(
    "accept-icmp-requests accept-icmp-requests-position accept-domain-name-over-udp "
    "accept-domain-name-over-udp-position accept-domain-name-over-tcp accept-domain-name-over-tcp-position "
    "accept-rip accept-rip-position"
)
