"""A private Postfix beside the private Dovecot: a real queue and real delivery reports. Its master insists on root.

    with running_postfix(dovecot, routes={"wild.example": sink.port}) as postfix:
        postfix.port

Mail for `domains` goes to Dovecot by LMTP, mail for a domain or address of `routes` to a port of this machine (or the way
that is named, as "error:5.1.1 no such user"), and nothing anywhere else. It reads no file of the machine's own Postfix.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot, answers, free_port

APT = "apt-get install -y --no-install-recommends postfix"
MASTER = "/usr/lib/postfix/sbin/master"

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.hazel.example
myorigin = hazel.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {domains}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = inline:{{ {routes} }}
default_transport = error:5.4.4 there is no way there from a test
relay_transport = error:5.4.4 there is no way there from a test
smtp_host_lookup = native
smtp_dns_support_level = disabled
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_peername_lookup = no
recipient_delimiter = +
in_flow_delay = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
maximal_queue_lifetime = {lifetime}s
bounce_queue_lifetime = {lifetime}s
delay_warning_time = {delay_warning}s
"""
MASTER_CF = """\
127.0.0.1:{port} inet n - n - 20 smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
QUEUES = "active bounce corrupt defer deferred flush hold incoming private saved trace".split()


class NoPostfix(Exception):
    """It is not installed, or did not start; the message says the line that helps, or its log."""


@dataclass
class Postfix:
    """A running server that takes mail on `port` from this machine, without a log-in."""

    folder: Path
    port: int

    def log(self) -> str:
        file = self.folder / "postfix.log"
        return file.read_text() if file.exists() else ""


def is_root() -> bool:
    return os.geteuid() == 0


@contextlib.contextmanager
def running_postfix(
    dovecot: Dovecot, *, domains: tuple[str, ...] = ("hazel.example",), routes: Mapping[str, int | str] | None = None,
    lifetime: int = 60, delay_warning: int = 0,
) -> Iterator[Postfix]:  # fmt: skip
    """Start it, stop it at the end by its pid and remove its files. Raises NoPostfix. Times are in seconds."""
    if not Path(MASTER).exists():
        raise NoPostfix(f"Postfix is not installed. As root: {APT}")
    folder = Path(tempfile.mkdtemp(prefix="outreach-postfix-"))
    try:
        postfix = Postfix(folder, free_port())
        server = _start(postfix, dovecot, domains, routes or {}, lifetime, delay_warning)
        try:
            yield postfix
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def why_not() -> str:
    """Why no Postfix can be started here; empty when one can."""
    if not is_root():
        return "only root can start one"
    return "" if Path(MASTER).exists() else f"it is not installed ({APT})"


@pytest.fixture(scope="session")
def with_postfix() -> None:
    """A test that asks for it needs a real Postfix; it is left out, and that is said, where none can be started."""
    assert not why_not()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not why_not():
        return
    left_out = [item for item in items if "with_postfix" in getattr(item, "fixturenames", ())]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if why_not():
        terminalreporter.write_line(f"Tests of a real Postfix are left out: {why_not()}.")


def _start(
    postfix: Postfix, dovecot: Dovecot, domains: tuple[str, ...], routes: Mapping[str, int | str], lifetime: int,
    delay_warning: int,
) -> subprocess.Popen[bytes]:  # fmt: skip
    folder = postfix.folder
    folder.chmod(0o755)
    (folder / "etc").mkdir()
    (folder / "data").mkdir()
    shutil.chown(folder / "data", "postfix")
    ways = ", ".join(
        f"{{ {name} = {way if isinstance(way, str) else f'smtp:[127.0.0.1]:{way}'} }}"
        for name, way in routes.items()
    )
    main = MAIN_CF.format(
        folder=folder, domains=", ".join(domains), routes=ways or "{ invalid.invalid = error: }",
        lmtp=dovecot.lmtp_port, lifetime=lifetime, delay_warning=delay_warning,
    )  # fmt: skip
    (folder / "etc" / "main.cf").write_text(main)
    (folder / "etc" / "master.cf").write_text(MASTER_CF.format(port=postfix.port))
    (folder / "etc" / "dynamicmaps.cf").write_text("")
    _make_queues(folder / "spool")
    with (folder / "stderr.log").open("wb") as errors:
        server = subprocess.Popen(
            [MASTER, "-c", str(folder / "etc"), "-d"], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=errors, start_new_session=True,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_CONFIG": str(folder / "etc"), "MAIL_LOGTAG": "test"},
        )  # fmt: skip
    if not answers(server, postfix.port, b"220"):
        _stop(server)
        raise NoPostfix(
            "Postfix did not start:\n" + (folder / "stderr.log").read_text() + postfix.log()[-3000:]
        )
    return server


def _make_queues(spool: Path) -> None:
    """Folders with the owners that `postfix set-permissions` would give them, for this one alone."""
    spool.mkdir()
    owned = [(name, "postfix", "root", 0o700) for name in QUEUES]
    owned += [("maildrop", "postfix", "postdrop", 0o1730), ("public", "postfix", "postdrop", 0o2710)]
    for name, user, group, mode in [*owned, ("pid", "root", "root", 0o755)]:
        (spool / name).mkdir()
        shutil.chown(spool / name, user, group)
        (spool / name).chmod(mode)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Its master takes its children along; a group that stays is ended by its own id."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
