import { exp, sigmoid, tanh } from "./math";

/** e^x (`kind` 0), sigmoid (1) or tanh (2) of `count` numbers, a multiple of four, in place. */
export function curve(kind: i32, at: usize, count: i32): void {
  for (; count > 0; count -= 4) {
    const x = v128.load(at);
    v128.store(at, kind == 0 ? exp(x) : kind == 1 ? sigmoid(x) : tanh(x));
    at += 16;
  }
}
