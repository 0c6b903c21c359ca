import { assert, assertEquals, assertRejects } from "@std/assert";
import { PeerError, PythonPeer } from "./python_peer.ts";

/** Whether there is a Python that peer.py runs on. */
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
