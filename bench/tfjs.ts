import * as tf from "@tensorflow/tfjs";
import { norm, type Timed, timeFor } from "./contest.ts";
import { type Products, StockNetwork, stockOps } from "./tfjs_network.ts";
import { ADAM, ADAMW, CHECKED_TOKENS, type Tensor, type Workload } from "./workload.ts";

/**
 * Prepares a workload in plain tfjs operations on the current backend, as a competent user writes
 * it: a cell of PyTorch's equations, tf.variableGrads and tf.train.adam. Of two ways to write a
 * matrix product the faster is kept.
 */
export async function stock(workload: Workload, drawn: readonly Tensor[]): Promise<Timed> {
  const candidates: { timed: Timed; seconds: number }[] = [];
  for (const products of ["transposed operands", "explicit transposes"] as const) {
    const timed = await ready(workload, drawn, products);
    candidates.push({ timed, seconds: (await timeFor(timed, 0.2)).seconds });
  }
  const [best, ...others] = candidates.sort((a, b) => a.seconds - b.seconds);
  if (!best) throw new RangeError("no way to write a product");
  for (const { timed } of others) timed.dispose();
  return best.timed;
}

async function ready(
  workload: Workload,
  drawn: readonly Tensor[],
  products: Products,
): Promise<Timed> {
  const network = new StockNetwork(workload, drawn, stockOps(products));
  const part = workload.task === "generation"
    ? await generation(network)
    : workload.task === "regression" || workload.task === "language"
    ? await training(workload, network)
    : await gradients(workload, network);
  return {
    ...{ checks: part.checks, run: part.run, setting: products },
    dispose(): void {
      part.dispose?.();
      network.dispose();
    },
  };
}

type Part = Pick<Timed, "checks" | "run"> & { readonly dispose?: () => void };

async function training({ task, replicas }: Workload, network: StockNetwork): Promise<Part> {
  const { lr, beta1, beta2, epsilon } = ADAM;
  const optimizer = tf.train.adam(lr, beta1, beta2, epsilon);
  const variables = [...network.variables.values()];
  const step = (): tf.Scalar =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => network.loss(), variables);
      if (task === "language") {
        for (const variable of variables) variable.assign(variable.mul(1 - lr * ADAMW.weightDecay));
      }
      const used = task === "language" ? clipped(grads) : grads;
      optimizer.applyGradients(Object.entries(used).map(([name, tensor]) => ({ name, tensor })));
      return value;
    });
  const advance = async (times: number): Promise<number> => {
    for (let i = 1; i < times; i++) step().dispose();
    // Reading the last loss waits for all steps before it.
    const loss = step();
    const [value = NaN] = await loss.data();
    loss.dispose();
    return value / replicas;
  };
  const checks = [await advance(1), await advance(1)];
  const run = async (times: number): Promise<void> => void await advance(times);
  return { checks, run, dispose: () => optimizer.dispose() };
}

/** Gradients scaled so that their norm is at most that of {@link ADAMW}. */
function clipped(grads: tf.NamedTensorMap): tf.NamedTensorMap {
  // Sums of two: tf.addN of eight or more tensors is wrong on WebGPU.
  const squares = Object.values(grads).map((grad) => tf.sum(tf.square(grad)))
    .reduce((a, b) => tf.add(a, b));
  const scale = tf.minimum(1, tf.div(ADAMW.maxNorm, tf.sqrt(squares).add(1e-6)));
  return Object.fromEntries(
    Object.entries(grads).map(([name, grad]) => [name, grad.mul(scale)]),
  );
}

async function gradients({ task }: Workload, network: StockNetwork): Promise<Part> {
  const variables = [...network.variables.values()];
  const once = () => tf.tidy(() => tf.variableGrads(() => network.loss(), variables));
  const free = ({ value, grads }: ReturnType<typeof once>): void => {
    tf.dispose([value, ...Object.values(grads)]);
  };
  const first = once();
  const x = network.variables.get("x")?.name;
  const [ofInput, ofWeights]: [Float32Array[], Float32Array[]] = [[], []];
  for (const [name, grad] of Object.entries(first.grads)) {
    (name === x ? ofInput : ofWeights).push(Float32Array.from(await grad.data()));
  }
  const [loss = NaN] = await first.value.data();
  free(first);
  const norms = [norm(ofInput), norm(ofWeights)];
  return {
    checks: task === "flow" ? [loss, ...norms] : norms,
    async run(times) {
      for (let i = 1; i < times; i++) free(once());
      const last = once();
      await last.value.data();
      // The gradients are computed after the loss, so one of them is read too.
      await Object.values(last.grads).at(-1)?.data();
      free(last);
    },
  };
}

async function generation(network: StockNetwork): Promise<Part> {
  const start = () => ({ ids: network.ids(), states: network.initial() });
  let now = start();
  const next = (): tf.Tensor => {
    const before = now;
    const { logits, ...after } = tf.tidy(() => {
      const { logits, states } = network.token(before.ids.as1D(), before.states);
      return { logits, states, ids: tf.argMax(logits, -1).as1D() };
    });
    tf.dispose([before.ids, ...before.states.flatMap(({ h, c }) => [h, c])]);
    now = after;
    return logits;
  };
  const checks: number[] = [];
  for (let i = 0; i < CHECKED_TOKENS; i++) {
    const logits = next();
    const largest = logits.max(-1);
    checks.push(...await largest.data());
    tf.dispose([logits, largest]);
  }
  return {
    checks,
    async run(times) {
      for (let i = 0; i < times; i++) next().dispose();
      await now.ids.data();
    },
    dispose: () => tf.dispose([now.ids, ...now.states.flatMap(({ h, c }) => [h, c])]),
  };
}
