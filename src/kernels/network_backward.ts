import type { Command } from "./instructions.ts";
import {
  headWeight,
  ignoredClass,
  type NetworkLoss,
  type NetworkSize,
  type NetworkSpec,
  outputWidth,
  TABLE,
} from "./network.ts";
import { drop, headInput, outputPlace, stackPlaces } from "./network_forward.ts";
import type { NetworkLayout } from "./network_layout.ts";
import { product } from "./product.ts";
import { weightShapes } from "./stack.ts";
import { stackBackward } from "./stack_gradient.ts";

/** The loss; its gradient goes over the logits, or without a head to dTop. */
export function lossCommand(
  spec: NetworkSpec,
  loss: NetworkLoss,
  size: NetworkSize,
  places: NetworkLayout,
): Command {
  const { counts, logits, target, losses, dTop } = places;
  const output = outputPlace(spec, size, places);
  if (loss.kind === "crossEntropy") {
    return {
      op: "crossEntropy",
      rows: counts.outRows,
      classes: counts.outWidth,
      logits: output,
      targets: target.now.offset,
      ignore: ignoredClass(loss.ignoreIndex),
      loss: losses.offset,
    };
  }
  return {
    op: "squaredError",
    count: counts.outRows * counts.outWidth,
    width: counts.outWidth,
    prediction: output,
    target: target.now.offset,
    mask: spec.readout === "all" ? places.maskNow : -1,
    gradient: logits?.offset ?? dTop.offset,
    loss: losses.offset,
  };
}

/** From the loss's gradient to that of every parameter. */
export function backward(spec: NetworkSpec, size: NetworkSize, places: NetworkLayout): Command[] {
  const { stack, readout } = spec;
  const { dStates, dTop, dEmbedded, gradients, counts } = places;
  const each = size.batch * stack.hiddenSize;
  const states = dStates.size / each / 2;
  const dH = Array.from({ length: states }, (_, i) => dStates.offset + i * each);
  const top = dStates.offset + (states - 1) * each;
  const commands: Command[] = [{ op: "clear", count: dStates.size, to: dStates.offset }];
  commands.push(...headBackward(spec, size, places));
  if (places.dropped) commands.push(drop(spec, places, dTop.offset, dTop.offset));
  // Where the last state is read, its gradient is where the walk back begins.
  if (readout === "last") {
    commands.push({ op: "load", count: dTop.size, from: dTop.offset, stride: 0, to: top });
  }
  const names = weightShapes(stack).map(({ name }) => `recurrent.${name}`);
  commands.push(...stackBackward(stack, size, stackPlaces(spec, places), {
    dOutput: readout === "all" ? dTop.offset : -1,
    dH,
    dC: stack.cell === "lstm" ? dH.map((offset) => offset + states * each) : [],
    dWeights: names.map((name) => places.at(gradients, name)),
    dX: dEmbedded?.offset ?? -1,
  }, places.passed));
  if (spec.embedding && dEmbedded) {
    commands.push({
      op: "embeddingGradient",
      rows: counts.rows,
      width: stack.inputSize,
      vocabulary: spec.embedding.vocabulary,
      ids: places.input,
      gradient: dEmbedded.offset,
      dTable: places.at(gradients, TABLE),
      padding: spec.embedding.padding ?? -1,
    });
  }
  // After the look-up's gradient, which takes the place of what was there.
  if (spec.head?.tied) commands.push(headWeightGradient(spec, size, places));
  return commands;
}

function headBackward(spec: NetworkSpec, size: NetworkSize, places: NetworkLayout): Command[] {
  const { counts, logits, gradients, parameters, dTop } = places;
  if (!logits) return [];
  const width = outputWidth(spec.stack);
  const { outRows, outWidth } = counts;
  const gradient = { at: logits.offset, ld: outWidth };
  const weight = { at: places.at(parameters, headWeight(spec)), ld: width };
  const commands: Command[] = [
    ...(spec.head?.tied ? [] : [headWeightGradient(spec, size, places)]),
    product([outRows, width, outWidth], gradient, weight, { at: dTop.offset, ld: width }),
  ];
  const out = places.at(gradients, "head.bias");
  if (out < 0) return commands;
  const sum = { rows: outRows, columns: outWidth, a: logits.offset, lda: outWidth, out };
  return [...commands, { op: "columnSum", ...sum, accumulate: 0 }];
}

/** The gradient of the head's weight; of a tied one it is added to that of the look-up. */
function headWeightGradient(spec: NetworkSpec, size: NetworkSize, places: NetworkLayout): Command {
  const { counts, logits, gradients } = places;
  const width = outputWidth(spec.stack);
  const { outRows, outWidth } = counts;
  const gradient = { at: logits?.offset ?? -1, ld: outWidth, transposed: true };
  const input = { at: headInput(spec, size, places), ld: width };
  const dWeight = { at: places.at(gradients, headWeight(spec)), ld: width };
  const accumulate = spec.head?.tied ?? false;
  return product([outWidth, width, outRows], gradient, input, dWeight, { accumulate });
}
