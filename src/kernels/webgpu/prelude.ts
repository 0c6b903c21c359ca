/**
 * WGSL that every kernel begins with: the arena of a replica, the slot of the first step among
 * losses, norms and hyperparameters, the activations, whether a row
 * counts under a mask, and the hash of dropout.ts.
 *
 * Bounds of loops go through `bound`: with the constants of narrow kernels drivers would unroll
 * every loop, and compile for seconds.
 *
 * tanh is written out because drivers take it from exp(2x), which overflows; near 0, where
 * 1 - exp(-2x) cancels, it is the Taylor series, exact to float32 below 1/4.
 */
export const prelude = `
var<private> base: i32;
var<private> firstSlot: i32;
var<private> zero: i32;

fn bound(n: i32) -> i32 { return n + zero; }

fn at(i: i32) -> f32 { return result[base + i]; }

fn put(i: i32, value: f32) { result[base + i] = value; }

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e, 1.0, x >= 0.0) / (1.0 + e);
}

fn tangent(x: f32) -> f32 {
  let e = exp(-2.0 * abs(x));
  let far = (1.0 - e) / (1.0 + e);
  let y = x * x;
  let near = x * (1.0 + y * (-0.33333333 + y * (0.13333333 + y * (-0.053968254 + y * 0.021869489))));
  return select(select(far, -far, x < 0.0), near, abs(x) < 0.25);
}

fn counted(mask: i32, row: i32) -> bool {
  let value = at(max(mask, 0) + row);
  return mask < 0 || value != 0.0;
}

fn mixed(value: u32) -> u32 {
  var x = value;
  x = (x ^ (x >> 16u)) * 0x7feb352du;
  x = (x ^ (x >> 15u)) * 0x846ca68bu;
  return x ^ (x >> 16u);
}
`;
