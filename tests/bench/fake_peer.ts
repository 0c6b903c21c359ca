/**
 * Replaces a Python peer in the tests. The first argument decides how it answers.
 *
 * @module
 */
import { lines } from "../../bench/python_peer.ts";

const [behaviour = ""] = Deno.args;

function answer(message: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(message));
}

if (behaviour === "missing") {
  console.error("Traceback (most recent call last):\nModuleNotFoundError: No module named 'torch'");
  Deno.exit(1);
}
console.log("A library's greeting");
answer({ event: "hello", version: "1.0", device: null });
for await (const line of lines(Deno.stdin.readable)) {
  const request: unknown = JSON.parse(line);
  if (behaviour === "crash") {
    console.error("Segmentation fault");
    Deno.exit(139);
  }
  if (behaviour === "error") answer({ event: "error", message: "RuntimeError: out of memory" });
  else if (behaviour === "confused") answer({ event: "released" });
  else if (JSON.stringify(request).includes('"time"')) {
    answer({ event: "time", seconds: 2, times: 3 });
  } else if (JSON.stringify(request).includes('"prepare"')) {
    const setting = { setting: "1 thread", seconds: 2 };
    answer({ event: "ready", checks: [1, 2, 3], tried: [setting], ...setting });
  } else answer({ event: "released" });
}
