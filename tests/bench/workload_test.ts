import { assertEquals } from "@std/assert";
import { unitOf, valueOf, type Workload, workloads } from "../../bench/workload.ts";

function byId(id: string): Workload {
  const found = workloads.find((workload) => workload.id === id);
  if (!found) throw new RangeError(`no workload ${id}`);
  return found;
}

Deno.test("valueOf() counts tokens of all rows and steps of all networks", () => {
  const ids = ["generation", "generation-x20", "tiny-lstm", "tiny-x10", "text"];
  const found = ids.map(byId).map((workload) => [unitOf(workload), valueOf(workload, 0.01)]);
  assertEquals(found, [
    ["tokens/s", 100],
    ["tokens/s", 2000],
    ["steps/s", 100],
    ["network-steps/s", 1000],
    ["ms", 10],
  ]);
});

Deno.test("workloads have different ids, and generation of rows differs only by its batch", () => {
  const [one, many] = [byId("generation"), byId("generation-x20")];
  const { id, title, batch } = one;
  assertEquals({ ...many, id, title, batch }, one);
  assertEquals(many.batch, 20);
  assertEquals(new Set(workloads.map(({ id }) => id)).size, workloads.length);
});
