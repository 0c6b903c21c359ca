import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { encodeSafetensors } from "../../src/model/parameters/safetensors.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../src/training/checkpoint.ts";
import { assertMistakes, call } from "../mistakes.ts";

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
    // More than ten, since sorted names have 10 before 2.
    carried: { fused: true, states: Array.from({ length: 12 }, (_, i) => new Float32Array([i])) },
  },
  progress: { epoch: 3, history: [{ loss: 1 / 3 }], best: null },
};

Deno.test("decodeCheckpoint() reads what encodeCheckpoint() wrote", () => {
  const bytes = encodeCheckpoint(checkpoint);
  assertEquals(decodeCheckpoint(bytes, "last"), checkpoint);
  assertEquals(encodeCheckpoint(decodeCheckpoint(bytes, "last")), bytes);
  const carried = { fused: false, states: [new Float32Array([1])] };
  const plain = { ...checkpoint, optimizer: { ...checkpoint.optimizer, carried } };
  assertEquals(decodeCheckpoint(encodeCheckpoint(plain), "last"), plain);
  const early = {
    ...checkpoint,
    optimizer: { step: 0, learningRate: 1, moments: {}, carried: null },
  };
  assertEquals(decodeCheckpoint(encodeCheckpoint(early), "last"), early);
  const named = { ...checkpoint, training: "one" };
  assertEquals(decodeCheckpoint(encodeCheckpoint(named), "last"), named);
});

Deno.test("decodeCheckpoint() says what is wrong with other files", () => {
  const { weights: tensors } = checkpoint;
  const metadata = { format: "unroll-checkpoint-1", state: "{}" };
  const state = (change: object): string =>
    JSON.stringify({ step: 1, learningRate: 0.1, carried: null, progress: {}, ...change });
  const of = (state: string, more: StateDict = {}): Uint8Array =>
    encodeSafetensors({ tensors: more, metadata: { ...metadata, state } });
  const wrong: (readonly [Uint8Array, string])[] = [
    [
      encodeSafetensors({ tensors, metadata: { format: "pt" } }),
      'last must be a checkpoint of training (unroll-checkpoint-1), found "pt"',
    ],
    [
      encodeSafetensors({ tensors, metadata: {} }),
      "last must be a checkpoint of training (unroll-checkpoint-1), found undefined",
    ],
    [
      encodeSafetensors({ tensors, metadata }),
      "the state in last must be as training wrote it, found",
    ],
    [of("no JSON"), "the state in last must be as training wrote it, found"],
    [of(state({ learningRate: -0.1 })), 'found "it does not match its schema at learningRate:'],
    [
      of(state({}), { "other.x": tensor(1) }),
      'tensors in last must be those of a checkpoint, found "other.x"',
    ],
    [
      of(state({ carried: { fused: true, count: 2 } }), { "carried.0": tensor(1) }),
      'carried states in last must be 0 to 1, found ["0"]',
    ],
    [of(state({}), { "carried.0": tensor(1) }), 'carried states in last must be none, found ["0"]'],
    ...[3, 5e7, Number.MAX_SAFE_INTEGER].map((count) =>
      [
        of(state({ carried: { fused: true, count } }), {
          "carried.0": tensor(),
          "carried.2": tensor(),
        }),
        `carried states in last must be 0 to ${count - 1}, found ["0", "2"]`,
      ] as const
    ),
    [
      of(state({ carried: { fused: true, count: 2 } }), {
        "carried.0": tensor(),
        "carried.01": tensor(),
      }),
      'carried states in last must be 0 to 1, found ["0", "01"]',
    ],
    [
      of(state({ carried: { fused: true, count: 1e300 } })),
      'found "it does not match its schema at carried',
    ],
    ...[101, 1e7].map((levels) =>
      [
        of(`{"progress":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`),
        `the state in last must be nested at most 100 deep, found ${levels}`,
      ] as const
    ),
    [new Uint8Array(20), "last must be a whole safetensors file"],
  ];
  for (const [bytes, message] of wrong) {
    assertThrows(() => decodeCheckpoint(bytes, "last"), InputError, message);
  }
});

Deno.test("encodeCheckpoint() refuses what decodeCheckpoint() could not read, such as a promise", async () => {
  const encode = (checkpoint?: unknown) => call(null, encodeCheckpoint, checkpoint);
  const change = (change: object) => () => encode({ ...checkpoint, ...change });
  const { optimizer } = checkpoint;
  const state = (part: object) => change({ optimizer: { ...optimizer, ...part } });
  await assertMistakes([
    [() => encode(), "fields of a checkpoint must be an object such as { weights, optimizer }"],
    [() => encode({}), "weights must be an object of { shape, data } by name, found undefined"],
    [change({ weights: Promise.resolve({}) }), "weights must be", "Promise. Await it first"],
    [change({ weights: new Map() }), "found an instance of Map"],
    [change({ weights: { a: { shape: [1], data: [1] } } }), "data of a must be a Float32Array"],
    [change({ optimizer: Promise.resolve(optimizer) }), "Await it first"],
    [change({ optimizer: undefined }), "fields of an optimizer's state must be an object"],
    [state({ steps: 3 }), "Did you mean step?"],
    [state({ moments: Promise.resolve({}) }), "moments must be", "Await it first"],
    [state({ carried: undefined }), "fields of carried states must be an object"],
    [state({ carried: { fused: true, states: [[1]] } }), "an array of Float32Array"],
    [
      state({ step: undefined }),
      "the state in the checkpoint must be as training wrote it",
      "step",
    ],
    [state({ step: 1.5 }), "the state in the checkpoint must be as training wrote it", "step"],
    [state({ learningRate: -1 }), "the state in the checkpoint", "learningRate"],
    [change({ progress: undefined }), "progress must be an object that JSON can represent"],
    [change({ progress: Promise.resolve({}) }), "progress must be", "Await it first"],
    [change({ progress: { loss: NaN } }), "$.progress.loss must be a finite number, found NaN"],
    [change({ training: 7 }), "training must be a text, found 7"],
    [change({ weigths: {} }), "Did you mean weights?"],
  ]);
  let deep: unknown = 1;
  for (let i = 0; i < 100; i++) deep = [deep];
  await assertMistakes([[change({ progress: { deep } }), "nested at most 100 deep, found 102"]]);
});

Deno.test("decodeCheckpoint() refuses arguments that are not the bytes of a file", async () => {
  const decode = (bytes: unknown) => call(null, decodeCheckpoint, bytes, "last");
  await assertMistakes([
    [() => decode(encodeCheckpoint(checkpoint).buffer), "last must be", "new Uint8Array(buffer)"],
    [() => decode("text"), 'last must be a file\'s bytes in a Uint8Array, found "text"'],
  ]);
});
