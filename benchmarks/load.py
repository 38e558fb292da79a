"""A plain load generator: a few keep-alive connections, one address, for some seconds."""

import asyncio
import sys
import time


async def one_connection(port: int, request: bytes, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.monotonic() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head[:20] and b" 304 " not in head[:20]:
            raise SystemExit(f"unexpected answer: {head[:60]!r}")
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if length:
            await reader.readexactly(length)
        done += 1
    writer.close()
    return done


async def rate(port: int, path: str, seconds: float, connections: int, headers: str) -> float:
    """Answers a second."""
    text = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: br, gzip\r\n{headers}\r\n"
    until = time.monotonic() + seconds
    counts = await asyncio.gather(
        *(one_connection(port, text.encode(), until) for _ in range(connections))
    )
    return sum(counts) / seconds


if __name__ == "__main__":
    port, path, seconds, connections = sys.argv[1:5]
    headers = "".join(f"{line}\r\n" for line in sys.argv[5:])
    print(asyncio.run(rate(int(port), path, float(seconds), int(connections), headers)))
