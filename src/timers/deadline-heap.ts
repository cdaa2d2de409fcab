/** What waits for a moment, in order. */

export interface HeapEntry {
  readonly dueMs: number;
  /** Equal moments keep this order, that of their making. */
  readonly sequence: number;
  /** Place in the heap; -1 once it is out. */
  index: number;
}

function isBefore(a: HeapEntry, b: HeapEntry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}

/** A binary heap, earliest first, in which each item knows its place, so that any can be taken out. */
export class DeadlineHeap<T extends HeapEntry> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    item.index = this.#items.length;
    this.#items.push(item);
    this.#rise(item);
  }

  /** Takes an item out; one that is not in is ignored. */
  remove(item: T): void {
    const { index } = item;
    if (index < 0 || this.#items[index] !== item) return;
    item.index = -1;
    const last = this.#items.pop();
    if (last === undefined || last === item) return;
    this.#put(last, index);
    this.#rise(last);
    this.#sink(last);
  }

  /** Takes out every item that `isMeant` says. */
  removeWhere(isMeant: (item: T) => boolean): void {
    for (const item of this.#items.filter(isMeant)) this.remove(item);
  }

  #put(item: T, index: number): void {
    this.#items[index] = item;
    item.index = index;
  }

  #rise(item: T): void {
    while (item.index > 0) {
      const { index } = item;
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || !isBefore(item, parent)) return;
      this.#put(parent, index);
      this.#put(item, parentIndex);
    }
  }

  #sink(item: T): void {
    for (;;) {
      const { index } = item;
      const left = this.#items[2 * index + 1];
      const right = this.#items[2 * index + 2];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || !isBefore(child, item)) return;
      const childIndex = child.index;
      this.#put(child, index);
      this.#put(item, childIndex);
    }
  }
}
