"""A pcscd of our own with virtual readers, apart from the machine's, which it does not touch.

vpcd listens on all interfaces of the machine. So this one runs in a network of its own, which has
nothing but its loopback interface (only root can make one), and as a user who may do nothing. Who
wants to see its readers sets PCSCLITE_CSOCK_NAME to `socket`; the library of PC/SC reads that
variable once, so that a process can know only one place.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import struct
import subprocess  # nosec B404 # of pcscd, by fixed words
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from cardledger.errors import CardledgerError
from cardledger.i18n import _
from cardledger.station.simulator.vpcd import PORT, VirtualReader

#: The variable that names the socket of a pcscd to its clients.
VARIABLE: Final = "PCSCLITE_CSOCK_NAME"
DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
#: One vpcd has so many readers (slots), one pcscd takes so many.
SLOTS: Final = 2
MOST: Final = 16
#: Seconds that pcscd gets to end by itself.
PATIENCE: Final = 5.0

_NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET of unshare(2)
_SET_FLAGS: Final = 0x8914  # SIOCSIFFLAGS of netdevice(7)
_UP_AND_RUNNING: Final = 0x41

#: What starts pcscd: its socket comes as descriptor 3, as from systemd. It ends when we do.
_START: Final = (
    "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec "
    "setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --pdeathsig=KILL "
    '"$0" --foreground --config "$1"'
)


class NoService(CardledgerError):
    """There is no pcscd here to which virtual readers could belong."""

    default_hint = _(
        "Install pcscd and vsmartcard-vpcd (Debian: apt install pcscd vsmartcard-vpcd) and run this"
        " as root, who can give the virtual reader a network of its own."
    )


def pcscd() -> str | None:
    """Return where pcscd is: a program of the administrator, so perhaps not on PATH."""
    return shutil.which("pcscd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def missing() -> str:
    """Return why no pcscd of our own can be started here; empty where it can."""
    if pcscd() is None:
        return _("The service for card readers, pcscd, is not installed.")
    if not DRIVER.exists():
        return _("The driver of the virtual reader, vsmartcard-vpcd, is not installed.")
    if shutil.which("setpriv") is None:
        return _("The program setpriv (util-linux) is not here.")
    if os.geteuid() != 0:
        return _("Only root may start a card reader service with virtual readers.")
    return ""


class PrivateService:
    """A pcscd with `readers` (at most 16), on which virtual cards can be laid.

    The names that PC/SC gives them are in `names`. `place`: where its socket shall be, in a folder
    of its own by default. Raises `NoService` where it cannot be had.
    """

    def __init__(self, readers: int = 1, place: Path | None = None) -> None:
        reason = missing()
        if reason:
            raise NoService(reason)
        self._folder = Path(tempfile.mkdtemp(prefix="cardledger-pcscd-"))
        self.socket = place or self._folder / "pcscd.comm"
        self._process: subprocess.Popen[bytes] | None = None
        # Everything that a thread starts belongs to its network.
        self._apart = ThreadPoolExecutor(1, "pcscd", _enter_new_network)
        self.readers: list[VirtualReader] = []
        try:
            self._configure(-(-min(readers, MOST) // SLOTS))
            self.start()
            self.readers += [
                VirtualReader.calling(PORT + slot, self._made, PATIENCE) for slot in range(readers)
            ]
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> PrivateService:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def names(self) -> list[str]:
        """The readers as PC/SC names them, in the order of `readers`."""
        return [
            f"{_driver_name(slot // SLOTS)} 00 {slot % SLOTS:02}"
            for slot in range(len(self.readers))
        ]

    @property
    def log(self) -> str:
        """What pcscd said."""
        return (self._folder / "log").read_text("utf-8", "replace")

    def start(self) -> None:
        """Start pcscd; it takes clients at once."""
        self.socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening, (self._folder / "log").open("ab") as log:
            listening.bind(str(self.socket))
            # As the machine's own: whoever works here may use the reader.
            self.socket.chmod(0o666)
            listening.listen(MOST)
            command = ("/bin/sh", "-c", _START, str(pcscd()), str(self._folder / "conf"))

            def popen() -> subprocess.Popen[bytes]:
                return subprocess.Popen(  # nosec B603 # fixed words, and where pcscd is
                    command, stdin=listening.fileno(), stdout=log, stderr=log
                )

            # Our copy of the socket is closed, so that clients see when pcscd has ended.
            self._process = self._apart.submit(popen).result()

    def stop(self, *, kill: bool = False) -> None:
        """Stop pcscd; cards stay where they are."""
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.socket.unlink(missing_ok=True)

    def pause(self) -> None:
        """Let pcscd hang: it takes calls and answers none, until `resume`."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let pcscd go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop it, and take its files away."""
        for reader in self.readers:
            reader.close()
        self.stop()
        self._apart.shutdown()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _made(self) -> socket.socket:
        return self._apart.submit(socket.socket).result()

    def _configure(self, drivers: int) -> None:
        self._folder.chmod(0o711)
        folder = self._folder / "conf"
        folder.mkdir(mode=0o755)
        for number in range(drivers):
            # A driver has one table of slots: each pair of readers needs a copy of its own.
            driver = DRIVER if number == 0 else self._folder / f"vpcd-{number}.so"
            if driver != DRIVER:
                shutil.copy(DRIVER, driver)
            port = PORT + SLOTS * number
            (folder / f"vpcd-{number:02}").write_text(
                f'FRIENDLYNAME "{_driver_name(number)}"\nDEVICENAME /dev/null:{port:#x}\n'
                f"LIBPATH {driver}\nCHANNELID {port:#x}\n"
            )


def _driver_name(number: int) -> str:
    return "Virtual PCD" if number == 0 else f"Virtual PCD {number + 1}"


def _enter_new_network() -> None:
    import fcntl

    system = ctypes.CDLL(None, use_errno=True)
    if system.unshare(_NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    with socket.socket() as any_socket:
        flags = struct.pack("16sH14x", b"lo", _UP_AND_RUNNING)
        fcntl.ioctl(any_socket, _SET_FLAGS, flags)
