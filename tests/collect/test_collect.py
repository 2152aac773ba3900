"""A snapshot is read from wherever it lies, completely and always in the same order."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import netaudit.collect.raw_files as raw_files
from netaudit.collect import collect
from netaudit.collect.encodings import decode
from netaudit.collect.snapshot import host_of, split_lines
from netaudit.errors import InputError

IOS = "version 15.2\nhostname rtr-1\nno aaa new-model\nip route 0.0.0.0 0.0.0.0 192.0.2.1\nline vty 0 4\nend\n"
ASA = "ASA Version 9.16(4)42\nhostname fw-1\nnameif outside\naccess-group OUT in interface outside\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    (root / "configs" / "fw-1").mkdir(parents=True)
    (root / "configs" / "fw-1" / "show_running-config.txt").write_text(ASA)
    (root / "rtr-1.cfg").write_text(IOS)
    (root / "README.md").write_text("# Exports of the night\n")
    (root / ".git").mkdir()
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return root


EXPECTED = [
    ("README.md", "", "README"),
    ("configs/fw-1/show_running-config.txt", "cisco_asa", "fw-1"),
    ("rtr-1.cfg", "cisco_ios", "rtr-1"),
]


def facts(snapshot: str) -> list[tuple[str, str, str]]:
    return [(file.path, file.platform, file.host) for file in collect(snapshot).files]


def test_a_folder_is_read_in_order_with_relative_paths(folder: Path) -> None:
    snapshot = collect(str(folder))
    assert snapshot.root_name == "site"
    assert facts(str(folder)) == EXPECTED
    assert not snapshot.problems
    rtr = snapshot.files[-1]
    assert rtr.lines[1] == "hostname rtr-1" and len(rtr.lines) == 6
    assert len(rtr.sha256) == 64 and rtr.encoding == "utf-8"


def test_a_single_file_is_a_snapshot(folder: Path) -> None:
    assert facts(str(folder / "rtr-1.cfg")) == [("rtr-1.cfg", "cisco_ios", "rtr-1")]


def test_zip_and_tar_hold_the_same_files_as_the_folder(folder: Path, tmp_path: Path) -> None:
    members = [path for path in folder.rglob("*") if path.is_file()]
    with zipfile.ZipFile(tmp_path / "site.zip", "w") as archive:
        for path in members:
            archive.write(path, path.relative_to(folder))
    for name, mode in (("site.tar", "w"), ("site.tar.gz", "w:gz"), ("site.tar.xz", "w:xz")):
        with tarfile.open(tmp_path / name, mode) as tar:  # type: ignore[call-overload]
            for path in members:
                tar.add(path, path.relative_to(folder))
    for name in ("site.zip", "site.tar", "site.tar.gz", "site.tar.xz"):
        assert facts(str(tmp_path / name)) == EXPECTED, name


def test_a_git_revision_is_read_as_it_was(folder: Path) -> None:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    (folder / "rtr-1.cfg").write_text("changed since\n")
    git(folder, "commit", "-q", "-am", "second")
    assert facts(f"git:{folder}@HEAD~1") == EXPECTED
    assert collect(f"git:{folder}@main").files[-1].lines == ("changed since",)
    assert facts(f"git:{folder}/configs@HEAD") == [("fw-1/show_running-config.txt", "cisco_asa", "fw-1")]
    with pytest.raises(InputError, match="no revision 'absent'"):
        collect(f"git:{folder}@absent")


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    if words[0] == "init":
        (folder / ".git" / "HEAD").unlink()
        (folder / ".git").rmdir()
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda root: root / "absent", "does not exist"),
        (lambda root: (root / "empty").mkdir() or root / "empty", "holds no files"),
        (lambda root: (root / "a.zip").write_bytes(b"not a zip") and root / "a.zip", "not a zip or tar archive"),
        (lambda root: (root / "a.tar.gz").write_bytes(b"\x1f\x8b broken") and root / "a.tar.gz", "unpack it"),
        (lambda root: "git:" + str(root / "absent") + "@HEAD", "write git:PATH@REV"),
        (lambda root: f"git:{root}@HEAD", "git cannot read it"),
    ],
)
def test_input_that_cannot_be_used_says_what_to_mend(tmp_path: Path, make, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=message):
        collect(str(make(tmp_path)))


def test_an_archive_cannot_name_files_outside_itself(tmp_path: Path) -> None:
    path = tmp_path / "evil.tar"
    with tarfile.open(path, "w") as archive:
        for name in ("../evil.cfg", "/etc/evil.cfg", "good.cfg"):
            information = tarfile.TarInfo(name)
            information.size = len(IOS)
            archive.addfile(information, io.BytesIO(IOS.encode()))
        link = tarfile.TarInfo("link.cfg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    snapshot = collect(str(path))
    assert [file.path for file in snapshot.files] == ["good.cfg"]
    assert len(snapshot.problems) == 3


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_files, "MAX_ARCHIVE_BYTES", 1000)
    monkeypatch.setattr(raw_files, "MAX_FILE_BYTES", 600)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.cfg", "!" * 500)
    with pytest.raises(InputError, match="refused"):
        collect(str(tmp_path / "bomb.zip"))


def test_an_unreadable_file_is_named_and_the_others_are_read(folder: Path) -> None:
    os.symlink("nowhere", folder / "broken.cfg")
    os.mkfifo(folder / "pipe.cfg")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    (folder / "older.zip").write_bytes(b"PK\x03\x04")
    snapshot = collect(str(folder))
    problems = {problem.path: problem.message for problem in snapshot.problems}
    assert set(problems) == {"broken.cfg", "pipe.cfg", "picture.png", "older.zip"}
    kinds = {file.path: file.kind for file in snapshot.files if file.problem}
    assert kinds == {
        "broken.cfg": "configuration",
        "pipe.cfg": "configuration",
        "picture.png": "other",
        "older.zip": "configuration",
    }
    assert [file.path for file in snapshot.files if file.platform] == [
        path for path, platform, _ in EXPECTED if platform
    ]


def test_a_file_without_permission_has_a_problem(folder: Path) -> None:
    (folder / "rtr-1.cfg").chmod(0)
    if os.access(folder / "rtr-1.cfg", os.R_OK):
        pytest.skip("runs as a user who may read everything")
    assert collect(str(folder)).files[-1].problem == "cannot be read: Permission denied"


def test_links_between_folders_end(folder: Path, tmp_path: Path) -> None:
    os.symlink(folder, folder / "configs" / "loop")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "asw-1.cfg").write_text(IOS)
    os.symlink(outside, folder / "linked")
    os.symlink(outside, folder / "linked-again")
    assert [path for path, _, _ in facts(str(folder))] == [
        "README.md",
        "configs/fw-1/show_running-config.txt",
        "linked/asw-1.cfg",
        "rtr-1.cfg",
    ]


def test_the_platform_can_be_named_for_files_that_do_not_tell(tmp_path: Path) -> None:
    (tmp_path / "odd.cfg").write_text("something nobody knows\n")
    (tmp_path / "fw.cfg").write_text(ASA)
    (tmp_path / "README.md").write_text("read me\n")
    assert [file.platform for file in collect(str(tmp_path), "fortios").files] == ["", "cisco_asa", "fortios"]


CHINESE = "hostname rtr-1\ninterface Vlan10\n description 交易室網段 正面表列\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + CHINESE.encode(), "utf-8"),
        (CHINESE.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + CHINESE.encode("utf-16-be"), "utf-16-be"),
        (CHINESE.encode("utf-16-le"), "utf-16-le"),
        (CHINESE.encode("utf-16-be"), "utf-16-be"),
        (CHINESE.encode("cp950"), "cp950"),
    ],
)
def test_text_is_read_as_it_comes(content: bytes, encoding: str) -> None:
    decoded = decode(content)
    assert (decoded.text, decoded.encoding, decoded.problem) == (CHINESE, encoding, "")


def test_western_text_is_not_taken_for_big5_and_binary_not_for_text() -> None:
    text = " description Zürich, Café Düsseldorf\n"
    assert decode(text.encode("latin-1")).text == text
    assert decode(text.encode("latin-1")).encoding == "latin-1 (assumed)"
    assert decode(bytes(range(256)) * 40).problem
    assert decode(b"hostname a\n\0\0" + b"interface Vlan1\n" * 50).text.startswith("hostname a\ninterface")


@given(st.binary(max_size=300))
def test_any_bytes_decode_to_text_or_a_problem(content: bytes) -> None:
    decoded = decode(content)
    assert bool(decoded.problem) or decoded.encoding


def test_line_ends_of_every_system_count_once_and_only_they_count() -> None:
    assert split_lines("a\r\nb\nc\rd\r\r\ne") == ("a", "b", "c", "d", "e")
    assert split_lines("a\x0bb\u2028c\n\n") == ("a\x0bb\u2028c", "")
    assert split_lines("") == ()


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("configs/fw1/show_running-config.txt", "fw1"),
        ("configs/fw1/show_configuration_|_display_set.txt", "fw1"),
        ("show/fw1/show_version.txt", "fw1"),
        ("rtr-1.cfg", "rtr-1"),
        ("core/rtr-1_running-config.txt", "rtr-1"),
        ("backup/rtr-1.example.com.conf", "rtr-1.example.com"),
        ("bastion/iptables-save", "bastion"),
        ("bastion.iptables", "bastion"),
        ("bastion/rules.v4", "bastion"),
        ("configs/running-config", ""),
    ],
)
def test_the_host_is_what_the_file_or_its_folder_suggests(path: str, host: str) -> None:
    assert host_of(path) == host


def test_thousands_of_files_are_read_in_seconds(tmp_path: Path) -> None:
    for number in range(2000):
        (tmp_path / f"rtr-{number}.cfg").write_text(IOS)
    assert len(collect(str(tmp_path)).files) == 2000
