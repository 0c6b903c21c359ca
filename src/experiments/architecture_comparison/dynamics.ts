import type * as tf from "@tensorflow/tfjs";
import { linearGRU, linearLSTM, linearRNN, type LinearStep } from "../../analysis/linear_step.ts";
import { adjointError, gradientsByLag, propagateTangent } from "../../analysis/trajectory.ts";
import { norm } from "../../analysis/matrix.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { SequenceModel } from "../../model/sequence_model.ts";
import type { Architecture } from "../architectures.ts";

/**
 * The decay of gradients in a network, and the growth of small changes of its state, over a batch
 * of sequences.
 */
export interface Dynamics {
  /**
   * || dL/dh_(T-k) || over || dL/dh_T || by lag k from 0 to T, as the root of the mean square over
   * sequences. The loss depends only on the last output, so the scale of the loss cancels.
   */
  readonly byLag: readonly number[];
  /** The largest Lyapunov exponent over the sequence, per step, as the mean over sequences. */
  readonly exponent: number;
  /** The worst violation of the transpose identity: see `adjointError`. */
  readonly error: number;
}

/**
 * Measures the dynamics of networks that are side by side, each on its own sequences.
 *
 * @param architecture The architecture of the networks.
 * @param model Networks with one layer and one output that read the last state.
 * @param x [replica, sequence, batch, input].
 * @param start The initial change of the state of each network, not 0; for an LSTM of h and then of
 *   c.
 * @returns The dynamics of each network.
 */
export async function measureDynamics(
  architecture: Architecture,
  model: SequenceModel<tf.TensorContainer>,
  x: tf.Tensor4D,
  start: readonly Float64Array[],
): Promise<Dynamics[]> {
  const values = await readAll(model, x);
  const [replicas, steps, batch] = x.shape;
  return Array.from({ length: replicas }, (_, replica): Dynamics => {
    const own: Own = (name) => part(values, name, replica, replicas);
    const stepAt = linearised(architecture, own, batch);
    const head = Float64Array.from(own("head.weight"));
    const found = Array.from({ length: batch }, (_, sequence) => {
      const linear = Array.from({ length: steps }, (_, t) => stepAt(t, sequence));
      return measureSequence(linear, head, start[replica] ?? new Float64Array(0));
    });
    return {
      byLag: Array.from(
        { length: steps + 1 },
        (_, lag) => Math.sqrt(mean(found.map(({ byLag }) => (byLag[lag] ?? NaN) ** 2))),
      ),
      exponent: mean(found.map(({ exponent }) => exponent)),
      error: Math.max(...found.map(({ error }) => error)),
    };
  });
}

/** The values of tensors, by name. */
type Values = ReadonlyMap<string, Float32Array>;

/** Reads the traced tensors and the parameters of networks, by name. */
async function readAll(
  model: SequenceModel<tf.TensorContainer>,
  x: tf.Tensor,
): Promise<Values> {
  const [trace] = model.trace(x);
  const traced = Object.entries<unknown>(trace ?? {}).flatMap(([name, value]) =>
    isTensor(value) ? [[name, value] as const] : []
  );
  try {
    const values = new Map<string, Float32Array>();
    for (const [name, tensor] of [...traced, ...Object.entries(model.parameters)]) {
      values.set(name, await tensor.data<"float32">());
    }
    return values;
  } finally {
    for (const [, tensor] of traced) tensor.dispose();
  }
}

function isTensor(value: unknown): value is tf.Tensor {
  return typeof value === "object" && value !== null && "dataId" in value;
}

/** Returns the values of one network in a tensor whose first axis is the networks. */
function part(values: Values, name: string, replica: number, replicas: number): Float32Array {
  const all = values.get(name);
  if (!all) throw new RangeError(`no tensor ${name}`);
  const size = all.length / replicas;
  return all.subarray(replica * size, (replica + 1) * size);
}

/** Returns the values of one network, by the name of a tensor. */
type Own = (name: string) => Float32Array;

/** Returns a function of step and sequence that linearises a step of a network. */
function linearised(
  architecture: Architecture,
  own: Own,
  batch: number,
): (step: number, sequence: number) => LinearStep {
  const weights = own("recurrent.weight_hh_l0");
  const units = own("head.weight").length;
  const zero = new Float32Array(units);
  /**
   * Returns the units at a step of a sequence, from a tensor [sequence, batch, hidden]; 0 before
   * the first step.
   */
  const at = (name: string, step: number, sequence: number): Float32Array => {
    if (step < 0) return zero;
    const start = (step * batch + sequence) * units;
    return own(name).subarray(start, start + units);
  };
  switch (architecture) {
    case "RNN": {
      const linear = linearRNN(weights);
      return (t, s) => linear(at("hidden", t, s));
    }
    case "LSTM": {
      const linear = linearLSTM(weights);
      return (t, s) =>
        linear({
          inputGate: at("inputGate", t, s),
          forgetGate: at("forgetGate", t, s),
          candidate: at("candidate", t, s),
          outputGate: at("outputGate", t, s),
          cell: at("cell", t, s),
          previousCell: at("cell", t - 1, s),
        });
    }
    case "GRU": {
      const linear = linearGRU(weights);
      const bias = own("recurrent.bias_hh_l0").subarray(2 * units);
      return (t, s) =>
        linear({
          resetGate: at("resetGate", t, s),
          updateGate: at("updateGate", t, s),
          candidate: at("candidate", t, s),
          previous: at("hidden", t - 1, s),
          bias,
        });
    }
  }
}

/**
 * The share of the sequence, at the beginning, that does not count for the exponent, because the
 * change still turns to the direction that grows most.
 */
const TURNING = 0.2;

/** Measures the dynamics of a network on one sequence. */
function measureSequence(
  steps: readonly LinearStep[],
  head: Float64Array,
  start: Float64Array,
): Dynamics {
  const units = head.length;
  // The output depends only on h, so the gradient with respect to an LSTM's last cell state is 0.
  const last = new Float64Array(steps[0]?.size ?? units);
  last.set(head);
  const gradients = gradientsByLag(steps, last);
  const norms = gradients.map((gradient) => norm(gradient.subarray(0, units)));
  const change = propagateTangent(steps, start);
  return {
    byLag: norms.map((one) => one / (norms[0] ?? NaN)),
    exponent: mean(change.growth.slice(Math.floor(TURNING * steps.length))),
    error: adjointError(gradients, change),
  };
}
