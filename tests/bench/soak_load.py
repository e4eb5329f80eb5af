"""The random load of a soak: paced bursts over kept and new connections, every status checked, a part of the bodies decoded."""
import collections
import http.client
import random
import socket
import threading
import time

import soak_requests

DECODED = 10   # one of so many bodies is decoded
TORN = 40      # one of so many requests is no HTTP at all, or is left by its client
KEPT_TAGS = 400


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.kinds, self.statuses, self.wrong = collections.Counter(), collections.Counter(), []
        self.decoded = 0
        self.longest_s = 0.0

    def count(self, kind, status, seconds, is_decoded):
        with self.lock:
            self.kinds[kind] += 1
            self.statuses[status] += 1
            self.decoded += is_decoded
            self.longest_s = max(self.longest_s, seconds)

    def complain(self, text):
        with self.lock:
            self.wrong.append(text)


class Client(threading.Thread):
    """One of the clients: sends what the pacer lets through, on a connection it gives up now and then."""

    def __init__(self, number, port, mix, turns, tally, seed, outage):
        super().__init__(daemon=True)
        self.port, self.mix, self.turns, self.tally, self.outage = port, mix, turns, tally, outage
        self.rng = random.Random(seed * 1000 + number)
        self.mix.rng = self.rng
        self.connection, self.left = None, 0
        self.known = collections.OrderedDict()  # pinned addresses answered before, and their ETags

    def run(self):
        while self.turns.take():
            try:
                self.turn()
            except Exception as wrong:  # noted, and the load goes on
                self.tally.complain(f"{type(wrong).__name__}: {wrong}")
                self.connection = None

    def turn(self):
        if self.rng.randrange(TORN) == 0:
            self.tear()
        elif self.known and self.rng.random() < 0.2:
            path, tag = self.rng.choice(list(self.known.items()))
            self.ask(self.rng.choice((soak_requests.Request("304", path, (304,), headers={"If-None-Match": tag}),
                                      soak_requests.Request("asked before", path))))
        else:
            self.ask(self.mix.next())

    def ask(self, request):
        if self.connection is None or self.left == 0:
            if self.connection is not None:
                self.connection.close()
            self.connection, self.left = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60), self.rng.randint(1, 400)
        self.left -= 1
        begin = time.perf_counter()
        answer, body = self.answer(request)
        seconds = time.perf_counter() - begin
        if answer.status in (503, 504) and self.outage.is_on:
            self.tally.count("refused, the database being away", answer.status, seconds, False)
            return
        if answer.status not in request.statuses:
            self.tally.complain(f"{request.path} answered {answer.status}, not {request.statuses}: {body[:160]!r}")
        is_decoded = request.check is not None and answer.status == request.statuses[0] and self.rng.randrange(DECODED) == 0
        if is_decoded:
            request.check(body, answer.headers)
        if answer.status == 200 and request.path.startswith("/tiles/") and "@" in request.path.split("/")[2]:
            self.known[request.path] = answer.headers["ETag"]
            if len(self.known) > KEPT_TAGS:
                self.known.popitem(last=False)
        self.tally.count(request.kind, answer.status, seconds, is_decoded)

    def answer(self, request):
        """An idle connection may be closed by the server at the moment it is used: once more on a new one then."""
        for is_again in (False, True):
            try:
                self.connection.request("GET", request.path, headers=request.headers)
                got = self.connection.getresponse()
                return got, got.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()
                if is_again:
                    raise

    def tear(self):
        text, is_answered = soak_requests.torn(self.rng)
        status = 0
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as raw:
            try:
                raw.sendall(text)
                if is_answered:
                    status = int(raw.recv(4096).split(b" ")[1] or 0)
                    if not 400 <= status < 500:
                        self.tally.complain(f"{text[:60]!r} was answered {status}")
            except (ConnectionError, IndexError):
                status = 0  # closed without an answer, which is right too
        self.tally.count("no HTTP, or left by its client", status, 0, False)


class Turns:
    """Lets through so many requests a second, in bursts: all clients at once, then a pause."""

    def __init__(self, per_second, burst, seconds):
        self.gap_s, self.burst = burst / per_second, burst
        self.gate = threading.Semaphore(0)
        self.is_over = False
        self.until = time.monotonic() + seconds

    def take(self):
        self.gate.acquire()
        return not self.is_over

    def drive(self, meanwhile):
        """Until the time is over; late bursts are left out, not caught up with. `meanwhile` is called between bursts."""
        due = time.monotonic()
        while time.monotonic() < self.until:
            self.gate.release(self.burst)
            due = max(due + self.gap_s, time.monotonic())
            meanwhile()
            time.sleep(max(0.0, due - time.monotonic()))
        self.is_over = True
        self.gate.release(10**6)
