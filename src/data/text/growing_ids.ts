/** Ids of a part: 1 MiB. */
const partSize = 2 ** 18;

/** Ids whose number is not known before, kept in parts, so that growing copies nothing. */
export class GrowingIds {
  #parts: Int32Array<ArrayBuffer>[] = [];
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds ids at the end. */
  push(ids: Int32Array): void {
    let taken = 0;
    while (taken < ids.length) {
      const place = this.#length % partSize;
      if (place === 0) this.#parts.push(new Int32Array(partSize));
      const some = ids.subarray(taken, taken + partSize - place);
      this.#parts.at(-1)?.set(some, place);
      taken += some.length;
      this.#length += some.length;
    }
  }

  /** All of them; none are left here. */
  take(): Int32Array {
    const all = new Int32Array(this.#length);
    for (const [i, part] of this.#parts.entries()) {
      all.set(part.subarray(0, all.length - i * partSize), i * partSize);
      part.buffer.transfer(0); // Gives its memory back at once: never are there two of everything.
    }
    this.#parts = [];
    this.#length = 0;
    return all;
  }
}
