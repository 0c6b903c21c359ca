import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { CrossEntropyLoss, MSELoss } from "../../src/training/losses.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

forEachBackend("cross-entropy and its gradient are those of tfjs's ops", async (backend) => {
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
    await loss.of(logits, targets, { replicas: 2 }).data(),
    await plain(logits).data(),
    allowed,
  );
  const weights = tf.tensor1d([1, -2]);
  const [found, wanted] = [(x: tf.Tensor) => loss.of(x, targets, { replicas: 2 }), plain].map((
    of,
  ) => tf.grad((x: tf.Tensor) => of(x).mul(weights).sum())(logits));
  assertClose(await found!.data(), await wanted!.data(), allowed, { what: "gradient" });
});

forEachBackend("where every target is ignored, or masked, loss and gradient are 0", async () => {
  const loss = new CrossEntropyLoss({ ignoreIndex: 3 });
  const targets = tf.fill([1, 2], 3);
  const logits = tf.ones([1, 2, 4]);
  assertEquals([...await loss.of(logits, targets).data()], [0]);
  const gradient = tf.grad((x: tf.Tensor) => loss.of(x, targets).sum())(logits);
  assertEquals([...await gradient.data()], Array(8).fill(0));
  const squares = new MSELoss().of(tf.ones([1, 2, 1]), tf.zeros([1, 2, 1]), {
    mask: tf.zeros([1, 2]),
  });
  assertEquals([...await squares.data()], [0]);
});

forEachBackend("logits that would overflow exp do not", async () => {
  const logits = tf.tensor3d([[[1000, 0], [-1000, 0]]]);
  const [value = NaN] = await new CrossEntropyLoss().of(logits, tf.tensor2d([[0, 0]])).data();
  assertClose([value], [500], tolerance.float32);
});

Deno.test("a loss names targets of another shape", async () => {
  await selectBackend("cpu");
  assertThrows(
    () => new MSELoss().of(tf.ones([1, 2, 3]), tf.ones([1, 2, 2])),
    InputError,
    "target must be of shape [1, 2, 3], found [1, 2, 2]",
  );
  assertThrows(
    () => new CrossEntropyLoss().of(tf.ones([1, 2, 3]), tf.ones([1, 3])),
    InputError,
    "target must be of shape [1, 2], found [1, 3]",
  );
  assertThrows(
    () => new CrossEntropyLoss({ ignoreIndex: 0.5 }),
    InputError,
    "ignoreIndex must be an integer from -16777216 to 16777216, found 0.5",
  );
});
