"""Small snapshots for the tests of the commands."""

from __future__ import annotations

from pathlib import Path

# Nothing to find at Medium or above, and every line understood.
QUIET = """\
version 16.9
hostname QUIET
no ip http server
interface GigabitEthernet0/0
 ip address 10.1.1.1 255.255.255.0
 ip access-group IN in
 no shutdown
ip access-list extended IN
 permit tcp host 10.1.1.20 host 10.1.2.5 eq 443 log
 deny ip any any log
logging host 10.1.1.9
line con 0
 exec-timeout 5 0
 login local
line vty 0 4
 access-class 10 in
 exec-timeout 5 0
 login local
 transport input ssh
access-list 10 permit 10.1.1.9 log
access-list 10 deny any log
end
"""

# The same with a rule that opens everything (critical).
OPEN = QUIET.replace(" deny ip any any log\n", " permit ip any any\n").replace("QUIET", "OPEN")

# The same with a line that no device knows.
STRANGE = QUIET.replace("end\n", "frobnicate the filter\nend\n").replace("QUIET", "STRANGE")


def snapshot(folder: Path, **files: str) -> Path:
    """Write files (name without ending = text) and return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.cfg").write_text(text, encoding="utf-8")
    return folder
