import { Random } from "../../src/core/random.ts";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import type { Region } from "../../src/kernels/program.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { fillStack, numbersOf, randomStack, stackProgram } from "./random_stack.ts";

Deno.test("stackBackward() matches central differences for 60 random stacks in float64", () => {
  for (let i = 0; i < 60; i++) {
    const random = new Random(i);
    const one = randomStack(random.fork("shape"));
    const what = JSON.stringify(one);
    const built = stackProgram(one);
    const { inputs, gradients, dOutput, outputs } = built;
    const session = cpuExecutor({ precision: "float64" }).start(built.program, 1);
    fillStack(session, built, random.fork("numbers"));
    // Before the backward pass the regions of the gradients have the weights of the loss.
    const lossWeights = [dOutput, ...gradients.h0, ...gradients.c0];
    const weights = numbersOf(session, lossWeights);
    const results = [outputs.output, ...outputs.h, ...outputs.c];
    const loss = (): number => {
      session.run("forward");
      return numbersOf(session, results).reduce((sum, value, i) => sum + value * weights[i]!, 0);
    };
    session.run("forward");
    session.run("backward");
    const pairs: [string, Region, Region | undefined][] = [
      ["x", inputs.x, gradients.x],
      ...inputs.weights.map((region, i): [string, Region, Region | undefined] => {
        return [`weights[${i}]`, region, gradients.weights[i]];
      }),
      ...inputs.h0.map((region, i): [string, Region, Region | undefined] => {
        return [`h0[${i}]`, region, gradients.h0[i]];
      }),
      ...inputs.c0.map((region, i): [string, Region, Region | undefined] => {
        return [`c0[${i}]`, region, gradients.c0[i]];
      }),
    ];
    for (const [name, input, gradient] of pairs) {
      const found = numbersOf(session, gradient ? [gradient] : []);
      const values = session.numbers(input);
      // Some numbers of each input are enough; all of small inputs.
      const every = Math.ceil(values.length / 12);
      const indices = values.map((_, k) => k).filter((k) => k % every === 0);
      const differences = indices.map((k) => {
        const step = 1e-5;
        const at = (value: number): number => {
          session.write(input, values.map((v, j) => j === k ? value : v));
          return loss();
        };
        return (at(values[k]! + step) - at(values[k]! - step)) / (2 * step);
      });
      session.write(input, values);
      const scale = Math.max(1, ...found.map(Math.abs));
      assertClose(indices.map((k) => found[k]!), differences, tolerance.differences, {
        scale,
        what: `${name} of ${what}`,
      });
    }
  }
});
