import { jacobianProducts } from "../../src/analysis/jacobian.ts";
import { Random } from "../../src/core/random.ts";
import { gaussian } from "./matrices.ts";

for (const size of [20, 64]) {
  const random = new Random(1);
  const recurrent = gaussian(size, size, random);
  const states = Array.from({ length: 41 }, () => recurrent.map(() => Math.tanh(random.normal())));
  for (const full of [false, true]) {
    Deno.bench(`Jacobian products of 40 steps, ${size} units${full ? ", all values" : ""}`, {
      group: `${size}`,
    }, () => {
      jacobianProducts(states, recurrent, { full });
    });
  }
}
