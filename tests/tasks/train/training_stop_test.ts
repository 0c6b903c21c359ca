import { assertEquals } from "@std/assert";
import { Stop, TrainingStop } from "../../../tasks/train/training_stop.ts";

/** A stop whose signals are sent by hand. */
function made() {
  const listeners = new Map<string, () => void>();
  const exits: number[] = [];
  const said: string[] = [];
  const stop = new TrainingStop({
    listen: (signal, listener) => void listeners.set(signal, listener),
    exit: (code) => void exits.push(code),
    say: (text) => void said.push(text),
  });
  return { stop, exits, said, listeners, send: (signal: string) => listeners.get(signal)?.() };
}

const codes: readonly (readonly [signal: string, code: number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 130]]
  : [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]];

for (const [name, code] of codes) {
  Deno.test(`${name} ends at once before training and the second time, else when training can`, () => {
    const before = made();
    before.send(name);
    assertEquals([before.exits, before.said], [[code], ["\nStopped before training."]]);

    const { stop, exits, said, send } = made();
    const signal = stop.heed();
    assertEquals(signal.aborted, false);
    send(name);
    assertEquals([signal.reason instanceof Stop, signal.reason.exitCode], [true, code]);
    assertEquals([exits, said.length], [[], 1]);
    send("SIGINT");
    assertEquals(exits, [130]);
  });
}
