import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import {
  architectures,
  candidateName,
  candidateNames,
  candidatesOf,
  matchedHiddenSize,
  parameterCount,
  parameterParts,
} from "../../src/experiments/architectures.ts";
import { sequenceNetwork } from "../../src/experiments/sequence_network.ts";
import { onBackend } from "../backends.ts";

const sizes = { inputSize: 10, hiddenSize: 20, outputSize: 5 };

Deno.test("parameterCount() agrees with the layers", async () => {
  await onBackend("cpu", () => {
    for (const architecture of architectures) {
      const random = [new Random(1), new Random(2)];
      const model = sequenceNetwork({ architecture, ...sizes, readout: "all", random });
      assertEquals(model.parameterCount, parameterCount(architecture, sizes), architecture);
      const { head, ...recurrent } = parameterParts(architecture, sizes);
      assertEquals(head, 105);
      const total = Object.values(recurrent).reduce((sum, part) => sum + part, 0);
      assertEquals(total + head, model.parameterCount);
      model.dispose();
    }
  });
});

Deno.test("matchedHiddenSize() returns the size with the nearest number of parameters", () => {
  const lstm = { ...sizes, architecture: "LSTM" } as const;
  assertEquals(matchedHiddenSize("LSTM", lstm), sizes.hiddenSize);
  for (const architecture of ["RNN", "GRU"] as const) {
    const found = matchedHiddenSize(architecture, lstm);
    const miss = (hiddenSize: number) =>
      Math.abs(
        parameterCount(architecture, { ...sizes, hiddenSize }) - parameterCount("LSTM", lstm),
      );
    for (let other = 1; other < 200; other++) assert(miss(found) <= miss(other), `${other}`);
  }
});

Deno.test("candidatesOf() has each architecture in both matchings, and the LSTM once", () => {
  const candidates = candidatesOf(sizes);
  assertEquals(candidates.map(candidateName).toSorted(), [...candidateNames].toSorted());
  assertEquals(
    candidates.filter(({ matching }) => matching !== "matched parameters")
      .map(({ hiddenSize }) => hiddenSize),
    [20, 20, 20],
  );
});
