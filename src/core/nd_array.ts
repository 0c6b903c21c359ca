/** An array of numbers with any number of axes. */
export interface NDArray<Data extends Float32Array | Int32Array = Float32Array> {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** The numbers in row-major order: as many as the product of the sizes. */
  readonly data: Data;
}
