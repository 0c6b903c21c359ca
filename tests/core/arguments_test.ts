import * as tf from "@tensorflow/tfjs";
import { checkBinary, checkTensor } from "../../src/core/check_tensor.ts";
import { checkFlags, checkRandom, checkShare, checkSources } from "../../src/core/arguments.ts";
import { Random } from "../../src/core/random.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { assertMistakes } from "../mistakes.ts";

Deno.test("checkRandom() and checkSources() accept sources, and their errors say how to make one", async () => {
  const random = new Random(1);
  checkRandom("random", random);
  checkSources("random", random, 3);
  checkSources("random", [random], undefined);
  checkSources("random", [random, random.fork(1)], 2);
  await assertMistakes([
    [() => checkRandom("random", -1), "found -1. new Random(1) makes one"],
    [() => checkRandom("random", 0.5), "found 0.5. new Random(1) makes one"],
    [() => checkRandom("random", Random), "found the class Random"],
    [() => checkRandom("random", [random]), "random must be a source of random numbers, found"],
    [() => checkSources("random", [random], 2), "random must be 1 source, or 2, found 1"],
    [() => checkSources("random", [random, 5], 2), "random[1] must be a source", "new Random(5)"],
  ]);
});

Deno.test("checkFlags() and checkShare() refuse values that only convert to a valid one", async () => {
  checkFlags({ pad: true, bias: false, other: undefined });
  checkShare("dropout", 0);
  await assertMistakes([
    [() => checkFlags({ pad: 1 }), "pad must be true or false, found 1"],
    [() => checkFlags({ pad: true, bias: null }), "bias must be true or false, found null"],
    [() => checkFlags({ bias: "false" }), 'bias must be true or false, found "false"'],
    ...[1, -0.1, NaN, "0.5", null, [0.5]].map((value) =>
      [() => checkShare("dropout", value), "dropout must be in [0, 1), found"] as const
    ),
  ]);
});

Deno.test("checkTensor() and checkBinary() refuse values that are not tensors, and disposed tensors", async () => {
  await selectBackend("cpu");
  const tensor = tf.scalar(1);
  checkTensor("x", tensor);
  checkBinary("mask", Float32Array.of(0, 1, 1));
  await assertMistakes([
    [() => checkTensor("x", { shape: [1], data: [1] }), "x must be a tensor, found {"],
    [() => checkTensor("x", 3), "x must be a tensor, found 3"],
    [() => checkTensor("x", tf.scalar), "x must be a tensor, found the function scalar"],
    [() => checkTensor("x", Int8Array.of(1)), "found an Int8Array of 1. tf.tensor(x, shape)"],
    [
      () => checkTensor("x", tf.tensor(["a"])),
      'x must be a tensor of real numbers, found "string"',
    ],
    [() => checkTensor("x", tf.complex(1, 1)), 'of real numbers, found "complex64"'],
    [() => checkBinary("mask", [1, NaN]), "mask must be 0 or 1 throughout, found NaN"],
    [() => checkBinary("mask", [1, -0, 1, 2]), "mask must be 0 or 1 throughout, found 2"],
  ]);
  tensor.dispose();
  await assertMistakes([[() => checkTensor("x", tensor), "x must be a tensor in use"]]);
});
