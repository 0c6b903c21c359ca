import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { Heap, KernelMemory, LINE } from "../../../src/kernels/wasm/memory.ts";

Deno.test("Heap.allocate() returns blocks that do not overlap, and Heap.free() frees all of them", () => {
  const random = new Random(3);
  const heap = new Heap(LINE);
  const taken: { address: number; bytes: number }[] = [];
  for (let i = 0; i < 2000; i++) {
    if (random.integer(0, 2) > 0 || taken.length === 0) {
      const bytes = random.integer(0, 500);
      const address = heap.allocate(bytes);
      assertEquals(address % LINE, 0);
      assert(address + bytes <= heap.end);
      for (const other of taken) {
        assert(address + bytes <= other.address || other.address + other.bytes <= address);
      }
      taken.push({ address, bytes });
    } else {
      const [{ address, bytes } = { address: 0, bytes: 0 }] = taken.splice(
        random.integer(0, taken.length - 1),
        1,
      );
      heap.free(address, bytes);
    }
  }
  for (const { address, bytes } of taken) heap.free(address, bytes);
  assertEquals(heap.end, LINE);
});

Deno.test("KernelMemory.allocate() keeps the values of blocks if the memory grows, shared or not", () => {
  for (const shared of [true, false]) {
    const memory = new KernelMemory(shared);
    const first = memory.allocate(8, "block");
    memory.floats(first, 2).set([1, 2]);
    const before = memory.memory.buffer.byteLength;
    memory.allocate(2 ** 24, "large block");
    assert(memory.memory.buffer.byteLength > before);
    assertEquals([...memory.floats(first, 2)], [1, 2]);
    assertEquals(memory.memory.buffer instanceof SharedArrayBuffer, shared);
  }
});
