"""The command line: help, the manual and what the commands take are one list; mistakes get one line and status 2."""
import os
import pathlib
import re
import subprocess

import pytest

from kit import ROOT, clean_env

BINARY = pathlib.Path(os.environ.get("FLUXGRID_BIN", ROOT / "build" / "fluxgrid"))
MANUAL = (ROOT / "docs" / "commands.md").read_text()


def fluxgrid(*arguments, **options):
    return subprocess.run([str(BINARY), *arguments], capture_output="stdout" not in options, text=True, timeout=60,
                          env=clean_env(DATABASE_URL="postgresql:///none?host=/nowhere"), cwd=ROOT, **options)


def commands():
    text = fluxgrid("--help").stdout.split("exit status:")[0]
    return list(dict.fromkeys(re.findall(r"^  ([a-z-]+)(?: .*)?$", text, re.M)))


COMMANDS = commands()


def section(command):
    return re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", MANUAL, re.M | re.S)[1]


def options_of(command):
    """What its help lists: {"--by": "LIST", "--quiet": ""}."""
    return dict(re.findall(r"^  (--[a-z-]+) ?([A-Z]*)$", fluxgrid(command, "--help").stdout, re.M))


def test_help_is_an_answer_and_no_arguments_are_a_mistake():
    assert {"serve", "import", "releases", "diff", "publish", "rollback", "withdraw", "discard", "audit", "export", "token", "check-config"} == set(COMMANDS)
    done = fluxgrid("--help")
    assert (done.returncode, done.stderr) == (0, "") and fluxgrid("help").stdout == fluxgrid("-h").stdout == done.stdout
    bare = fluxgrid()
    assert (bare.returncode, bare.stdout, bare.stderr) == (2, "", done.stdout)
    sample = (ROOT / "config" / "fluxgrid.conf.sample").read_text()
    for setting in re.findall(r"^# ?([a-z_]+) = ", sample, re.M):
        assert f"--{setting.replace('_', '-')}" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command):
    done = fluxgrid(command, "--help")
    assert (done.returncode, done.stderr) == (0, "") and done.stdout == fluxgrid("help", command).stdout
    assert done.stdout.startswith(f"usage: fluxgrid {command}") and "exit status: 0 done; 1 " in done.stdout
    usage = done.stdout.split("\n\n")[0]
    for option, value in options_of(command).items():
        assert f"{option}{' ' + value if value else ''}" in usage, f"{option} is not in the synopsis"
    assert set(re.findall(r"--[a-z-]+", usage)) == set(options_of(command)), "the synopsis and the list differ"
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_manual_has_every_option(command):
    in_manual = dict(re.findall(r"^\| `(--[a-z-]+) ?([A-Z]*)` \|", section(command), re.M))
    assert in_manual == options_of(command)
    if command != "serve":
        usage = fluxgrid(command, "--help").stdout.split("\n\n")[0]
        for form in re.findall(r"fluxgrid (.*)", usage):
            assert f"`fluxgrid {form}`" in section(command)


def test_commands_take_what_the_table_lists():
    """An option that the source reads and the table lacks would be refused; one it lists and nobody reads, ignored."""
    taken = set()
    for path in [*(ROOT / "server" / "cli").glob("*.c"), *(ROOT / "server" / "cli" / "export").glob("*.c")]:
        taken |= set(re.findall(r'(?:arguments_(?:flag|value)\(&?a, |read_number\(a, |read_zoom\(a, |take\(a, o, )"(--[a-z-]+)"', path.read_text()))
    assert taken - {"--config"} == {option for command in COMMANDS for option in options_of(command)}


MISTAKES = [
    (["frobnicate"], "there is no command 'frobnicate'; 'fluxgrid --help' lists them"),
    (["help", "frobnicate"], "there is no command 'frobnicate'; "),
    (["serve", "--bogus", "1"], "fluxgrid serve: '--bogus' is no option of it and no setting; 'fluxgrid serve --help' lists"),
    (["releases", "--dry-run"], "fluxgrid releases: '--dry-run' is no option of it and no setting; "),
    (["releases", "--"], "'--' is no option of it"),
    (["serve", "now"], "fluxgrid serve: 'now' is a word too many; 'fluxgrid serve --help' says what it takes"),
    (["publish", "a@1.0.0", "b@1.0.0"], "'b@1.0.0' is a word too many; "),
    (["diff", "a@1.0.0", "b@1.0.0", "c@1.0.0"], "'c@1.0.0' is a word too many; "),
    (["check-config", "--port"], "--port lacks its value"),
    (["check-config", "--port", "70000"], "0 to 65535"),
    (["import"], "name a manifest"),
]


@pytest.mark.parametrize("arguments,said", MISTAKES, ids=lambda v: " ".join(v) if isinstance(v, list) else "")
def test_a_mistake_gets_one_line(arguments, said):
    done = fluxgrid(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    assert said in done.stderr


def test_an_option_may_stand_anywhere_and_have_its_value_either_way():
    for arguments in (["--port", "1", "--sample"], ["--sample", "--port=1"], ["--admin_port=1", "--sample", "--admin-address", "127.0.0.1"]):
        done = fluxgrid("check-config", *arguments)
        assert done.returncode == 0 and "port = " in done.stdout, done.stderr


@pytest.mark.parametrize("command", ["releases", "publish a@1.0.0", "rollback a", "discard a@1.0.0", "diff a@1.0.0 a@1.0.1", "audit a@1.0.0"])
def test_a_database_that_is_away_is_status_1(command):
    done = fluxgrid(*command.split())
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith("fluxgrid: No connection to the database")
    assert done.stderr.count("\n") == 1


def test_what_could_not_be_printed_is_no_success():
    with open("/dev/full", "w") as full:
        done = fluxgrid("check-config", "--sample", stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1 and "standard output cannot be written" in done.stderr
