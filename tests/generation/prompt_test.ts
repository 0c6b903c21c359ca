import { assertEquals } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { prefill } from "../../src/generation/prompt.ts";
import { InferenceSession } from "../../src/model/inference_session.ts";
import { forEachBackend } from "../backends.ts";
import { tinyModel } from "./tiny_model.ts";

const prompts = [[1, 2, 3, 4, 5], [4], [5, 3, 1]].map((ids) => Int32Array.from(ids));

forEachBackend("prefill() gives each row the states after its own prompt", async () => {
  const model = tinyModel();
  const together = new InferenceSession(model, { batch: prompts.length });
  const last = prefill(together, prompts);
  assertEquals([...last], [5, 4, 1]);
  const found = await together.states();
  for (const [row, prompt] of prompts.entries()) {
    const alone = new InferenceSession(model, { batch: prompts.length });
    for (const id of prompt.subarray(0, -1)) alone.feed([id, id, id]);
    for (const [layer, wanted] of (await alone.states()).entries()) {
      const hidden = wanted.h.length / prompts.length;
      const own = (state: Float32Array | null | undefined) => {
        return state?.slice(row * hidden, (row + 1) * hidden);
      };
      // In a batch of the same size, a row has the same bits for any other rows.
      assertEquals(own(found[layer]?.h), own(wanted.h), `row ${row}, layer ${layer}, h`);
      assertEquals(own(found[layer]?.c), own(wanted.c), `row ${row}, layer ${layer}, c`);
    }
    alone.dispose();
  }
  together.dispose();
  model.dispose();
});

Deno.test("prefill() leaves the states at 0 after prompts of one token", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const stream = new InferenceSession(model, { batch: 2 });
  assertEquals([...prefill(stream, [Int32Array.of(3), Int32Array.of(1)])], [3, 1]);
  for (const { h, c } of await stream.states()) assertEquals([...h, ...c ?? []], Array(20).fill(0));
  stream.dispose();
  model.dispose();
});
