"""Who may manage the devices, from where and how."""
