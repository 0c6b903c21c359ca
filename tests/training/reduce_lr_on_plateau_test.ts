import { assertEquals, assertThrows } from "@std/assert";
import plain from "../../fixtures/plateau.json" with { type: "json" };
import thresholds from "../../fixtures/plateau_thresholds.json" with { type: "json" };
import { InputError } from "../../src/core/errors.ts";
import {
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from "../../src/training/reduce_lr_on_plateau.ts";

const fixture = [...plain, ...thresholds];

/** The options of the fixture, from PyTorch's names to ours. */
function optionsOf(options: Record<string, unknown>): ReduceLROnPlateauOptions {
  const names: Record<string, string> = { min_lr: "minLR", threshold_mode: "thresholdMode" };
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [names[name] ?? name, value]),
  );
}

/** Returns the learning rate after each value. */
function sizes(
  lr0: number,
  options: ReduceLROnPlateauOptions,
  values: readonly number[],
): number[] {
  const optimizer = { learningRate: lr0 };
  const plateau = new ReduceLROnPlateau(optimizer, options);
  return values.map((value) => {
    plateau.step(value);
    return optimizer.learningRate;
  });
}

for (const [i, { options, values, lr0, lrs }] of fixture.entries()) {
  Deno.test(`ReduceLROnPlateau.step() gives PyTorch's rates to the last bit: ${i}, ${JSON.stringify(options)}`, () => {
    assertEquals(sizes(lr0, optionsOf(options), values), lrs);
  });

  Deno.test(`ReduceLROnPlateau.loadStateDict() continues from a state: ${i}`, () => {
    const optimizer = { learningRate: lr0 };
    let plateau = new ReduceLROnPlateau(optimizer, optionsOf(options));
    const found = values.map((value) => {
      const state = JSON.parse(JSON.stringify(plateau.stateDict()));
      plateau = new ReduceLROnPlateau(optimizer, optionsOf(options));
      plateau.loadStateDict(state);
      plateau.step(value);
      return optimizer.learningRate;
    });
    assertEquals(found, lrs);
  });
}

Deno.test("ReduceLROnPlateau.step() supports mode max and absolute thresholds", () => {
  const options = { mode: "max", thresholdMode: "abs", threshold: 0.5, factor: 0.5 } as const;
  assertEquals(sizes(1, { ...options, patience: 0 }, [1, 1.6, 2, 2.2]), [1, 1, 0.5, 0.5]);
});

Deno.test("ReduceLROnPlateau.step() refuses values that are not numbers, and does not count them", () => {
  const plateau = new ReduceLROnPlateau({ learningRate: 1 }, { patience: 0 });
  plateau.step(3);
  const before = plateau.stateDict();
  const cases = [
    [NaN, "value must be a number, found NaN"],
    ["2", 'value must be a number, found "2"'],
    [undefined, "value must be a number, found undefined"],
    [new Float32Array(1), "value must be a number, found a Float32Array of 1"],
    [Promise.resolve(1), "value must be a number, found an instance of Promise. Await it first"],
  ] as const;
  for (const [value, message] of cases) {
    const error = assertThrows(() => Reflect.apply(plateau.step, plateau, [value]), InputError);
    assertEquals(error.message, message);
    assertEquals(plateau.stateDict(), before);
  }
});

Deno.test("ReduceLROnPlateau refuses wrong states and values that are not optimizers", () => {
  const plateau = new ReduceLROnPlateau({ learningRate: 1 });
  const refuse = (make: () => unknown, message: string) => assertThrows(make, InputError, message);
  refuse(
    () => Reflect.construct(ReduceLROnPlateau, []),
    "optimizer must be an Adam or AdamW, found undefined",
  );
  refuse(
    () => Reflect.construct(ReduceLROnPlateau, [{ learningRate: 1 }, { min_lr: 1 }]),
    'found "min_lr". Did you mean minLR?',
  );
  const load = (state: unknown) => () => Reflect.apply(plateau.loadStateDict, plateau, [state]);
  refuse(load({ best: 1, badSteps: 0, coolDown: 0 }), "Did you mean cooldown?");
  refuse(load({ best: "1", badSteps: 0, cooldown: 0 }), 'best must be a number or null, found "1"');
  refuse(load({ best: 1, badSteps: -1, cooldown: 0 }), "badSteps must be an integer of 0 or more");
  refuse(load({ best: 1 }), "badSteps must be an integer of 0 or more, found undefined");
  assertEquals(plateau.stateDict(), { best: null, badSteps: 0, cooldown: 0 });
});

Deno.test("ReduceLROnPlateau.step() counts an infinite first value as no improvement, as PyTorch does", () => {
  const values = [Infinity, Infinity, 3];
  assertEquals(sizes(1, { factor: 0.5, patience: 1 }, values), [1, 0.5, 0.5]);
  const most = { mode: "max", factor: 0.5, patience: 1 } as const;
  assertEquals(sizes(1, most, values.map((value) => -value)), [1, 0.5, 0.5]);
  const plateau = new ReduceLROnPlateau({ learningRate: 1 });
  plateau.step(Infinity);
  assertEquals(plateau.stateDict(), { best: null, badSteps: 1, cooldown: 0 });
});

Deno.test("ReduceLROnPlateau uses defaults for undefined options", () => {
  const values = [3, 2, 1, 1, 1];
  const given = { patience: 0, factor: 0.5 };
  for (const name of ["mode", "threshold", "thresholdMode", "cooldown", "minLR", "epsilon"]) {
    const found = sizes(1, { ...given, [name]: undefined }, values);
    assertEquals(found, sizes(1, given, values), name);
  }
});

Deno.test("ReduceLROnPlateau.step() respects the lowest rate and the smallest reduction", () => {
  assertEquals(sizes(1, { factor: 0.5, patience: 0, minLR: 0.4 }, [1, 1, 1]), [1, 0.5, 0.4]);
  assertEquals(sizes(1e-8, { factor: 0.5, patience: 0 }, [1, 1]), [1e-8, 1e-8]);
});

Deno.test("ReduceLROnPlateau refuses options out of range", () => {
  const wrong: (readonly [ReduceLROnPlateauOptions, string])[] = [
    [{ factor: 1 }, "factor must be in (0, 1), found 1"],
    [{ patience: -1 }, "patience must be an integer of 0 or more, found -1"],
    [{ minLR: NaN }, "minLR must be 0 or more, found NaN"],
    [optionsOf({ mode: "minimum" }), 'mode must be "min" or "max", found "minimum"'],
    [optionsOf({ threshold_mode: "" }), 'thresholdMode must be "rel" or "abs", found ""'],
  ];
  for (const [options, message] of wrong) {
    const make = () => new ReduceLROnPlateau({ learningRate: 1 }, options);
    assertThrows(make, InputError, message);
  }
});
