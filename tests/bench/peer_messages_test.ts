import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { parsePeerLine, type PeerMessage } from "./peer_messages.ts";

Deno.test("messages of a peer are read", () => {
  const messages: PeerMessage[] = [
    { event: "hello", version: "2.13.0", device: null },
    {
      ...{ event: "ready", checks: [0.25, 0.125], setting: "1 thread", seconds: 0.5 },
      tried: [{ setting: "1 thread", seconds: 0.5 }],
    },
    { event: "time", seconds: 1e-5, times: 4000 },
    {
      ...{ event: "machine", flops: [{ threads: 2, flopsPerSecond: 2e11 }], device: null },
      bandwidth: [{ size: 65536, bytesPerSecond: 1e10 }],
    },
    { event: "released" },
    { event: "error", message: "RuntimeError: no" },
  ];
  for (const message of messages) assertEquals(parsePeerLine(JSON.stringify(message)), message);
});

Deno.test("a library's chatter is no message", () => {
  for (const line of ["", "W1124 recompile limit", "[1, 2]"]) {
    assertEquals(parsePeerLine(line), null);
  }
});

Deno.test("what looks like a message and is none is an error", () => {
  const lines = [
    '{"event": "time", "seconds": ',
    '{"event": "time", "seconds": 0, "times": 1}',
    '{"event": "time", "seconds": NaN, "times": 1}',
    '{"event": "news"}',
  ];
  for (const line of lines) assertThrows(() => parsePeerLine(line), InputError, "a peer's line");
});
