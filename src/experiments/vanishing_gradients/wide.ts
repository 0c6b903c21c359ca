import { fitDecay } from "../../analysis/decay.ts";
import { meanField } from "../../analysis/mean_field.ts";
import { mean } from "../../analysis/statistics.ts";
import { TanhRecurrence } from "../../analysis/tanh_recurrence.ts";
import { glorotUniform } from "../../model/initializers.ts";
import { drive, lossGradient } from "./drive.ts";
import { type Context, inputVariances, theoryGains, widths } from "./parameters.ts";

/** The per-step factors of the networks of one width in a seed. */
export interface WidthFactors {
  /** Units of the hidden state. */
  readonly units: number;
  /** By gain, with inputs of variance 1. */
  readonly byGain: readonly number[];
  /** By the inputs' variance, with a gain of 1. */
  readonly byVariance: readonly number[];
  /** With a gain of 1 and inputs of variance 1: Glorot's weights as they are. */
  readonly plain: number;
  /** What the theory has for it with the mean of tanh'^2 over the network's own states. */
  readonly fromStates: number;
}

/** Features of input and output of a network of so many units: in the ratio of the default sizes. */
function sizes(context: Context, units: number): { inputs: number; outputs: number } {
  const { inputSize, hiddenSize, outputSize } = context.parameters;
  const size = (of: number) => Math.max(1, Math.round(units * of / hiddenSize));
  return { inputs: size(inputSize), outputs: size(outputSize) };
}

/**
 * The factor that the mean-field theory predicts for Glorot-uniform weights.
 *
 * @param context The run, for the sizes.
 * @param units Units of the hidden state.
 * @param gain What W_hh is multiplied by.
 * @param variance Of each feature of the inputs.
 * @returns The factor by which the norm of a gradient changes for each step back.
 */
export function theory(context: Context, units: number, gain = 1, variance = 1): number {
  const { inputs } = sizes(context, units);
  // Glorot's weights have variance 2 / (outputs + inputs) of a matrix.
  const inputVariance = variance * inputs * 2 / (units + inputs);
  return meanField({ recurrentVariance: gain ** 2, inputVariance }).factor;
}

/** Measures the networks of every width of a seed: one draw of weights and inputs for each. */
export function wideNetworks(context: Context, seed: number): WidthFactors[] {
  return widths(context).map((units) => widthFactors(context, seed, units));
}

function widthFactors(context: Context, seed: number, units: number): WidthFactors {
  const { warmUp, fittedLags } = context.parameters;
  const { inputs, outputs } = sizes(context, units);
  const random = context.random(seed, "width", units);
  const glorot = (name: string, output: number, input: number) =>
    glorotUniform([output, input], random.fork(name));
  const recurrence = new TanhRecurrence(glorot("W_hh", units, units));
  const W_ho = glorot("W_ho", outputs, units);
  const inputTerms = drive(
    glorot("W_ih", units, inputs),
    warmUp + fittedLags,
    random.fork("inputs"),
  );
  const target = random.fork("target").array(outputs);

  const measure = (gain: number, variance: number) => {
    const scaled = recurrence.scaled(gain);
    const scale = Math.sqrt(variance);
    const states = scaled.states(inputTerms.map((term) => term.map((value) => scale * value)))
      .slice(warmUp);
    const gradient = lossGradient(W_ho, states.at(-1) ?? [], target);
    const norms = scaled.stateGradients(states, gradient).map((g) => Math.hypot(...g));
    return { factor: fitDecay(norms).rate, states };
  };

  const plain = measure(1, 1);
  const slopes = plain.states.slice(1).map((h) => mean([...h].map((one) => (1 - one ** 2) ** 2)));
  return {
    units,
    byGain: theoryGains(context).map((gain) => gain === 1 ? plain.factor : measure(gain, 1).factor),
    byVariance: inputVariances(context).map((variance) =>
      variance === 1 ? plain.factor : measure(1, variance).factor
    ),
    plain: plain.factor,
    fromStates: Math.sqrt(mean(slopes)),
  };
}

/**
 * How far the factors of a network lie from the theory.
 *
 * @param context The run, for the sizes.
 * @param factors The factors of a network.
 * @returns The root mean square over gains of ln(measured factor / factor of the theory).
 */
export function rootMeanSquare(context: Context, { units, byGain }: WidthFactors): number {
  const gains = theoryGains(context);
  const logs = byGain.map((factor, i) => Math.log(factor / theory(context, units, gains[i])));
  return Math.hypot(...logs) / Math.sqrt(logs.length);
}
