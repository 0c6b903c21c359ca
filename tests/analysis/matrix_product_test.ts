import { assertEquals, assertThrows } from "@std/assert";
import { determinant, Matrix as MlMatrix } from "ml-matrix";
import { MatrixProduct } from "../../src/analysis/matrix_product.ts";
import { singularValues } from "../../src/analysis/svd.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { gaussian, matrixOf, product, reflection } from "./matrices.ts";

Deno.test("MatrixProduct: the product of none is the identity", () => {
  assertEquals(new MatrixProduct(3).logSingularValues(), [0, 0, 0]);
});

Deno.test("MatrixProduct: factors follow on the right", () => {
  const random = new Random(1);
  const factors = Array.from({ length: 4 }, () => gaussian(5, 5, random));
  const found = new MatrixProduct(5);
  for (const factor of factors) found.multiply(factor);
  const values = found.logSingularValues().map(Math.exp);
  assertClose(values, singularValues(product(...factors)), tolerance.rounding);
});

Deno.test("MatrixProduct: the logarithms sum up to those of the determinants", () => {
  const random = new Random(2);
  const found = new MatrixProduct(8);
  let wanted = 0;
  for (let k = 0; k < 200; k++) {
    const factor = gaussian(8, 8, random);
    found.multiply(factor);
    wanted += Math.log(Math.abs(determinant(new MlMatrix(factor))));
  }
  const sum = found.logSingularValues().reduce((sum, log) => sum + log, 0);
  assertClose([sum], [wanted], tolerance.factors);
});

Deno.test("MatrixProduct: powers far beyond the range of numbers", () => {
  const rotation = reflection(4, new Random(3));
  const sizes = [3, 1, 0.5, 1e-3];
  const factor = product(
    rotation,
    matrixOf(4, (i, j) => i === j ? sizes[i] ?? 0 : 0),
    rotation,
  );
  const found = new MatrixProduct(4);
  for (let k = 0; k < 2000; k++) found.multiply(factor);
  const wanted = sizes.map((size) => 2000 * Math.log(size));
  assertClose(found.logSingularValues(), wanted, tolerance.factors);
});

Deno.test("MatrixProduct: a zero factor leaves nothing", () => {
  const found = new MatrixProduct(2);
  found.multiply([[0, 0], [0, 0]]);
  found.multiply([[1, 2], [3, 4]]);
  assertEquals(found.logSingularValues(), [-Infinity, -Infinity]);
});

Deno.test("MatrixProduct: a factor of another shape is an error", () => {
  const found = new MatrixProduct(2);
  assertThrows(() => found.multiply([[1]]), InputError, "factor must be of 2 rows, found 1");
  assertThrows(() => found.multiply([[1, 2]]), InputError, "factor must be square");
  assertThrows(() => found.multiply([[1, 2], [3, NaN]]), InputError, "factor[1][1]");
});
