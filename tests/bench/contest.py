"""Contests: who is asked what, in rounds. A B A B: within a round each takes its turn at every number of connections.

Each server has answered the whole list once, every body decoded, before the first round; that is its warm-up too.
"""
import dataclasses
import sys
import time

import load

CONNECTIONS = (1, 16, 64, 256)


@dataclasses.dataclass
class Contest:
    group: str     # cached, unchanged, cold: compared with the group's first
    name: str
    server: object
    measure: object  # (connections, seconds) -> load.Load
    connections: tuple = CONNECTIONS
    factor: int = 1    # of the seconds: more for a server so slow that few answers would come
    against: str = ""  # the contest it is compared with, the group's first unless named
    runs: dict = dataclasses.field(default_factory=dict)  # connections: one Load, or None, a round
    faults: list = dataclasses.field(default_factory=list)

    def turn(self, connections, seconds):
        try:
            got = self.measure(connections, seconds * self.factor)
        except load.Invalid as wrong:
            self.faults.append(f"{connections} connections: {wrong}")
            print(f"bench: INVALID: {self.name}, {connections} connections: {wrong}", file=sys.stderr, flush=True)
            got = None
        self.runs.setdefault(connections, []).append(got)
        return got

    def record(self):
        extra = self.server.extra() if hasattr(self.server, "extra") else {}
        return {"group": self.group, "name": self.name, "against": self.against, "faults": self.faults, "extra": extra,
                "runs": {str(c): [run and run.row() for run in runs] for c, runs in self.runs.items()}}


class Idle:
    """Servers that use CPU while nobody asks them are stopped except for their own turns."""

    def __init__(self, servers, data, folder):
        self.data, self.folder, self.restless = data, folder, {}
        before = {id(server): load.cpu_seconds(server.pids()) for server in servers}
        time.sleep(2)
        for server in servers:
            share = (load.cpu_seconds(server.pids()) - before[id(server)]) / 2
            if share > 0.01:
                self.restless[id(server)] = server
                print(f"bench: {server.name} uses {share:.1%} of a core while idle: it runs in its own turns only", flush=True)
                server.stop()

    def wake(self, server):
        if id(server) in self.restless:
            server.start(self.data, self.folder)

    def rest(self, server):
        if id(server) in self.restless:
            server.stop()


def play(contests, rounds, seconds, idle):
    for number in range(rounds):
        for connections in CONNECTIONS:
            for contest in contests:
                if connections not in contest.connections:
                    continue
                idle.wake(contest.server)
                got = contest.turn(connections, seconds)
                idle.rest(contest.server)
                said = f"{got.per_second:10.1f}/s  p99 {got.p99_ms:9.2f} ms" if got else "   INVALID"
                print(f"round {number + 1}  {contest.group:9}  {connections:3}  {contest.name:40} {said}", flush=True)
