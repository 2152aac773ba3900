"""netaudit: an offline analyzer of firewall and network configurations."""

__version__ = "0.1.0"
