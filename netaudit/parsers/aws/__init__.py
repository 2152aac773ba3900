"""Amazon VPC: what `aws ec2 describe-*`, `elbv2` and `network-firewall` print, as files in folders."""

from netaudit.parsers.aws.device import parse, parse_together

__all__ = ["parse", "parse_together"]
