"""config/monitoring/: the alerts fire when they should, by Prometheus' own tool; alerts and dashboard ask for what there is."""
import json
import re
import shutil
import subprocess

import pytest
import yaml
from kit import ROOT

RULES = ROOT / "config/monitoring/alerts.yaml"
TESTS = ROOT / "tests/house/alerts_test.yaml"
ALERTS = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((ROOT / "config/monitoring/grafana.json").read_text())
PANELS = DASHBOARD["panels"]
OURS = r"\b((?:fluxgrid|process)_[a-z_]+|up\b)"
SCRAPED = {"job", "instance", "le"}  # labels that Prometheus puts on

needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (scripts/install-packages test)")


def promtool(*words):
    return subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True, timeout=120)


@needs_promtool
def test_the_alerts_fire_when_they_should_and_only_then():
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)
    assert done.returncode == 0 and f"{len(ALERTS)} rules found" in done.stdout, done.stdout + done.stderr
    done = promtool("test", "rules", TESTS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tried_both_ways_and_has_a_remedy():
    tried = [check for case in yaml.safe_load(TESTS.read_text())["tests"] for check in case["alert_rule_test"]]
    remedies = re.findall(r"`(Fluxgrid\w+)`", (ROOT / "docs/operations.md").read_text())
    for alert in ALERTS:
        outcomes = {bool(check["exp_alerts"]) for check in tried if check["alertname"] == alert["alert"]}
        assert outcomes == {True, False}, alert["alert"]
        assert alert["alert"] in remedies and alert["labels"]["severity"] in ("critical", "warning")
    assert set(remedies) == {alert["alert"] for alert in ALERTS}


@needs_promtool
@pytest.mark.parametrize("broken", ["vector(1) < 0", "vector(1)"], ids=["never", "always"])
def test_the_tests_notice_alerts_that_never_or_always_fire(tmp_path, broken):
    rules = yaml.safe_load(RULES.read_text())
    for alert in rules["groups"][0]["rules"]:
        alert.update({"expr": broken, "for": "0s"})
    (tmp_path / "alerts.yaml").write_text(yaml.safe_dump(rules))
    (tmp_path / "test.yaml").write_text(TESTS.read_text().replace("../../config/monitoring/alerts.yaml", "alerts.yaml"))
    done = promtool("test", "rules", tmp_path / "test.yaml")
    assert done.returncode == 1
    assert set(re.findall(r"alertname: (\w+)", done.stdout + done.stderr)) == {alert["alert"] for alert in ALERTS}


def asked():
    """[(where, expression)] of the alerts and the dashboard, whose `$source` and `$instance` are Grafana's to fill in."""
    panels = [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
    return [(alert["alert"], alert["expr"]) for alert in ALERTS] + [(where, expr.replace("$instance", ".*")) for where, expr in panels]


@needs_promtool
def test_every_expression_of_the_dashboard_parses(tmp_path):
    rules = [{"record": f"dashboard:{number}", "expr": expr} for number, (_, expr) in enumerate(asked())]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    done = promtool("check", "rules", tmp_path / "rules.yaml")
    assert done.returncode == 0 and f"{len(rules)} rules found" in done.stdout, done.stdout + done.stderr


def test_metrics_and_labels_that_are_asked_for_are_explained():
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|(.*?)\|", (ROOT / "docs/metrics.md").read_text(), re.M)
    kinds = {name: kind for name, kind, _ in rows} | {"up": "gauge"}
    labels = {name: set(re.findall(r"`(\w+)`", cell)) for name, _, cell in rows} | {"up": set()}
    assert len(rows) > 40 and len(asked()) > 20
    for where, expression in asked():
        names = re.findall(OURS, re.sub(r'"[^"]*"|\{\{.*?\}\}', "", expression))
        assert names, where
        have = set(SCRAPED)
        for name in names:
            series = re.sub(r"_bucket$", "", name)
            assert kinds.get(series) == "histogram" if series != name else name in kinds, f"{where}: {name}"
            have |= labels[series]
        quoted = re.sub(r'"[^"]*"', '""', expression)
        used = set(re.findall(r'(\w+)(?:=~|!=|=)""', quoted)) | {word for inside in re.findall(r"by \(([^)]*)\)", quoted) for word in inside.split(", ")}
        assert used <= have, f"{where}: {used - have}"


def test_the_dashboard_is_one_that_grafana_can_lay_out():
    """Panels have numbers and places of their own, a legend where there is more than one line, and the source that the reader chooses."""
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    fields = set()
    for panel in PANELS:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        mine = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not fields & mine, panel["title"]
        fields |= mine
        assert panel["datasource"]["uid"] == "${source}"
        for target in panel["targets"]:
            assert target["legendFormat"], panel["title"]
            names = {word for inside in re.findall(r"by \(([^)]*)\)", target["expr"]) for word in inside.split(", ")} - {"le"}
            assert names <= set(re.findall(r"{{(\w+)}}", target["legendFormat"])), panel["title"]
    assert {variable["name"] for variable in DASHBOARD["templating"]["list"]} == {"source", "instance"}
