import { assertEquals, assertRejects } from "@std/assert";
import { MissingError } from "../../src/core/errors.ts";
import { findPeers } from "./peer_competitors.ts";
import { PeerError, PythonPeer } from "./python_peer.ts";

const script = new URL("fake_peer.ts", import.meta.url);
const start = (behaviour: string) => PythonPeer.start(Deno.execPath(), script, [behaviour]);

Deno.test("a peer says hello and answers, and ends when it is closed", async () => {
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
  confused: "answered released where time was asked for",
};

for (const [behaviour, message] of Object.entries(failing)) {
  Deno.test(`a peer with a failure is reported: ${message}`, async () => {
    const peer = await start(behaviour);
    await assertRejects(
      () => peer.ask({ do: "time", key: "a", seconds: 1 }, "time"),
      PeerError,
      message,
    );
    await peer.close();
  });
}

Deno.test("a peer that crashed stays an error when it is asked again", async () => {
  const peer = await start("crash");
  const ask = () => peer.ask({ do: "release", key: "a" }, "released");
  await assertRejects(ask, PeerError);
  await assertRejects(ask, PeerError, "died with exit code 139");
  await peer.close();
});

Deno.test("a Python without the library does not come up, and says why", async () => {
  await assertRejects(() => start("missing"), PeerError, "No module named 'torch'");
});

Deno.test("a Python that was named and is none is an error of usage", async () => {
  const find = () => findPeers("torch", ["/nowhere/python"], () => {});
  const error = await assertRejects(find, MissingError);
  assertEquals(
    error.message.startsWith('--torch must be a Python with PyTorch, found "/nowhere/python"'),
    true,
  );
});
