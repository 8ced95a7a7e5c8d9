"""A private, throw-away Dovecot on free ports of 127.0.0.1: IMAP, IMAPS, LMTP, and Sieve's vacation.

    with running_dovecot(authority) as dovecot:      # about 0.3 s
        dovecot.add_user("ana@hazel.example", "pw")
        dovecot.deliver("ana@hazel.example", raw)
        dovecot.imap_port, dovecot.imaps_port, dovecot.lmtp_port

The fixture `dovecot` is one server per test process; each test takes users of its own. It runs as `nobody` when
the tests run as root, reads no file of the machine's own Dovecot, and what Sieve sends goes into `dovecot.outgoing`.
"""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.servers.certificates import Authority
from tests.servers.smtp_sink import SmtpSink

APT = "apt-get install -y --no-install-recommends dovecot-imapd dovecot-lmtpd dovecot-sieve"
NEEDED = (
    "/usr/sbin/dovecot",
    "/usr/lib/dovecot/imap",
    "/usr/lib/dovecot/lmtp",
    "/usr/lib/dovecot/modules/lib90_sieve_plugin.so",
)
START_SECONDS = 20

CONFIG = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
ssl_cert = <{folder}/server.crt
ssl_key = <{folder}/server.key
auth_mechanisms = plain login
auth_username_format = %Lu
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
maildir_stat_dirs = yes
mail_max_userip_connections = 200
recipient_delimiter = +
submission_host = 127.0.0.1:{submission}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "{junk}" {{
    special_use = \\Junk
    auto = subscribe
  }}
  mailbox "{sent}" {{
    special_use = \\Sent
    auto = subscribe
  }}
}}
service imap-login {{
  chroot =
  user = {user}
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  user = {user}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap {{
  process_limit = 64
}}
service auth {{
  user = {user}
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
service auth-worker {{
  user = {user}
}}
plugin {{
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_vacation_min_period = 0
  sieve_vacation_send_from_recipient = yes
}}
protocol lmtp {{
  postmaster_address = postmaster@hazel.example
  mail_plugins = sieve
}}
"""
VACATION = (
    'require ["vacation"];\nvacation :days 1 :subject "{subject}" :addresses ["{user}"] text:\n{text}\n.\n;\n'
)


class NoDovecot(Exception):
    """It is not installed, or did not start; the message says the line that helps, or its log."""


@dataclass
class Dovecot:
    """A running server; `junk` and `sent` are the names of its special folders."""

    folder: Path
    outgoing: SmtpSink
    junk: str = "Spam"
    sent: str = "Sent Items"
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def imap_port(self) -> int:
        return self.ports["imap"]

    @property
    def imaps_port(self) -> int:
        return self.ports["imaps"]

    @property
    def lmtp_port(self) -> int:
        return self.ports["lmtp"]

    @property
    def auth_port(self) -> int:
        """SASL for a Postfix beside it."""
        return self.ports["auth"]

    def add_user(self, user: str, password: str = "pw") -> None:
        """Somebody whose mailbox is empty; an older one of this name is thrown away."""
        self.forget(user)
        line = f"{user.lower()}:{{PLAIN}}{password}::::::\n"
        passwd = self.folder / "passwd"
        known = [each for each in passwd.read_text().splitlines(keepends=True) if each != line]
        others = [each for each in known if not each.startswith(f"{user.lower()}:")]
        if line in passwd.read_text() and others == known:
            return
        passwd.write_text("".join([*others, line]))
        self._await_user(user, password)

    def forget(self, user: str) -> None:
        """Throw all of somebody's mail away; they may still log in."""
        shutil.rmtree(self._home(user), ignore_errors=True)

    def _await_user(self, user: str, password: str) -> None:
        """It looks at the list of users once a second."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with imaplib.IMAP4("127.0.0.1", self.imap_port) as line, contextlib.suppress(imaplib.IMAP4.error):
                line.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
                return
            time.sleep(0.1)
        raise NoDovecot(f"Dovecot does not know {user}.")

    def deliver(self, user: str, raw: bytes, *, sender: str = "bo@wild.example") -> None:
        """Hand a mail in by LMTP, as the provider's own mail server does; an empty `sender` is the null one."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as line:
            line.sendmail(sender or "<>", [user], raw)

    def answer_by_vacation(self, user: str, subject: str, text: str) -> None:
        """From now on Sieve answers whoever writes to `user` (RFC 5230); the answers go into `outgoing`."""
        home = self._home(user)
        home.mkdir(parents=True, exist_ok=True)
        (home / ".dovecot.sieve").write_text(VACATION.format(subject=subject, user=user, text=text))
        self._own(home)

    def forget_uids(self, user: str, folder: str = "") -> None:
        """The list of uids is lost: the next one who looks sees another UIDVALIDITY."""
        maildir = self._home(user) / "Maildir" / (f".{folder}" if folder else "")
        for file in maildir.glob("dovecot*"):
            file.unlink()

    def log(self) -> str:
        file = self.folder / "dovecot.log"
        return file.read_text() if file.exists() else ""

    def _home(self, user: str) -> Path:
        return self.folder / "mail" / user.lower()

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            who = pwd.getpwnam("nobody")
            for each in (path, *path.rglob("*")):
                os.chown(each, who.pw_uid, who.pw_gid)


@contextlib.contextmanager
def running_dovecot(authority: Authority) -> Iterator[Dovecot]:
    """Start it, stop it at the end by its pid and remove its files. Raises NoDovecot."""
    if missing := [file for file in NEEDED if not Path(file).exists()]:
        raise NoDovecot(f"Dovecot is not installed ({missing[0]} is missing). As root: {APT}")
    folder = Path(tempfile.mkdtemp(prefix="outreach-dovecot-"))
    try:
        with SmtpSink() as outgoing:
            dovecot = Dovecot(folder, outgoing)
            server = _start(dovecot, authority)
            try:
                yield dovecot
            finally:
                _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    """One private server for this test process. Without Dovecot the tests fail, they are not skipped."""
    try:
        with running_dovecot(authority) as server:
            yield server
    except NoDovecot as error:
        pytest.fail(str(error), pytrace=False)


def _start(dovecot: Dovecot, authority: Authority) -> subprocess.Popen[bytes]:
    folder = dovecot.folder
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    crt, key = authority.issue("localhost", "127.0.0.1")
    shutil.copy(crt, folder / "server.crt")
    shutil.copy(key, folder / "server.key")
    (folder / "passwd").touch()
    dovecot.ports = {name: free_port() for name in ("imap", "imaps", "lmtp", "auth")}
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    config = CONFIG.format(
        folder=folder, user=who.pw_name, group=grp.getgrgid(who.pw_gid).gr_name, uid=who.pw_uid, gid=who.pw_gid,
        submission=dovecot.outgoing.port, junk=dovecot.junk, sent=dovecot.sent, **dovecot.ports,
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(config)
    folder.chmod(0o755)
    dovecot._own(folder)
    command = ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")]
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", *command]
    with (folder / "stderr.log").open("wb") as errors:
        server = subprocess.Popen(
            command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
        )  # fmt: skip
    if not (answers(server, dovecot.imap_port, b"* OK") and answers(server, dovecot.lmtp_port, b"220")):
        _stop(server)
        raise NoDovecot(
            "Dovecot did not start:\n" + (folder / "stderr.log").read_text() + dovecot.log()[-3000:]
        )
    return server


def answers(server: subprocess.Popen[bytes], port: int, greeting: bytes) -> bool:
    """Wait until it greets at `port`; False when it ended or was too slow."""
    end = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
            line.settimeout(5)
            if line.recv(200).startswith(greeting):
                return True
        time.sleep(0.02)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def free_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
