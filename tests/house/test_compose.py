"""config/compose.yaml: its shape, and its steps run without containers: the database with passwords, the schema, the server, its health.
No container engine is asked: that the images start, and that their users and folders are as written there, is not tried here."""
import os
import re
import shutil
import subprocess

import pytest
import yaml
from kit import ROOT, Cluster, Server, clean_env, free_port, identity

FILE = ROOT / "config/compose.yaml"
COMPOSE = yaml.safe_load(FILE.read_text())
SERVICES = COMPOSE["services"]
LASTING = {"db", "fluxgrid", "nginx"}


def settings():
    return set(re.findall(r"^#(\w+) =", (ROOT / "config/fluxgrid.conf.sample").read_text(), re.M))


def test_every_container_is_closed():
    assert set(SERVICES) == LASTING | {"migrate", "import"}
    for name, service in SERVICES.items():
        assert service["read_only"] is True and service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"], name
        assert not {"privileged", "cap_add", "devices", "pid", "ipc", "userns_mode", "env_file"} & set(service), name
        assert service["restart"] == ("unless-stopped" if name in LASTING else "no")
        assert ("healthcheck" in service) == (name in LASTING), name
    assert re.search(r"^USER 65532:65532$", (ROOT / "Dockerfile").read_text(), re.M)
    assert {SERVICES[name]["user"] for name in ("migrate", "import", "fluxgrid")} == {"65532:65532"}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["fluxgrid"] and SERVICES["fluxgrid"]["ports"] == ["443:443"]
    assert COMPOSE["networks"]["inside"] == {"internal": True} and SERVICES["db"]["networks"] == ["inside"]


def test_images_are_of_one_major_version():
    for name, service in SERVICES.items():
        image, _, tag = service["image"].rpartition(":")
        assert "." not in image.split("/")[0], f"{name}: names a registry"
        assert tag == "local" if "build" in service else re.match(r"\d+[.-]\d", tag), name
    major = re.search(r"postgresql-client-(\d+)", (ROOT / "Dockerfile").read_text())[1]
    assert SERVICES["db"]["image"].rpartition(":")[2].startswith(f"{major}-3.")  # PostgreSQL and PostGIS


def test_every_setting_is_one_and_every_file_is_there():
    known = {f"FLUXGRID_{name.upper()}" for name in settings()} | {"DATABASE_URL"}
    assert len(known) > 30
    for name in ("migrate", "import", "fluxgrid"):
        assert set(SERVICES[name]["environment"]) <= known, name
        assert (FILE.parent / SERVICES[name]["build"]["context"] / "Dockerfile").exists()
        given = [word for word in SERVICES[name].get("entrypoint", []) if word.startswith("/opt/fluxgrid/")]
        assert all(os.access(ROOT / word.removeprefix("/opt/fluxgrid/"), os.X_OK) for word in given)
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert all(on in SERVICES for on in service.get("depends_on", {})), name
        text = " ".join([*service.get("environment", {}).values(), *service.get("entrypoint", [])])
        assert set(re.findall(r"/run/secrets/(\w+)", text)) <= set(service.get("secrets", [])), name
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {volume for volume in used if not volume.startswith(".")} == set(COMPOSE["volumes"])
    assert "./nginx-tls.conf.sample" in used
    assert "var" in (ROOT / ".dockerignore").read_text().split(), "secrets must not come into the image"
    for ignored in [secret["file"] for secret in COMPOSE["secrets"].values()] + [path for path in used if "secrets" in path]:
        assert ignored.startswith("../var/secrets/")


def test_nginx_and_the_server_agree():
    sample = (ROOT / "config/nginx-tls.conf.sample").read_text()
    env = SERVICES["fluxgrid"]["environment"]
    assert SERVICES["nginx"]["network_mode"] == "service:fluxgrid"
    assert f"server {env['FLUXGRID_LISTEN_ADDRESS']}:{env['FLUXGRID_PORT']};" in sample and "listen 443 " in sample
    mounted = dict(volume.split(":")[:2] for volume in SERVICES["nginx"]["volumes"])
    assert set(re.findall(r"ssl_certificate(?:_key)? (\S+);", sample)) == set(mounted.values()) - {"/etc/nginx/conf.d/default.conf"}


@pytest.fixture
def world(workdir):
    """Secrets as config/compose/secrets makes them, and a database that asks for passwords by TCP only."""
    folder = workdir / "compose"
    folder.mkdir()
    secrets = folder / "secrets"
    done = subprocess.run([ROOT / "config/compose/secrets", secrets], capture_output=True, text=True, env=clean_env())
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    who = identity()
    made = {path.name: oct(path.stat().st_mode & 0o777) for path in secrets.iterdir()}
    assert made == {"postgres": "0o440", "server": "0o400", "import": "0o400", "map.example.key": "0o400", "map.example.pem": "0o444"}
    for path in (folder, secrets, *secrets.iterdir()):
        if who:
            os.chown(path, who["user"], who["group"])
    cluster = Cluster(folder)
    cluster.create()
    port = free_port()
    cluster.start()
    cluster.database("template1").rows(f"ALTER ROLE postgres PASSWORD '{(secrets / 'postgres').read_text()}' -- search_path")
    cluster.create_database("fluxgrid")
    cluster.stop("fast")
    with open(cluster.data / "postgresql.conf", "a") as conf:
        conf.write(f"listen_addresses = '127.0.0.1'\nport = {port}\n")
    [mounted] = [volume.split(":")[:2] for volume in SERVICES["db"]["volumes"] if volume.startswith(".")]
    assert f"hba_file={mounted[1]}" in SERVICES["db"]["command"]
    shutil.copyfile(FILE.parent / mounted[0], cluster.data / "pg_hba.conf")
    cluster.start()
    yield secrets, port
    cluster.stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_the_steps_work_without_containers(world, checkout, fluxgrid, workdir):
    """What a container would run, with this machine's folders and ports in place of its own."""
    secrets, port = world

    def here(text):
        return text.replace("@db:5432/", f"@127.0.0.1:{port}/").replace("/run/secrets", str(secrets)).replace("/opt/fluxgrid", str(checkout))

    migrate = SERVICES["migrate"]
    for _ in range(2):  # `up` runs it each time
        done = subprocess.run([here(word) for word in migrate["entrypoint"]], capture_output=True, text=True, cwd=checkout,
                              env=clean_env(DATABASE_URL=here(migrate["environment"]["DATABASE_URL"])), **identity())
        assert done.returncode == 0, done.stdout + done.stderr
    loaded = subprocess.run([fluxgrid, "import", "data/uzbekistan/manifest.json", "--dry-run", "--quiet"], capture_output=True, text=True, cwd=checkout,
                            env=clean_env(DATABASE_URL=here(SERVICES["import"]["environment"]["DATABASE_URL"])), **identity())
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    env = {name: here(value) for name, value in SERVICES["fluxgrid"]["environment"].items()}
    asked = {env.pop("FLUXGRID_PORT"), env.pop("FLUXGRID_ADMIN_PORT")}
    server = Server(fluxgrid, checkout, workdir, env).start(wait=False)
    health = SERVICES["fluxgrid"]["healthcheck"]["test"]
    assert health[0] == "CMD" and health[3] in asked
    try:
        assert server.wait_ready(30), server.log[-2000:]
        for path, healthy in (("/readyz", True), ("/livez", True), ("/nothing", False)):
            command = [here(health[1]), health[2], str(server.admin_port), path]
            assert (subprocess.run(command, capture_output=True).returncode == 0) == healthy, path
        assert subprocess.run([here(health[1]), health[2], str(free_port()), "/readyz"], capture_output=True).returncode == 1
    finally:
        assert server.stop() == 0, server.log[-2000:]
    wrong = subprocess.run(["psql", here(env["DATABASE_URL"]).split("?")[0], "-c", "SELECT 1"], capture_output=True, text=True,
                           env=clean_env(PGPASSWORD="wrong"))
    assert wrong.returncode != 0 and "password authentication failed" in wrong.stderr
    other = subprocess.run(["psql", here(env["DATABASE_URL"]).replace("/fluxgrid?", "/postgres?"), "-c", "SELECT 1"], capture_output=True, text=True, env=clean_env(),
                           **identity())
    assert other.returncode != 0 and "pg_hba.conf rejects connection" in other.stderr


def test_a_container_engine_says_what_it_makes_of_it():
    """Only where there is one: the rest of this file judges the shape by itself."""
    if subprocess.run(["sh", "-c", "docker compose version"], capture_output=True).returncode:
        pytest.skip("no docker compose here: compose.yaml and the Dockerfile were not tried with one, only their shape and their steps")
    done = subprocess.run(["docker", "compose", "-f", FILE, "config", "--quiet"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
