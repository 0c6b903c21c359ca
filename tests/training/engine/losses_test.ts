import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { CrossEntropyLoss, maskRows, MSELoss } from "../../../src/training/engine/losses.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

forEachBackend(
  "CrossEntropyLoss.compute() and its gradient equal those of tfjs",
  async (backend) => {
    const random = new Random(1);
    const logits = tf.tensor3d(random.array(2 * 5 * 7).map((x) => 4 * x), [2, 5, 7]);
    const targets = tf.tensor2d([[0, 3, 6, 0, 2], [5, 5, 1, 1, 0]]);
    const plain = (logits: tf.Tensor): tf.Tensor => {
      const picked = tf.oneHot(targets.toInt(), 7);
      const each = tf.logSoftmax(logits).mul(picked).sum(-1).neg();
      const counts = targets.notEqual(0).toFloat();
      return each.mul(counts).sum(1).div(counts.sum(1));
    };
    const loss = new CrossEntropyLoss({ ignoreIndex: 0 });
    const allowed = tolerance.backend[backend];
    assertClose(
      await loss.compute(logits, targets, { replicas: 2 }).data(),
      await plain(logits).data(),
      allowed,
    );
    const weights = tf.tensor1d([1, -2]);
    const [found, wanted] = [(x: tf.Tensor) => loss.compute(x, targets, { replicas: 2 }), plain]
      .map((
        of,
      ) => tf.grad((x: tf.Tensor) => of(x).mul(weights).sum())(logits));
    assertClose(await found!.data(), await wanted!.data(), allowed, { what: "gradient" });
  },
);

forEachBackend(
  "MSELoss.compute() and CrossEntropyLoss.compute() are 0 if no target counts, as is the gradient",
  async () => {
    const loss = new CrossEntropyLoss({ ignoreIndex: 3 });
    const targets = tf.fill([1, 2], 3);
    const logits = tf.ones([1, 2, 4]);
    assertEquals([...await loss.compute(logits, targets).data()], [0]);
    const gradient = tf.grad((x: tf.Tensor) => loss.compute(x, targets).sum())(logits);
    assertEquals([...await gradient.data()], Array(8).fill(0));
    const squares = new MSELoss().compute(tf.ones([1, 2, 1]), tf.zeros([1, 2, 1]), {
      mask: tf.zeros([1, 2]),
    });
    assertEquals([...await squares.data()], [0]);
  },
);

forEachBackend(
  "CrossEntropyLoss.compute() is finite for logits whose exponentials overflow",
  async () => {
    const logits = tf.tensor3d([[[1000, 0], [-1000, 0]]]);
    const [value = NaN] = await new CrossEntropyLoss().compute(logits, tf.tensor2d([[0, 0]]))
      .data();
    assertClose([value], [500], tolerance.float32);
  },
);

Deno.test("MSELoss.compute() and CrossEntropyLoss.compute() refuse targets of another shape", async () => {
  await selectBackend("cpu");
  assertThrows(
    () => new MSELoss().compute(tf.ones([1, 2, 3]), tf.ones([1, 2, 2])),
    InputError,
    "target must be of shape [1, 2, 3], found [1, 2, 2]",
  );
  assertThrows(
    () => new CrossEntropyLoss().compute(tf.ones([1, 2, 3]), tf.ones([1, 3])),
    InputError,
    "target must be of shape [1, 2], found [1, 3]",
  );
  assertThrows(
    () => new CrossEntropyLoss({ ignoreIndex: 0.5 }),
    InputError,
    "ignoreIndex must be an integer from -16777216 to 16777216, found 0.5",
  );
});

forEachBackend(
  "MSELoss.compute() and CrossEntropyLoss.compute() return a scalar, or one number for each replica",
  async (backend) => {
    const random = new Random(2);
    const allowed = tolerance.backend[backend];
    const [mse, cross] = [new MSELoss(), new CrossEntropyLoss({ ignoreIndex: 1 })];
    for (const shape of [[3], [4, 3], [5, 4, 3], [2, 5, 4, 3]]) {
      const size = shape.reduce((a, b) => a * b, 1);
      const [output, target] = [random.array(size), random.array(size)];
      const found = mse.compute(tf.tensor(output, shape), tf.tensor(target, shape));
      assertEquals(found.shape, []);
      const wanted = output.reduce((sum, y, i) => sum + (y - (target[i] ?? NaN)) ** 2 / size, 0);
      assertClose(await found.data(), [wanted], allowed);
      const rows = shape.slice(0, -1);
      const classes = tf.zeros(rows);
      const surprise = cross.compute(tf.tensor(output, shape), classes);
      assertEquals(surprise.shape, []);
      const each = tf.logSoftmax(tf.tensor(output, shape)).neg().slice(
        shape.map(() => 0),
        [...rows, 1],
      );
      assertClose(await surprise.data(), await each.mean().data(), allowed);
      // tf.grad() needs a scalar.
      const gradient = tf.grad((x: tf.Tensor) => mse.compute(x, tf.tensor(target, shape)))(
        tf.tensor(output, shape),
      );
      const slopes = output.map((y, i) => 2 * (y - (target[i] ?? NaN)) / size);
      assertClose(await gradient.data(), slopes, allowed);
    }
    const [output, target] = [random.array(2 * 3 * 4), random.array(2 * 3 * 4)];
    const options = { replicas: 2, mask: tf.tensor([1, 0, 1, 1, 0, 0], [2, 3]) };
    const both = mse.compute(tf.tensor(output, [2, 3, 4]), tf.tensor(target, [2, 3, 4]), options);
    assertEquals(both.shape, [2]);
    for (const r of [0, 1]) {
      const part = (values: Float32Array) => tf.tensor(values.slice(12 * r, 12 * r + 12), [3, 4]);
      const mask = options.mask.slice([r, 0], [1, 3]).reshape([3]);
      const alone = await mse.compute(part(output), part(target), { mask }).data();
      assertClose(alone, (await both.data()).slice(r, r + 1), allowed);
    }
  },
);

Deno.test("MSELoss.compute() and CrossEntropyLoss.compute() refuse replicas and masks that do not fit", async () => {
  await selectBackend("cpu");
  const [output, target] = [tf.ones([2, 3, 4]), tf.ones([2, 3, 4])];
  const refuse = (options: object, message: string) => {
    for (
      const [loss, wanted] of [[new MSELoss(), target], [
        new CrossEntropyLoss(),
        tf.ones([2, 3]),
      ]] as const
    ) {
      assertThrows(() => loss.compute(output, wanted, options), InputError, message);
    }
  };
  refuse({ replicas: 3 }, "output must be of shape [replica 3, ...], found [2, 3, 4]");
  refuse({ replicas: 0 }, "replicas must be a positive integer, found 0");
  refuse({ mask: tf.ones([2]) }, "mask must be of shape [2, 3], found [2]");
  refuse({ mask: tf.fill([2, 3], 0.5) }, "mask must be 0 or 1 throughout, found 0.5");
  refuse(JSON.parse('{ "weights": 1 }'), "must be one of mask, replicas, found");
});

Deno.test("CrossEntropyLoss ignores every ignoreIndex that it accepts", async () => {
  const classes = 3;
  for (const ignoreIndex of [-(2 ** 24), -100, -1, 0, 2, 3, 255, 2 ** 24]) {
    for (const backend of ["cpu", "wasm"] as const) {
      await selectBackend(backend);
      const loss = new CrossEntropyLoss({ ignoreIndex });
      const logits = tf.tensor([3, 1, 2, 0, 5, -1, 1, 1, 4], [3, classes]);
      const counted = [1, 1, 1].map((id) => id === ignoreIndex ? 0 : id);
      const one = await loss.compute(logits.slice([0, 0], [1, 3]), tf.tensor([counted[0] ?? 0]))
        .data();
      const target = tf.tensor([counted[0] ?? 0, ignoreIndex, ignoreIndex], [3], "int32");
      assertClose(await loss.compute(logits, target).data(), one, tolerance.float32);
    }
  }
  for (const ignoreIndex of [2 ** 24 + 1, -(2 ** 24) - 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 53, 0.5]) {
    assertThrows(
      () => new CrossEntropyLoss({ ignoreIndex }),
      InputError,
      `ignoreIndex must be an integer from -16777216 to 16777216, found ${ignoreIndex}`,
    );
  }
  // A target of 2^24 + 1 is not mistaken for the ignoreIndex 2^24.
  await selectBackend("wasm");
  const loss = new CrossEntropyLoss({ ignoreIndex: 2 ** 24 });
  const near = tf.tensor([2 ** 24 + 1], [1], "int32");
  assertThrows(() => loss.compute(tf.zeros([1, 3]), near), InputError, "found 16777217");
  assert(Number.isFinite((await loss.compute(tf.zeros([1, 3]), tf.zeros([1])).data())[0]));
});

Deno.test("maskRows() returns a mask that has one number for each row", async () => {
  await onBackend("cpu", () => {
    const mask = tf.ones([3, 2]);
    assertEquals(maskRows(mask, tf.zeros([3, 2, 5])), mask);
    assertEquals(maskRows(mask, tf.zeros([2, 5])), undefined);
    assertEquals(maskRows(undefined, tf.zeros([3, 2, 5])), undefined);
  });
});
