"""Documents: relative links lead somewhere; the sample settings are what the program writes."""
import os
import re
import subprocess

from house import ROOT, finish, name, sources

problems = []
for path in sources(suffixes=(".md",)):
    for match in re.finditer(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", path.read_text()):
        target = match[1]
        if not re.match(r"[a-z]+:", target) and not (path.parent / target).exists():
            problems.append(f"{name(path)}: the link to {target} leads nowhere")

binary = ROOT / os.environ.get("BUILD", "build") / "fluxgrid"
sample = ROOT / "config/fluxgrid.conf.sample"
if binary.exists() and sample.exists():
    written = subprocess.run([binary, "check-config", "--sample"], capture_output=True, text=True)
    if written.returncode != 0 or written.stdout != sample.read_text():
        problems.append("config/fluxgrid.conf.sample is not what `fluxgrid check-config --sample` writes: write it again")
finish(problems)
