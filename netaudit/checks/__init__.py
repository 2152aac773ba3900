"""One check, one file. No check knows another, a vendor or a regulation."""

from __future__ import annotations

from netaudit.checks.contract import Check, Context
from netaudit.checks.exposure import exposed_service, unfiltered_external_interface
from netaudit.checks.inventory import register_mismatch
from netaudit.checks.lifecycle import (
    hardware_past_support,
    missing_retirement_plan,
    overdue_retirement,
    software_past_support,
    support_ends_soon,
    unknown_lifecycle,
)
from netaudit.checks.lines import (
    agreed_but_closed,
    agreement_not_in_force,
    line_without_firewall,
    port_not_agreed,
    reaches_other_hosts,
)
from netaudit.checks.logging import no_remote_log
from netaudit.checks.management import idle_timeout, unrestricted_management, weak_management_protocol
from netaudit.checks.rules import (
    any_any_permit,
    mirror_pair,
    missing_final_deny,
    one_any_field,
    protocol_wide_permit,
    risky_service,
    superfluous_rule,
    two_any_fields,
    undefined_reference,
    unlogged_permit,
    wide_address,
    wide_port_range,
)
from netaudit.checks.segmentation import (
    dmz_to_production,
    internet_to_production,
    missing_zone,
    uat_to_production,
    unfiltered_zones,
    unzoned_interface,
)

# Every check, in the order of its id; a test holds this tuple against the files.
CHECKS: tuple[Check, ...] = (
    hardware_past_support.CHECK,  # EOL-001
    software_past_support.CHECK,  # EOL-002
    support_ends_soon.CHECK,  # EOL-003
    missing_retirement_plan.CHECK,  # EOL-004
    overdue_retirement.CHECK,  # EOL-005
    unknown_lifecycle.CHECK,  # EOL-006
    unfiltered_external_interface.CHECK,  # EXT-002
    exposed_service.CHECK,  # EXT-004
    register_mismatch.CHECK,  # INV-001
    line_without_firewall.CHECK,  # LINE-001
    port_not_agreed.CHECK,  # LINE-002
    agreed_but_closed.CHECK,  # LINE-003
    reaches_other_hosts.CHECK,  # LINE-004
    agreement_not_in_force.CHECK,  # LINE-005
    no_remote_log.CHECK,  # LOG-001
    unrestricted_management.CHECK,  # MGMT-001
    weak_management_protocol.CHECK,  # MGMT-002
    idle_timeout.CHECK,  # MGMT-004
    any_any_permit.CHECK,  # RULE-001
    two_any_fields.CHECK,  # RULE-002
    one_any_field.CHECK,  # RULE-003
    missing_final_deny.CHECK,  # RULE-004
    wide_port_range.CHECK,  # RULE-005
    protocol_wide_permit.CHECK,  # RULE-006
    wide_address.CHECK,  # RULE-007
    mirror_pair.CHECK,  # RULE-008
    superfluous_rule.CHECK,  # RULE-009
    risky_service.CHECK,  # RULE-011
    unlogged_permit.CHECK,  # RULE-013
    undefined_reference.CHECK,  # RULE-020
    unfiltered_zones.CHECK,  # SEG-001
    unzoned_interface.CHECK,  # SEG-004
    missing_zone.CHECK,  # SEG-010
    uat_to_production.CHECK,  # SEG-011
    dmz_to_production.CHECK,  # SEG-012
    internet_to_production.CHECK,  # SEG-014
)

__all__ = ["CHECKS", "Check", "Context"]
