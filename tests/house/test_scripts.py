"""A stranger's mistakes: each gets one sentence with its remedy, and nothing is harmed."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile

import pytest

from kit import ROOT, SERVICE_USER, clean_env, free_port, wait_until

as_root = os.getuid() == 0


@pytest.fixture
def state():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fluxgrid-house-"))
    folder.chmod(0o755)
    yield folder
    script("cluster", "stop", state=folder)
    shutil.rmtree(folder, ignore_errors=True)


def script(name, *arguments, state, **env):
    return subprocess.run([str(ROOT / "scripts" / name), *arguments], capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, env=clean_env(FLUXGRID_STATE=str(state), **env))


def refused(done, *words):
    """Failed with one sentence that has the words, and no shell noise."""
    assert done.returncode != 0, done.stdout
    assert len(done.stderr.strip().split("\n")) == 1, done.stderr
    for word in words:
        assert word in done.stderr, f"{word!r} is not in {done.stderr!r}"


def test_cluster_starts_twice_and_forgets_nothing(state):
    assert script("cluster", "start", state=state).returncode == 0
    again = script("cluster", "start", state=state)
    assert again.returncode == 0 and "creating" not in again.stdout + again.stderr
    assert script("cluster", "psql", "-qc", "CREATE TABLE kept (i int)", state=state).returncode == 0
    assert script("cluster", "stop", state=state).returncode == 0
    assert script("cluster", "status", state=state).returncode == 3
    assert script("cluster", "start", state=state).returncode == 0
    assert script("cluster", "psql", "-qAtc", "SELECT count(*) FROM kept", state=state).stdout == "0\n"


def test_cluster_has_no_port_and_lets_no_other_user_in(state):
    script("cluster", "start", state=state)
    shown = script("cluster", "psql", "-Atc", "SHOW listen_addresses; SHOW fsync; SHOW jit", state=state).stdout
    assert shown == "\non\noff\n"
    if not as_root:
        pytest.skip("needs root to become another user")
    url = script("cluster", "url", state=state).stdout.strip()
    done = subprocess.run(["psql", url, "-c", "SELECT 1"], capture_output=True, text=True, env=clean_env(),
                          user="nobody", group="nogroup", extra_groups=[], cwd="/")
    assert done.returncode != 0 and "Peer authentication failed" in done.stderr


@pytest.mark.skipif(not as_root, reason="only root hands the work to another user")
def test_nothing_runs_as_root(state):
    script("cluster", "start", state=state)
    pid = (state / "pg" / "postmaster.pid").read_text().split()[0]
    assert pathlib.Path(f"/proc/{pid}").owner() == SERVICE_USER


def test_stale_pid_file_of_a_killed_server(state):
    script("cluster", "start", state=state)
    pid_file = state / "pg" / "postmaster.pid"
    pid = int(pid_file.read_text().split()[0])
    everybody = [pid, *map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not any(pathlib.Path(f"/proc/{one}").exists() for one in everybody))
    # The number lives on in another process, which must be left alone.
    other = subprocess.Popen(["sleep", "60"])
    pid_file.write_text(pid_file.read_text().replace(pid_file.read_text().split()[0], str(other.pid), 1))
    done = script("cluster", "start", state=state)
    assert done.returncode == 0, done.stderr
    assert other.poll() is None
    other.kill()
    other.wait()


def test_half_made_cluster(state):
    (state / "pg" / "base").mkdir(parents=True)
    refused(script("cluster", "start", state=state), "not a whole cluster", "make reset")
    assert script("cluster", "reset", state=state).returncode == 0
    assert script("cluster", "start", state=state).returncode == 0


def test_killed_while_being_made(state):
    (state / "pg.new" / "base").mkdir(parents=True)
    assert script("cluster", "start", state=state).returncode == 0
    assert not (state / "pg.new").exists()


def test_wrong_version(state):
    (state / "pg").mkdir()
    (state / "pg" / "PG_VERSION").write_text("14\n")
    refused(script("cluster", "start", state=state), "PostgreSQL 14", "15", "make reset")


def test_deep_path_is_within_a_sockets_limit():
    with tempfile.TemporaryDirectory(prefix="fluxgrid-house-") as base:
        os.chmod(base, 0o755)
        deep = pathlib.Path(base, *["a-rather-long-name-of-a-folder"] * 4)
        deep.mkdir(parents=True)
        try:
            done = script("cluster", "start", state=deep)
            assert done.returncode == 0, done.stderr
            assert script("cluster", "psql", "-Atc", "SELECT 1", state=deep).stdout == "1\n"
        finally:
            script("cluster", "reset", state=deep)


def test_missing_packages_without_sudo(tmp_path):
    if not as_root:
        pytest.skip("needs root to become a user without sudo")
    copy = pathlib.Path(tempfile.mkdtemp(prefix="fluxgrid-house-"))
    try:
        shutil.copytree(ROOT / "scripts", copy / "scripts")
        with open(copy / "scripts" / "packages.txt", "a") as packages:
            packages.write("run no-such-package-of-fluxgrid\n")
        subprocess.run(["chmod", "-R", "go+rX", str(copy)], check=True)
        done = subprocess.run([str(copy / "scripts" / "install-packages"), "run"], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, env=clean_env(PATH="/usr/bin:/bin"), cwd="/",
                              user="nobody", group="nogroup", extra_groups=[])
        refused(done, "no-such-package-of-fluxgrid", "apt-get install")
    finally:
        shutil.rmtree(copy)


@pytest.mark.parametrize("port", ["0x10", "-1", "65536", "80a", "1 2"])
def test_run_refuses_what_is_no_port(state, port):
    refused(script("run", state=state, PORT=port), "port", "65535")


def test_run_names_the_taken_port_and_run_again_does_nothing(state):
    if not (ROOT / "data/uzbekistan/manifest.json").exists():
        pytest.skip("the demonstration is not there")
    port, admin = free_port(), free_port()
    env = {"state": state, "PORT": str(port), "FLUXGRID_ADMIN_PORT": str(admin)}
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        done = script("run", **env)
        assert done.returncode != 0
        assert f"port {port} is taken" in done.stderr and "make run" in done.stderr, done.stderr
    try:
        done = script("run", **env)
        assert done.returncode == 0, done.stderr
        assert f"http://127.0.0.1:{port}/" in done.stdout
        first = (state / "run" / "server.pid").read_text()
        again = script("run", **env)
        assert again.returncode == 0 and len((again.stdout + again.stderr).splitlines()) == 1, "every step of a second run is done already"
        assert (state / "run" / "server.pid").read_text() == first, "a second run starts no second server"
        pid = first.strip()
        if as_root:
            assert pathlib.Path(f"/proc/{pid}").owner() == SERVICE_USER
    finally:
        assert script("stop", state=state).returncode == 0
    assert not pathlib.Path(f"/proc/{pid}").exists()
