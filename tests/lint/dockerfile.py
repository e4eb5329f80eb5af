"""The Dockerfile's shape, since no container engine need be there: this is no substitute for building it.

Checks: known instructions, pinned base image tag, two stages, packages installed without recommends and
with their lists removed, every COPY source exists, a numeric non-root USER at the end, an exec-form ENTRYPOINT.
"""
import re

from house import ROOT, finish

KNOWN = {"FROM", "ARG", "ENV", "RUN", "COPY", "WORKDIR", "USER", "EXPOSE", "ENTRYPOINT", "CMD", "LABEL", "HEALTHCHECK", "STOPSIGNAL", "VOLUME", "SHELL"}

text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
lines = [line.strip() for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
steps = [(line.split()[0], line.split(None, 1)[1]) for line in lines]
problems = [f"Dockerfile: {word} is no instruction" for word, _ in steps if word not in KNOWN]

stages = [rest for word, rest in steps if word == "FROM"]
names = {m[1] for m in (re.search(r"\bAS (\w+)", s, re.I) for s in stages) if m}
if len(stages) < 2:
    problems.append("Dockerfile: build and run are to be two stages")
for stage in stages:
    image = stage.split()[0]
    if image not in names and (":" not in image or image.endswith(":latest")):
        problems.append(f"Dockerfile: {image} has no tag")
for word, rest in steps:
    if word == "RUN" and "apt-get install" in rest:
        if "--no-install-recommends" not in rest or "rm -rf /var/lib/apt/lists" not in rest:
            problems.append("Dockerfile: apt-get install wants --no-install-recommends, and its lists removed after")
    if word == "COPY" and "--from" not in rest:
        for source in rest.split()[:-1]:
            if not source.startswith("--") and not list(ROOT.glob(source)):
                problems.append(f"Dockerfile: COPY {source}: there is no such file")
    if word == "ADD":
        problems.append("Dockerfile: COPY, not ADD")
users = [rest for word, rest in steps if word == "USER"]
if not users or not re.match(r"[1-9]\d*", users[-1]):
    problems.append("Dockerfile: the last USER is to be a number other than 0")
entry = [rest for word, rest in steps if word == "ENTRYPOINT"]
if not entry or not entry[-1].startswith("["):
    problems.append("Dockerfile: ENTRYPOINT wants its exec form")
finish(problems)
