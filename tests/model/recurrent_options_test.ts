import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import {
  checkImplementation,
  type RecurrentOptions,
  stackSpec,
} from "../../src/model/recurrent_options.ts";

const options = { inputSize: 3, hiddenSize: 5, random: new Random(1) };

Deno.test("stackSpec fills in PyTorch's defaults", () => {
  assertEquals(stackSpec("gru", options), {
    ...{ cell: "gru", inputSize: 3, hiddenSize: 5, numLayers: 1 },
    ...{ bidirectional: false, bias: true, dropout: 0 },
  });
  const all = { numLayers: 2, bidirectional: true, bias: false, dropout: 0.5 };
  assertEquals(stackSpec("lstm", { ...options, ...all }), {
    ...{ cell: "lstm", inputSize: 3, hiddenSize: 5 },
    ...all,
  });
  assertEquals([checkImplementation(), checkImplementation("plain")], ["fused", "plain"]);
});

Deno.test("options that cannot be are named", () => {
  const refuse = (wrong: Partial<RecurrentOptions>, message: string): unknown =>
    assertThrows(() => stackSpec("lstm", { ...options, ...wrong }), InputError, message);
  refuse({ inputSize: 0 }, "inputSize must be a positive integer, found 0");
  refuse({ hiddenSize: -3 }, "hiddenSize must be a positive integer, found -3");
  refuse({ numLayers: 1.5 }, "numLayers must be a positive integer, found 1.5");
  for (const dropout of [-0.1, 1, NaN]) {
    refuse({ dropout, numLayers: 2 }, `dropout must be in [0, 1), found ${dropout}`);
  }
  refuse({ dropout: 0.5 }, "dropout must be 0 where numLayers is 1, found 0.5");
  assertThrows(
    () => checkImplementation(JSON.parse('"slow"')),
    InputError,
    'implementation must be "fused" or "plain", found "slow"',
  );
});
