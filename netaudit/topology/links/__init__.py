"""Who is joined to whom: shared subnets, cables that captures show, tunnels, first-hop groups, doubtful addresses."""
