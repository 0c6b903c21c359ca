import { assertEquals } from "@std/assert";
import { totalVariation } from "../../src/analysis/attention_distances.ts";
import { leaveOneOut } from "../../src/analysis/leave_one_out.ts";
import { Random } from "../../src/core/random.ts";
import { forEachBackend, testOn } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { alone, attentionModel, kinds, sentences } from "./attention_models.ts";

forEachBackend("leaveOneOut() is the change of the output without each word", async (backend) => {
  for (const kind of backend === "webgpu" ? kinds.slice(0, 1) : kinds) {
    using model = await attentionModel(kind);
    const [found = []] = await leaveOneOut(model, sentences);
    for (const [i, ids] of sentences.entries()) {
      if (ids.length === 1) {
        assertEquals(found[i], null);
        continue;
      }
      const { output } = await alone(model, ids);
      const wanted: number[] = [];
      for (const omitted of ids.keys()) {
        const rest = await alone(model, ids.filter((_, t) => t !== omitted));
        wanted.push(totalVariation(output, rest.output));
      }
      assertClose(found[i] ?? [], wanted, tolerance.backend[backend], { scale: 1 });
    }
  }
});

testOn(
  "cpu",
  "leaveOneOut() measures each of long and many sentences as if it were alone",
  async () => {
    using model = await attentionModel();
    const random = new Random(1);
    const many = Array.from({ length: 40 }, (_, i) => {
      return Array.from({ length: i % 2 === 0 ? 50 : 3 }, () => random.integer(0, 11));
    });
    const [found = []] = await leaveOneOut(model, many);
    for (const i of [0, 1, 38, 39]) {
      const [[own] = []] = await leaveOneOut(model, [many[i] ?? []]);
      assertClose(found[i] ?? [], own ?? [], tolerance.backend.cpu, { scale: 1 });
    }
  },
);

testOn(
  "wasm",
  "leaveOneOut() takes sentences whose copies do not fit into memory together",
  async () => {
    const random = new Random(2);
    const lengths = [300, 255, 256, 257];
    const long = lengths.map((length) => Array.from({ length }, () => random.integer(0, 11)));
    for (const kind of kinds.slice(0, 3)) {
      using model = await attentionModel(kind);
      const [found = []] = await leaveOneOut(model, long);
      for (const [i, ids] of long.entries()) {
        const { output } = await alone(model, ids);
        assertEquals(found[i]?.length, ids.length);
        for (const omitted of [0, 13, 14, 100, ids.length - 1]) {
          const rest = await alone(model, ids.filter((_, t) => t !== omitted));
          const wanted = totalVariation(output, rest.output);
          assertClose([found[i]?.[omitted] ?? NaN], [wanted], tolerance.backend.wasm, { scale: 1 });
        }
      }
    }
  },
);
