import { assertEquals } from "@std/assert";
import { measureInRounds, ROUNDS, summary } from "../../bench/contest.ts";

Deno.test("summary() is the median, half the range over it, and the count", () => {
  assertEquals(summary([3, 1, 2]), { seconds: 2, spread: 0.5, n: 3 });
  assertEquals(summary([4, 1, 3, 2]), { seconds: 2.5, spread: 0.6, n: 4 });
});

Deno.test("measureInRounds() alternates between competitors, each with its share of the time", async () => {
  const calls: string[] = [];
  const competitor = (name: string, took: number) => (seconds: number): Promise<number> => {
    calls.push(`${name} ${seconds}`);
    return Promise.resolve(took);
  };
  const found = await measureInRounds([competitor("a", 1), competitor("b", 2)], 10, () => {});
  assertEquals(calls, Array.from({ length: ROUNDS }, () => ["a 2", "b 2"]).flat());
  assertEquals(found, [{ seconds: 1, spread: 0, n: ROUNDS }, { seconds: 2, spread: 0, n: ROUNDS }]);
});

Deno.test("measureInRounds() continues without a competitor that fails", async () => {
  let calls = 0;
  const failures: string[] = [];
  const found = await measureInRounds(
    [() => Promise.reject(new Error(`failure ${++calls}`)), () => Promise.resolve(1)],
    1,
    (index, error) => failures.push(`${index}: ${error instanceof Error ? error.message : ""}`),
  );
  assertEquals(failures, ["0: failure 1"]);
  assertEquals(found.map((one) => one?.n ?? null), [null, ROUNDS]);
});
