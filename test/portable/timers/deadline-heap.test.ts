import { DeadlineHeap, type HeapEntry } from "../../../src/timers/deadline-heap.js";
import { SeededRandom, assert, describe, it } from "../../portable.js";

interface Owned extends HeapEntry {
  readonly owner: string;
}

const OWNERS = ["a", "b", "c"];

function fill(heap: DeadlineHeap<Owned>, random: SeededRandom, count: number): Owned[] {
  return Array.from({ length: count }, (_, sequence) => {
    const owner = OWNERS[sequence % OWNERS.length]!;
    const item: Owned = { dueMs: random.integer(0, 50), sequence, owner, index: -1 };
    heap.add(item);
    return item;
  });
}

function drain(heap: DeadlineHeap<Owned>): Owned[] {
  const items: Owned[] = [];
  for (let first = heap.first; first !== undefined; first = heap.first) {
    items.push(first);
    heap.remove(first);
  }
  return items;
}

const inOrder = (items: readonly Owned[]): Owned[] =>
  [...items].sort((a, b) => a.dueMs - b.dueMs || a.sequence - b.sequence);

describe("deadline heap", () => {
  it("gives the earliest first, equal ones in the order of their making, whatever was taken out", () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 200; round += 1) {
      const heap = new DeadlineHeap<Owned>();
      const items = fill(heap, random, random.integer(0, 60));
      const kept = items.filter((item) => {
        const stays = random.chance(0.6);
        if (!stays) heap.remove(item);
        return stays;
      });
      for (const item of items) if (!kept.includes(item)) heap.remove(item);
      assert.equal(heap.size, kept.length);
      assert.deepEqual(drain(heap), inOrder(kept));
    }
  });

  it("takes out all that is meant", () => {
    const heap = new DeadlineHeap<Owned>();
    const items = fill(heap, new SeededRandom(2), 100);
    heap.removeWhere(({ owner }) => owner === "b");
    assert.deepEqual(drain(heap), inOrder(items.filter(({ owner }) => owner !== "b")));
  });
});
