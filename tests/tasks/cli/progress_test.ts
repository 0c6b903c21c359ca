import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Progress } from "../../../src/harness/run.ts";
import { ProgressDisplay, type Surroundings } from "../../../tasks/cli/progress.ts";

/** Creates a display with a clock that the test sets, in seconds. */
function shown(around: Partial<Surroundings>) {
  let text = "";
  let seconds = 0;
  const display = new ProgressDisplay({
    write: (more) => text += more,
    now: () => 1000 * seconds,
    columns: () => 80,
    interval: 60_000,
    ...around,
  });
  return {
    display,
    text: () => text,
    /** Returns the text after the bar of the last drawing, with plain spaces. */
    last: () => (text.split(/[█░]+ /).at(-1) ?? "").replace(/\u00a0/g, " ").replace("\x1b[K", ""),
    at(time: number, more: Partial<Progress>) {
      seconds = time;
      display.update({ ...step, done: 0, ...more });
    },
  };
}

const step = { experiment: "x", group: "gains", total: 4, kept: false };

Deno.test("ProgressDisplay writes a line at the end of a group without a terminal", () => {
  const { display, text, at } = shown({ terminal: false });
  for (const done of [0, 1, 2, 3, 4]) at(done, { done });
  display.line("done");
  assertEquals(text(), "x: gains 4/4\ndone\n");
});

Deno.test("ProgressDisplay writes a line every five seconds of a long group, and none at its beginning", () => {
  const { text, at } = shown({ terminal: false });
  for (const done of [0, 1, 2, 3, 4]) at(10 + 4 * done, { done });
  assertEquals(text(), "x: gains 1/4\nx: gains 3/4\nx: gains 4/4\n");
});

Deno.test("ProgressDisplay draws a bar in place on a terminal and removes it before a line", () => {
  const { display, text, at } = shown({ terminal: true });
  at(0, { done: 1 });
  assertStringIncludes(text(), "\r██████░░░░░░░░░░░░░░░░░░ 1/4 x: gains\x1b[K");
  display.line("done");
  assertEquals(text().endsWith("\r\x1b[Kdone\n"), true);
  display.line("more");
  assertEquals(text().endsWith("done\nmore\n"), true);
});

Deno.test("ProgressDisplay shows the time of the group and, after a part, the time left", () => {
  const { display, last, at } = shown({ terminal: true });
  const steps: readonly (readonly [time: number, more: Partial<Progress>, wanted: string])[] = [
    [0, { done: 0 }, "0/4 x: gains"],
    [14, { done: 1 }, "1/4 x: gains, 14 s, about 42 s left"],
    [70, { done: 2 }, "2/4 x: gains, 1 min 10 s, about 1 min 10 s left"],
    [90, { done: 4 }, "4/4 x: gains, 1 min 30 s"],
    [90, { group: "lags" }, "0/4 x: lags"],
    [90.5, { group: "lags", done: 1 }, "1/4 x: lags, about 2 s left"],
  ];
  for (const [time, more, wanted] of steps) {
    at(time, more);
    assertEquals(last(), wanted);
  }
  display.clear();
});

Deno.test("ProgressDisplay ignores kept parts in the time left", () => {
  const { display, last, at } = shown({ terminal: true });
  at(0, { done: 0 });
  at(2, { done: 2, kept: true });
  assertEquals(last(), "2/4 x: gains, 2 s");
  at(10, { done: 3 });
  assertEquals(last(), "3/4 x: gains, 10 s, about 10 s left");
  display.clear();
});

Deno.test("ProgressDisplay redraws the bar between parts until it is cleared", async () => {
  let seconds = 0;
  const { display, text, last, at } = shown({
    terminal: true,
    interval: 1,
    now: () => 1000 * seconds,
  });
  at(0, { done: 0 });
  seconds = 10;
  at(0, { done: 1 });
  seconds = 17;
  while (!last().includes("17 s")) await new Promise((done) => setTimeout(done, 1));
  assertEquals(last(), "1/4 x: gains, 17 s, about 23 s left");
  display.clear();
  const drawn = text();
  await new Promise((done) => setTimeout(done, 20));
  assertEquals(text(), drawn);
});

Deno.test("ProgressDisplay draws a bar no longer than a line", () => {
  const { display, text, at } = shown({ terminal: true, columns: () => 40 });
  at(0, { done: 1, group: "a group of a long name" });
  assertEquals(text(), "\r██████░░░░░░░░░░░░░░░░░░ 1/4 x: a group\x1b[K");
  display.clear();
});

Deno.test("ProgressDisplay moves the bar within a part and shows the time left", () => {
  const { text, last, at } = shown({ terminal: true });
  at(0, { done: 0, total: 2 });
  at(10, { done: 0, total: 2, fraction: 0.5 });
  assertEquals(last(), "0/2 x: gains, 50 % of the next, 10 s, about 30 s left");
  assertStringIncludes(text(), "\r██████░░░░░░░░░░░░░░░░░░ 0/2");
  at(20, { done: 1, total: 2 });
  assertEquals(last(), "1/2 x: gains, 20 s, about 20 s left");
  at(35, { done: 1, total: 2, fraction: 0.999 });
  assertEquals(last(), "1/2 x: gains, 99 % of the next, 35 s");
});

Deno.test("ProgressDisplay draws the bar at most ten times a second within a part", () => {
  const { text, at } = shown({ terminal: true });
  at(0, { done: 0 });
  for (let i = 0; i < 100; i++) at(i / 200, { done: 0, fraction: i / 100 });
  assertEquals(text().split("\r").length - 1, 5);
});

Deno.test("ProgressDisplay writes a line every five seconds of a long part without a terminal", () => {
  const { text, at } = shown({ terminal: false });
  at(0, { done: 0 });
  for (let second = 1; second < 13; second++) at(second, { done: 0, fraction: second / 40 });
  assertEquals(
    text().replace(/\u00a0/g, " "),
    "x: gains 0/4, 12 % of the next\nx: gains 0/4, 25 % of the next\n",
  );
});

Deno.test("ProgressDisplay counts only computed parts for the time, also with a fraction", () => {
  const { last, at } = shown({ terminal: true });
  at(0, { done: 0 });
  at(0, { done: 2, kept: true });
  at(10, { done: 2, fraction: 0.5 });
  assertEquals(last(), "2/4 x: gains, 50 % of the next, 10 s, about 30 s left");
});
