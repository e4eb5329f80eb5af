"""The database killed in the midst of a soak, started again, and how long the server takes to be ready without help."""
import os
import pathlib
import signal
import subprocess
import threading
import time

AFTERMATH_S = 5  # requests that were on their way when it came back


class Outage(threading.Thread):
    """SIGKILL for the postmaster; some seconds later scripts/cluster starts it again."""

    def __init__(self, server, away_s=3.0):
        super().__init__(daemon=True)
        self.server, self.away_s = server, away_s
        self.is_on, self.recovered_s, self.fault = False, None, None

    def run(self):
        self.is_on = True
        try:
            self.kill()
            time.sleep(self.away_s)
            self.begin()
            self.await_ready()
        except Exception as wrong:
            self.fault = wrong
        time.sleep(AFTERMATH_S)
        self.is_on = False

    @staticmethod
    def kill():
        state = pathlib.Path(os.environ["FLUXGRID_STATE"])
        os.kill(int((state / "pg/postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    @staticmethod
    def begin():
        """Its processes let go of the shared memory a moment after the postmaster."""
        for is_last in (False, False, False, True):
            done = subprocess.run(["scripts/cluster", "start"], capture_output=True, text=True)
            if done.returncode == 0:
                return
            time.sleep(1)
        raise RuntimeError(f"the database did not start again: {done.stderr[-500:]}")

    def await_ready(self):
        begun = time.monotonic()
        while not self.server.is_ready():
            if time.monotonic() - begun > 60:
                return
            time.sleep(0.05)
        self.recovered_s = time.monotonic() - begun
