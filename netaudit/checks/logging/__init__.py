"""Whether records leave the devices."""
