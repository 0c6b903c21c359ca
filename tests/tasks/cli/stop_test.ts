import { assertEquals } from "@std/assert";
import {
  StopListener,
  type StopPlan,
  type StopSignal,
  stopSignals,
} from "../../../tasks/cli/stop.ts";

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const plan: StopPlan = { stopping: "Stopping.", stopped: "Stopped.", patience: 1500 };

/** Creates a listener with signals and a clock that the test controls. */
function made() {
  const listeners = new Map<StopSignal, () => void>();
  const happened: (string | number)[] = [];
  const timers: { readonly run: () => void; readonly after: number }[] = [];
  let time = 0;
  const listener = new StopListener("No plan.", (signal) => happened.push(`asked by ${signal}`), {
    listen: (signal, run) => void listeners.set(signal, run),
    exit: (code) => void happened.push(code),
    say: (text) => void happened.push(text),
    now: () => time,
    later: (run, after) => void timers.push({ run, after }),
  });
  return {
    ...{ listener, happened, timers },
    send(signal: StopSignal, at: number) {
      time = at;
      listeners.get(signal)?.();
    },
  };
}

for (const signal of stopSignals) {
  Deno.test(`StopListener: ${signal} ends a process whose task has no plan to stop`, () => {
    const { happened, send } = made();
    send(signal, 0);
    assertEquals(happened, ["No plan.", codes[signal]]);
  });

  Deno.test(`StopListener: ${signal} asks a task with a plan to stop, and the second signal ends the process`, () => {
    const { listener, happened, send, timers } = made();
    listener.follow(plan);
    send(signal, 0);
    const asked = ["Stopping.", `asked by ${signal}`];
    assertEquals(happened, asked);
    assertEquals(timers.map(({ after }) => after), [1500]);
    send(signal, 1000);
    assertEquals(happened, [...asked, "Stopped at once.", codes[signal]]);
  });
}

Deno.test("StopListener ends a process whose task does not stop in time", () => {
  const { listener, happened, send, timers } = made();
  listener.follow(plan);
  send("SIGINT", 0);
  timers[0]?.run();
  assertEquals(happened.slice(2), ["Stopped.", 130]);
});

Deno.test("StopListener waits for a task without a limit of time", () => {
  const { listener, send, timers } = made();
  listener.follow({ stopping: "Stopping.", stopped: "Stopped." });
  send("SIGINT", 0);
  assertEquals(timers, []);
});

Deno.test("StopListener counts two signals at almost the same time as one", () => {
  const { listener, happened, send } = made();
  listener.follow(plan);
  send("SIGINT", 0);
  send("SIGINT", 1);
  send("SIGINT", 250);
  assertEquals(happened, ["Stopping.", "asked by SIGINT"]);
  send("SIGINT", 400);
  assertEquals(happened.slice(2), ["Stopped at once.", 130]);
});
