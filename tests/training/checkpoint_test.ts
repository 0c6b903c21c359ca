import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { encodeSafetensors } from "../../src/model/safetensors.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/training/checkpoint.ts";

const tensor = (...values: number[]) => ({
  shape: [values.length],
  data: new Float32Array(values),
});

const checkpoint: Checkpoint = {
  weights: { "head.bias": tensor(1, 2), "head.weight": tensor(3) },
  optimizer: {
    step: 7,
    learningRate: 0.1,
    moments: { "exp_avg.head.bias": tensor(4, 5), "exp_avg_sq.head.bias": tensor(6, 7) },
    // More than ten, since 10 comes before 2 where names are sorted.
    carried: { fused: true, states: Array.from({ length: 12 }, (_, i) => new Float32Array([i])) },
  },
  progress: { epoch: 3, history: [{ loss: 1 / 3 }], best: null },
};

Deno.test("what was written is read", () => {
  const bytes = encodeCheckpoint(checkpoint);
  assertEquals(decodeCheckpoint(bytes, "last"), checkpoint);
  assertEquals(encodeCheckpoint(decodeCheckpoint(bytes, "last")), bytes);
  const early = {
    ...checkpoint,
    optimizer: { step: 0, learningRate: 1, moments: {}, carried: null },
  };
  assertEquals(decodeCheckpoint(encodeCheckpoint(early), "last"), early);
});

Deno.test("files of others are refused, each for what it is", () => {
  const { weights: tensors } = checkpoint;
  const metadata = { format: "unroll-checkpoint-1", state: "{}" };
  const wrong: (readonly [Uint8Array, string])[] = [
    [
      encodeSafetensors({ tensors, metadata: { format: "pt" } }),
      'last must be a checkpoint of training (unroll-checkpoint-1), found "pt"',
    ],
    [
      encodeSafetensors({ tensors, metadata: {} }),
      "last must be a checkpoint of training (unroll-checkpoint-1), found undefined",
    ],
    [encodeSafetensors({ tensors, metadata }), "the state in last"],
    [new Uint8Array(20), "last must be a whole safetensors file"],
  ];
  for (const [bytes, message] of wrong) {
    assertThrows(() => decodeCheckpoint(bytes, "last"), Error, message);
  }
  assertThrows(() => decodeCheckpoint(new Uint8Array(20), "last"), InputError);
});
