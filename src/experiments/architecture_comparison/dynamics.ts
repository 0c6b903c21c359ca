import type * as tf from "@tensorflow/tfjs";
import { linearGRU, linearLSTM, linearRNN, type LinearStep } from "../../analysis/linear_step.ts";
import { carryChange, gradientsByLag, norm, transposeError } from "../../analysis/trajectory.ts";
import { mean } from "../../analysis/statistics.ts";
import type { SequenceModel } from "../../model/sequence_model.ts";
import type { Architecture } from "../architectures.ts";

/** How gradients and changes of the state travel through a network, over some sequences. */
export interface Dynamics {
  /**
   * || dL/dh_(T-k) || over || dL/dh_T || by lag k from 0 to T, as the root of the mean square over
   * sequences; the loss is of the last output, and of that output alone, so it cancels.
   */
  readonly byLag: readonly number[];
  /** The largest Lyapunov exponent over the sequence, per step, as the mean over sequences. */
  readonly exponent: number;
  /** The worst violation of the transpose identity: see `transposeError`. */
  readonly error: number;
}

/**
 * Measures the dynamics of networks that are side by side, each on its own sequences.
 *
 * @param architecture What the networks are.
 * @param model Networks with one layer and one output that read the last state.
 * @param x [replica, sequence, batch, input].
 * @param start A change of the state for each network, not 0; an LSTM's is of h, then c.
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
    const found = Array.from({ length: batch }, (_, sequence) =>
      measureSequence(
        linearSteps(architecture, values, { replica, replicas, sequence, batch, steps }),
        Float64Array.from(part(values, "head.weight", replica, replicas)),
        start[replica] ?? new Float64Array(0),
      ));
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

/** Numbers of tensors, by name. */
type Values = ReadonlyMap<string, Float32Array>;

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

/** The numbers of one network in a tensor whose first axis is that of networks. */
function part(values: Values, name: string, replica: number, replicas: number): Float32Array {
  const all = values.get(name);
  if (!all) throw new RangeError(`no tensor ${name}`);
  const size = all.length / replicas;
  return all.subarray(replica * size, (replica + 1) * size);
}

/** A sequence among those of all networks. */
interface Place {
  readonly replica: number;
  readonly replicas: number;
  readonly sequence: number;
  readonly batch: number;
  readonly steps: number;
}

function linearSteps(architecture: Architecture, values: Values, place: Place): LinearStep[] {
  const { replica, replicas, sequence, batch, steps } = place;
  const own = (name: string) => part(values, name, replica, replicas);
  const weights = own("recurrent.weight_hh_l0");
  const units = own("hidden").length / (steps * batch);
  const zero = new Float32Array(units);
  /** The units of a tensor at a step; those of the state before the first are 0. */
  const at = (name: string, step: number): Float32Array => {
    if (step < 0) return zero;
    const start = (step * batch + sequence) * units;
    return own(name).subarray(start, start + units);
  };
  return Array.from({ length: steps }, (_, t): LinearStep => {
    switch (architecture) {
      case "RNN":
        return linearRNN(weights, at("hidden", t));
      case "LSTM":
        return linearLSTM(weights, {
          inputGate: at("inputGate", t),
          forgetGate: at("forgetGate", t),
          candidate: at("candidate", t),
          outputGate: at("outputGate", t),
          cell: at("cell", t),
          previousCell: at("cell", t - 1),
        });
      case "GRU":
        return linearGRU(weights, {
          resetGate: at("resetGate", t),
          updateGate: at("updateGate", t),
          candidate: at("candidate", t),
          previous: at("hidden", t - 1),
          bias: own("recurrent.bias_hh_l0").subarray(2 * units),
        });
    }
  });
}

/** The share of the sequence in which a change turns to the direction that grows most. */
const TURNING = 0.2;

function measureSequence(
  steps: readonly LinearStep[],
  head: Float64Array,
  start: Float64Array,
): Dynamics {
  const units = head.length;
  // The output reads h alone, so the gradient by an LSTM's last cell state is 0.
  const last = new Float64Array(steps[0]?.size ?? units);
  last.set(head);
  const gradients = gradientsByLag(steps, last);
  const norms = gradients.map((gradient) => norm(gradient.subarray(0, units)));
  const change = carryChange(steps, start);
  return {
    byLag: norms.map((one) => one / (norms[0] ?? NaN)),
    exponent: mean(change.growth.slice(Math.floor(TURNING * steps.length))),
    error: transposeError(gradients, change),
  };
}
