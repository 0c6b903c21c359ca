import * as tf from "@tensorflow/tfjs";

/** How matrix products come by their transposed operands; which is faster depends on the backend. */
export type Products = "transposed operands" | "explicit transposes";

/** Operations that tfjs lacks, or has slow on some backend. */
export interface StockOps {
  /** a W' for a [..., rows, k] and W [..., n, k], as PyTorch keeps its weights. */
  product(a: tf.Tensor, weight: tf.Tensor): tf.Tensor;
  /** Rows of a table [vocabulary, width] by ids [rows]; the gradient leaves id 0 out. */
  embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D;
}

/** The operations for the current backend. */
export function stockOps(products: Products): StockOps {
  if (products === "transposed operands") {
    return { product: (a, weight) => tf.matMul(a, weight, false, true), embedding };
  }
  // The gradients that tfjs has for matMul use transposed operands too.
  const differentiable = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [a, weight, save] = args;
    if (!(a instanceof tf.Tensor && weight instanceof tf.Tensor && typeof save === "function")) {
      throw new TypeError("two tensors and a function to save them with");
    }
    save([a, weight]);
    return {
      value: tf.matMul(a, swapped(weight)),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
        const [input = a, kept = weight] = saved;
        return [tf.matMul(dy, kept), tf.matMul(swapped(dy), input)];
      },
    };
  });
  return { product: (a, weight) => differentiable(a, weight), embedding };
}

/** The last two axes exchanged. */
function swapped(x: tf.Tensor): tf.Tensor {
  return x.transpose(x.rank === 3 ? [0, 2, 1] : [1, 0]);
}

/**
 * The look-up with a gradient by a one-hot product: UnsortedSegmentSum, which the gradient of
 * tf.gather uses, is missing on wasm.
 */
function embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const lookUp = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [rows, save] = args;
    if (!(rows instanceof tf.Tensor && typeof save === "function")) {
      throw new TypeError("a table and a function to save with");
    }
    save([ids]);
    return {
      value: tf.gather(rows, ids),
      gradFunc(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor {
        const [kept = ids] = saved;
        const [vocabulary = 0] = rows.shape;
        // Rows are tokens, so that nothing has to be transposed.
        const wanted = tf.range(0, vocabulary, 1, "int32").expandDims(1);
        const hot = wanted.equal(unpadded(kept.as1D()).expandDims(0)).cast("float32");
        return tf.matMul(hot, dy);
      },
    };
  });
  return lookUp(table).as2D(ids.shape[0], table.shape[1]);
}

/** The ids, -1 in place of padding, which no one-hot row matches. */
export function unpadded(ids: tf.Tensor1D): tf.Tensor1D {
  return ids.sub(ids.equal(0).cast("int32"));
}
