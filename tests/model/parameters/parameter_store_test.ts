import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { ParameterStore } from "../../../src/model/parameters/parameter_store.ts";
import { forEachBackend } from "../../backends.ts";
import { assertMistakes, call } from "../../mistakes.ts";

/** A training step that keeps a copy of a bias and adds 1 to it each time. */
class Trainer {
  readonly #store: ParameterStore<{ bias: tf.Variable }>;
  #copy: number | null = null;
  /** The calls that it received, in order. */
  readonly heard: string[] = [];

  constructor(store: ParameterStore<{ bias: tf.Variable }>) {
    this.#store = store;
  }

  async step(): Promise<void> {
    if (this.#copy === null) {
      const [bias = NaN] = await this.#store.variables.bias.data();
      this.#copy = bias;
      this.#store.lend(this);
    }
    this.#copy++;
  }

  writeBack(): void {
    this.heard.push("writeBack");
    const copy = this.#copy ?? NaN;
    tf.tidy(() => this.#store.variables.bias.assign(tf.tensor1d([copy])));
  }

  endLoan(): void {
    this.heard.push("endLoan");
    this.#copy = null;
  }
}

forEachBackend(
  "ParameterStore.variables have trained values, and training has assigned values",
  async () => {
    const store = new ParameterStore({ bias: tf.variable(tf.tensor1d([10])) });
    const [first, second] = [new Trainer(store), new Trainer(store)];
    const value = async () => (await store.variables.bias.data())[0];
    assertEquals(store.count, 1);
    assertEquals(await value(), 10);

    await first.step();
    await first.step();
    assertEquals(first.heard, []);
    assertEquals(await value(), 12);
    assertEquals(first.heard, ["writeBack", "endLoan"]);
    // Nothing is lent any more, so a second read has no cost.
    assertEquals(await value(), 12);
    assertEquals(first.heard.length, 2);

    tf.tidy(() => store.variables.bias.assign(tf.tensor1d([100])));
    await first.step();
    // The second borrower reads the variables, which ends the loan to the first.
    await second.step();
    await first.step();
    assertEquals(await value(), 103);

    await first.step();
    assertThrows(() => store.lend(second), Error, "the parameters are lent already");
    assertEquals(await value(), 104);
    store.dispose();
  },
);

forEachBackend("ParameterStore.dispose() frees the variables and ends the loan", () => {
  const before = tf.memory().numTensors;
  const store = new ParameterStore({ a: tf.tidy(() => tf.variable(tf.zeros([2, 3]))) });
  const heard: string[] = [];
  store.lend({ writeBack: () => heard.push("writeBack"), endLoan: () => heard.push("endLoan") });
  store.dispose();
  store.dispose();
  // The borrower may have parameters of other layers, too, and writes all of them back.
  assertEquals(heard, ["writeBack", "endLoan"]);
  assertEquals(tf.memory().numTensors, before);
  const used = [() => store.variables, () => store.lend({ writeBack() {}, endLoan() {} })];
  for (const use of used) assertThrows(use, InputError, "the parameters must be in use");
});

forEachBackend("ParameterStore keeps the loan if the borrower fails to write back", () => {
  const store = new ParameterStore({ a: tf.tidy(() => tf.variable(tf.zeros([2]))) });
  let able = false;
  let heard = 0;
  store.lend({
    writeBack() {
      if (!able) throw new Error("not now");
    },
    endLoan: () => heard++,
  });
  assertThrows(() => store.variables, Error, "not now");
  able = true;
  assertEquals([store.variables.a.size, heard], [2, 1]);
  store.dispose();
});

Deno.test("ParameterStore refuses values that are not objects of variables", async () => {
  await assertMistakes([
    [
      () => call(null, ParameterStore),
      "variables must be an object of tf.Variable by name, found u",
    ],
    [() => call(null, ParameterStore, { bias: [0] }), "variables must be an object of tf.Variable"],
    [() => call(null, ParameterStore, [1]), "found [1]"],
  ]);
});
