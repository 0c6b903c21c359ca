import { eigenvalues } from "../../src/analysis/spectrum.ts";
import { singularValues } from "../../src/analysis/singular_values.ts";
import { Random } from "../../src/core/random.ts";
import { glorotUniform } from "../../src/model/init/random_matrices.ts";

for (const size of [10, 20, 32, 64, 128]) {
  const matrix = glorotUniform([size, size], new Random(1));
  Deno.bench(`eigenvalues, ${size} by ${size}`, { group: `${size}` }, () => {
    eigenvalues(matrix);
  });
  Deno.bench(`singular values, ${size} by ${size}`, { group: `${size}` }, () => {
    singularValues(matrix);
  });
}
