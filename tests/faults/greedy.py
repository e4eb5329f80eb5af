"""One client that asks too much: `greedy.py URL SOURCE RATE SECONDS PATH` asks RATE times a second over four connections that are kept alive, each
time under another false name, and prints what it got as JSON. A process of its own, so that it does not disturb who measures."""
import json
import pathlib
import sys
import time
from collections import Counter

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "http"))
from rawhttp import connect  # noqa: E402

CONNECTIONS = 4
STEP_S = 0.02


def answers(sock, buffer: bytearray, got: Counter) -> None:
    """Counts the answers that are complete, and leaves the rest in the buffer."""
    try:
        buffer += sock.recv(1 << 18)
    except BlockingIOError:
        return
    while (end := buffer.find(b"\r\n\r\n")) >= 0:
        head = bytes(buffer[:end]).decode("latin-1").lower()
        length = int(head.partition("content-length: ")[2].split("\r\n")[0] or 0)
        if len(buffer) < end + 4 + length:
            return
        del buffer[:end + 4 + length]
        status = head[9:12]
        got[status] += 1
        got["429 without retry-after"] += status == "429" and "\r\nretry-after: " not in head


def main(url: str, source: str, rate: float, seconds: float, path: str) -> dict:
    got: Counter = Counter()
    sockets = [connect(url, source=source) for _ in range(CONNECTIONS)]
    buffers = [bytearray() for _ in sockets]
    for sock in sockets:
        sock.setblocking(False)
    begin, sent = time.monotonic(), 0
    while (now := time.monotonic() - begin) < seconds + 1:
        due = int(min(now, seconds) * rate)
        for number in range(sent, due):
            name = f"192.0.2.{number % 250}"
            sockets[number % CONNECTIONS].sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {name}\r\nForwarded: for={name}\r\n\r\n".encode())
        sent = due
        for sock, buffer in zip(sockets, buffers):
            answers(sock, buffer, got)
        time.sleep(STEP_S)
    for sock in sockets:
        sock.close()
    return {"sent": sent, **got}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4]), sys.argv[5])))
