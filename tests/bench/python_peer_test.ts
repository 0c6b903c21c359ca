import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { findPeers } from "../../bench/peers.ts";
import { parsePeerLine, PeerError, type PeerMessage, PythonPeer } from "../../bench/python_peer.ts";
import { InputError, MissingError } from "../../src/core/errors.ts";

const script = new URL("fake_peer.ts", import.meta.url);
const start = (behaviour: string) => PythonPeer.start(Deno.execPath(), script, [behaviour]);

Deno.test("PythonPeer answers and ends when it is closed", async () => {
  const peer = await start("well");
  assertEquals(peer.hello.version, "1.0");
  for (let i = 0; i < 2; i++) {
    assertEquals(await peer.ask({ do: "time", key: "a", seconds: 1 }, "time"), {
      ...{ event: "time", seconds: 2, times: 3 },
    });
  }
  await peer.close();
});

const failing = {
  error: "RuntimeError: out of memory",
  crash: "died with exit code 139: Segmentation fault",
  confused: "answered released instead of time",
};

for (const [behaviour, message] of Object.entries(failing)) {
  Deno.test(`PythonPeer reports the failure of a peer: ${message}`, async () => {
    const peer = await start(behaviour);
    await assertRejects(
      () => peer.ask({ do: "time", key: "a", seconds: 1 }, "time"),
      PeerError,
      message,
    );
    await peer.close();
  });
}

Deno.test("PythonPeer.ask() fails again after a crash", async () => {
  const peer = await start("crash");
  const ask = () => peer.ask({ do: "release", key: "a" }, "released");
  await assertRejects(ask, PeerError);
  await assertRejects(ask, PeerError, "died with exit code 139");
  await peer.close();
});

Deno.test("PythonPeer.start() says why a Python without the library does not start", async () => {
  await assertRejects(() => start("missing"), PeerError, "No module named 'torch'");
});

Deno.test("findPeers() throws MissingError for a named path that is not a Python", async () => {
  const find = () => findPeers("torch", ["/nowhere/python"], () => {});
  const error = await assertRejects(find, MissingError);
  assertEquals(
    error.message.startsWith('--torch must be a Python with PyTorch, found "/nowhere/python"'),
    true,
  );
});

Deno.test("parsePeerLine() reads messages", () => {
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

Deno.test("parsePeerLine() ignores other output of a library", () => {
  for (const line of ["", "W1124 recompile limit", "[1, 2]"]) {
    assertEquals(parsePeerLine(line), null);
  }
});

Deno.test("parsePeerLine() throws at a JSON object that is not a message", () => {
  const lines = [
    '{"event": "time", "seconds": ',
    '{"event": "time", "seconds": 0, "times": 1}',
    '{"event": "time", "seconds": NaN, "times": 1}',
    '{"event": "news"}',
  ];
  for (const line of lines) assertThrows(() => parsePeerLine(line), InputError, "a peer's line");
});

/** Whether there is a Python with the packages of peer.py. */
async function hasPython(): Promise<boolean> {
  try {
    const args = ["-c", "import numpy"];
    const { success } = await new Deno.Command("python3", { args, stderr: "null" }).output();
    return success;
  } catch {
    return false;
  }
}

const ignore = !await hasPython();

Deno.test({
  name: `a peer keeps what is ready apart by key${
    ignore ? " [ignored: no python3 with numpy]" : ""
  }`,
  ignore,
  async fn() {
    const peer = await PythonPeer.start("python3", new URL("keyed_peer.py", import.meta.url), []);
    for (const key of ["a", "b"]) {
      const ready = await peer.ask({ do: "prepare", key }, "ready");
      assertEquals(ready.checks, [1]);
      assertEquals(ready.tried.map(({ setting }) => setting), ["a", key]);
    }
    await peer.ask({ do: "release", key: "b" }, "released");
    const { times } = await peer.ask({ do: "time", key: "a", seconds: 0.01 }, "time");
    assert(times > 1);
    const ask = () => peer.ask({ do: "time", key: "b", seconds: 0.01 }, "time");
    await assertRejects(ask, PeerError, "KeyError: 'b'");
    await peer.close();
  },
});
