import { assert, assertEquals, assertRejects } from "@std/assert";
import { letOthersRun } from "../../src/core/event_loop.ts";

/** Occupies the thread. */
function compute(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

Deno.test("letOthersRun() lets timers, listeners and messages run within a loop", async () => {
  const { port1, port2 } = new MessageChannel();
  const heard: string[] = [];
  const timer = setInterval(() => heard.push("timer"), 10);
  port1.onmessage = ({ data }) => heard.push(data);
  port2.postMessage("message");
  for (let i = 0; i < 10; i++) {
    compute(20);
    await letOthersRun();
  }
  clearInterval(timer);
  port1.close();
  assert(heard.includes("message"));
  assert(heard.filter((what) => what === "timer").length >= 2);
});

Deno.test("letOthersRun() yields no more often than every 50 ms", async () => {
  compute(60);
  await letOthersRun();
  let turns = 0;
  setTimeout(() => turns++);
  // Less than 50 ms, on any machine.
  for (let i = 0; i < 100; i++) await letOthersRun();
  assertEquals(turns, 0);
  await new Promise((done) => setTimeout(done, 5));
  assertEquals(turns, 1);
});

Deno.test("letOthersRun() throws the reason of an aborted signal, at once or after it yielded", async () => {
  const reason = new Error("enough");
  assertEquals(await assertRejects(() => letOthersRun(AbortSignal.abort(reason))), reason);
  const stop = new AbortController();
  setTimeout(() => stop.abort(reason));
  compute(60);
  assertEquals(await assertRejects(() => letOthersRun(stop.signal)), reason);
  await letOthersRun(new AbortController().signal);
});
