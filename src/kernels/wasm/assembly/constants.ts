/**
 * Constants of the curves and of Adam, with the same number in all four lanes.
 *
 * They are variables that the module exports, although nothing else uses them. Otherwise
 * AssemblyScript puts their values into the code, which is slower in V8: the forward scan of a small
 * LSTM then takes half as long again.
 *
 * The coefficients are those of the Cephes library (Moshier, 1992).
 *
 * @module
 */

/** 1. */
export let ONE: v128 = f32x4.splat(1.0);
/** 2. */
export let TWO: v128 = f32x4.splat(2.0);
/** The smallest normal number. */
export let SMALLEST: v128 = f32x4.splat(1.17549435e-38);

/** The range of e^x. */
export let EXP_LOW: v128 = f32x4.splat(-87.3);
export let EXP_HIGH: v128 = f32x4.splat(88.3);
/** 1 / ln 2. */
export let LOG2_E: v128 = f32x4.splat(1.44269504088896341);
/** 1.5 * 2^23: adding it rounds to an integer, which is then in the low bits. */
export let ROUND: v128 = f32x4.splat(12582912.0);
/** ln 2 in two parts. The first has few bits, so that an integer times it is exact. */
export let LN2_HIGH: v128 = f32x4.splat(0.693359375);
export let LN2_LOW: v128 = f32x4.splat(-2.12194440e-4);
/** The coefficients of e^r, from r^7 to r^2. */
export let EXP_7: v128 = f32x4.splat(1.9875691500e-4);
export let EXP_6: v128 = f32x4.splat(1.3981999507e-3);
export let EXP_5: v128 = f32x4.splat(8.3334519073e-3);
export let EXP_4: v128 = f32x4.splat(4.1665795894e-2);
export let EXP_3: v128 = f32x4.splat(1.6666665459e-1);
export let EXP_2: v128 = f32x4.splat(5.0000001201e-1);

/** The range of sigmoid(x) that is computed. */
export let SIGMOID_LOW: v128 = f32x4.splat(-89.0);
export let SIGMOID_HIGH: v128 = f32x4.splat(87.0);

/** The |x| below which tanh is a polynomial. */
export let TANH_NEAR: v128 = f32x4.splat(0.625);
/** The 2 |x| from which tanh is 1. */
export let TANH_HIGH: v128 = f32x4.splat(20.0);
/** The coefficients of tanh(x), from x^11 to x^3. */
export let TANH_11: v128 = f32x4.splat(-5.70498872745e-3);
export let TANH_9: v128 = f32x4.splat(2.06390887954e-2);
export let TANH_7: v128 = f32x4.splat(-5.37397155531e-2);
export let TANH_5: v128 = f32x4.splat(1.33314422036e-1);
export let TANH_3: v128 = f32x4.splat(-3.33332819422e-1);
