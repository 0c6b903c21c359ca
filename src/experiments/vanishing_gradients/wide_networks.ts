import { fitDecay } from "../../analysis/decay.ts";
import { meanField } from "../../analysis/mean_field.ts";
import { geometricMean, mean } from "../../statistics/descriptive.ts";
import { TanhRecurrence } from "../../analysis/tanh_recurrence.ts";
import type { Random } from "../../core/random.ts";
import { glorotUniform } from "../../model/init/random_matrices.ts";
import { drive, lossGradient } from "./networks.ts";
import { type Context, inputVariances, theoryGains, widths } from "./parameters.ts";

/** The per-step factors of networks of one width in a seed. */
export interface WidthFactors {
  /** Units of the hidden state. */
  readonly units: number;
  /** The factors by gain, with inputs of variance 1. */
  readonly byGain: readonly number[];
  /** The factors by the variance of the inputs, with a gain of 1. */
  readonly byVariance: readonly number[];
  /** The factor with a gain of 1 and inputs of variance 1: Glorot's weights unchanged. */
  readonly plain: number;
  /** The factor of the theory if the mean of tanh'^2 is taken over the states of the network. */
  readonly fromStates: number;
}

/** The measured factors of one width in a seed, and the deviation from the theory. */
export interface Width {
  /** Units of the hidden state. */
  readonly units: number;
  /**
   * The factors of one network; for the parameter `hiddenSize`, the geometric means over several
   * networks.
   */
  readonly measured: WidthFactors;
  /**
   * The root mean square over gains of ln(measured factor / factor of the theory), for one network.
   */
  readonly deviation: number;
}

/**
 * Computes the input and output sizes for a number of units, in proportion to the sizes of the run.
 */
function sizes(context: Context, units: number): { inputs: number; outputs: number } {
  const { inputSize, hiddenSize, outputSize } = context.parameters;
  const size = (of: number) => Math.max(1, Math.round(units * of / hiddenSize));
  return { inputs: size(inputSize), outputs: size(outputSize) };
}

/** The factors that the theory predicts for Glorot-uniform weights. */
export type Prediction = Pick<WidthFactors, "units" | "byGain" | "byVariance" | "plain">;

/**
 * Computes the per-step factor that the mean-field theory predicts for Glorot-uniform weights.
 *
 * @param context The run, for the sizes.
 * @param units Units of the hidden state.
 * @param gain The factor of W_hh.
 * @param variance The variance of each input feature.
 */
export function factorOf(context: Context, units: number, gain: number, variance: number): number {
  const { inputs } = sizes(context, units);
  // The variance of Glorot's weights is 2 / (rows + columns).
  const inputVariance = variance * inputs * 2 / (units + inputs);
  return meanField({ recurrentVariance: gain ** 2, inputVariance }).factor;
}

/**
 * Computes the factors that the mean-field theory predicts for each width.
 *
 * @param context The run, for the sizes.
 * @returns A prediction for each width, the narrowest first.
 */
export function predictions(context: Context): Prediction[] {
  return widths(context).map((units) => {
    const factor = (gain: number, variance: number) => factorOf(context, units, gain, variance);
    return {
      units,
      byGain: theoryGains(context).map((gain) => factor(gain, 1)),
      byVariance: inputVariances(context).map((variance) => factor(1, variance)),
      plain: factor(1, 1),
    };
  });
}

/**
 * Measures the networks of every width of a seed.
 *
 * @param context The run.
 * @param seed The seed of the trial.
 * @param predicted The prediction of the theory for each width.
 * @returns The factors of each width, from one draw of weights and inputs; for the parameter
 *   `hiddenSize` from several.
 */
export function wideNetworks(
  context: Context,
  seed: number,
  predicted: readonly Prediction[],
): Width[] {
  const { hiddenSize, repeats } = context.parameters;
  return predicted.map((prediction) => {
    const { units } = prediction;
    const count = units === hiddenSize ? repeats : 1;
    const networks = Array.from(
      { length: count },
      (_, i) => measureNetwork(context, context.random(seed, "width", units, "network", i), units),
    );
    const [first = { byGain: [] }] = networks;
    const logs = first.byGain.map((factor, i) => Math.log(factor / (prediction.byGain[i] ?? NaN)));
    const over = (of: (network: WidthFactors) => number) => geometricMean(networks.map(of));
    return {
      units,
      measured: {
        units,
        byGain: theoryGains(context).map((_, i) => over(({ byGain }) => byGain[i] ?? NaN)),
        byVariance: inputVariances(context).map((_, i) =>
          over(({ byVariance }) => byVariance[i] ?? NaN)
        ),
        plain: over(({ plain }) => plain),
        fromStates: over(({ fromStates }) => fromStates),
      },
      deviation: Math.hypot(...logs) / Math.sqrt(logs.length),
    };
  });
}

/** Measures one network, with every gain and every variance of the inputs. */
function measureNetwork(context: Context, random: Random, units: number): WidthFactors {
  const { warmUp, fittedLags } = context.parameters;
  const { inputs: inputSize, outputs } = sizes(context, units);
  const glorot = (name: string, output: number, input: number) =>
    glorotUniform([output, input], random.fork(name));
  const recurrence = new TanhRecurrence(glorot("W_hh", units, units));
  const W_ho = glorot("W_ho", outputs, units);
  const inputTerms = drive(
    glorot("W_ih", units, inputSize),
    random.fork("inputs").array((warmUp + fittedLags) * inputSize),
    inputSize,
  );
  const target = random.fork("target").array(outputs);

  const measure = (gain: number, variance: number) => {
    const scaled = recurrence.scaled(gain);
    const scale = Math.sqrt(variance);
    const inputs = scale === 1
      ? inputTerms
      : inputTerms.map((term) => term.map((value) => scale * value));
    const states = scaled.states(inputs).slice(warmUp);
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
