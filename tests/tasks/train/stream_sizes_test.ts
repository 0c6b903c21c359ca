import { assert, assertEquals } from "@std/assert";
import { streamSizes } from "../../../tasks/train/stream_sizes.ts";

const wanted = { batchSize: 32, length: 64 };

Deno.test("a long text has the sizes that are wanted", () => {
  assertEquals(streamSizes(1_000_000, wanted, 4), wanted);
});

Deno.test("a short one has fewer tracks, then shorter batches", () => {
  assertEquals(streamSizes(2000, wanted), { batchSize: 31, length: 64 });
  assertEquals(streamSizes(2000, wanted, 4), { batchSize: 7, length: 57 });
  assertEquals(streamSizes(210, wanted, 4), { batchSize: 1, length: 52 });
  assertEquals(streamSizes(3, wanted, 4), { batchSize: 1, length: 2 });
  assertEquals(streamSizes(2, wanted), { batchSize: 1, length: 1 });
});

Deno.test("sizes always fit, and few tokens are left over", () => {
  for (let tokens = 2; tokens < 20_000; tokens += 1 + (tokens >> 4)) {
    for (const batches of [1, 4]) {
      const { batchSize, length } = streamSizes(tokens, wanted, batches);
      const count = Math.floor(Math.floor((tokens - 1) / batchSize) / length);
      assert(batchSize >= 1 && batchSize <= 32 && length >= 1 && length <= 64);
      assert(count >= 1, `${tokens} ids`);
      assert(count * batchSize * length >= 0.84 * (tokens - 1), `${tokens} ids`);
    }
  }
});
