/** Where the chunks in use stand: a hash table of integers with open addressing, 8 bytes a place. */

/** No place and no location. */
export const NOWHERE = -1;

const FIRST_PLACES = 32;

export class ChunkIndex {
  /** Power of two places; at most three quarters are taken. */
  #hashes = new Int32Array(FIRST_PLACES);
  /** Location + 1 of each place; 0 is an empty place. */
  #locations = new Uint32Array(FIRST_PLACES);
  #count = 0;

  /** Chunks in the index. */
  get count(): number {
    return this.#count;
  }

  /** The first place with this hash, or {@link NOWHERE}; {@link next} has the others. */
  first(hash: number): number {
    return this.#search(hash, hash & (this.#hashes.length - 1));
  }

  next(place: number, hash: number): number {
    return this.#search(hash, (place + 1) & (this.#hashes.length - 1));
  }

  locationAt(place: number): number {
    return this.#locations[place]! - 1;
  }

  /** The place of a location, or {@link NOWHERE}. */
  placeOf(hash: number, location: number): number {
    let place = this.first(hash);
    while (place !== NOWHERE && this.#locations[place] !== location + 1) place = this.next(place, hash);
    return place;
  }

  /** Adds a chunk that is not there yet. */
  add(hash: number, location: number): void {
    if ((this.#count + 1) * 4 > this.#hashes.length * 3) this.#grow();
    this.#insert(hash, location + 1);
    this.#count += 1;
  }

  /** Takes out the chunk of a place. */
  remove(place: number): void {
    this.#empty(place);
    this.#count -= 1;
  }

  /** The chunk of a place now stands at `location`. */
  move(place: number, location: number): void {
    this.#locations[place] = location + 1;
  }

  /** Every location, in no order. Nothing may be added or removed meanwhile. */
  forEach(visit: (location: number) => void): void {
    for (const location of this.#locations) if (location !== 0) visit(location - 1);
  }

  /** Takes out all chunks from `start` up to but not including `end`. @returns how many */
  removeRange(start: number, end: number): number {
    const before = this.#count;
    const hashes = this.#hashes;
    const locations = this.#locations;
    this.#hashes = new Int32Array(hashes.length);
    this.#locations = new Uint32Array(hashes.length);
    this.#count = 0;
    locations.forEach((location, place) => {
      if (location !== 0 && (location - 1 < start || location - 1 >= end))
        this.add(hashes[place]!, location - 1);
    });
    return before - this.#count;
  }

  #search(hash: number, from: number): number {
    const mask = this.#hashes.length - 1;
    for (let place = from; this.#locations[place] !== 0; place = (place + 1) & mask)
      if (this.#hashes[place] === hash) return place;
    return NOWHERE;
  }

  #insert(hash: number, entry: number): void {
    const mask = this.#hashes.length - 1;
    let place = hash & mask;
    while (this.#locations[place] !== 0) place = (place + 1) & mask;
    this.#hashes[place] = hash;
    this.#locations[place] = entry;
  }

  /** Empties a place, and moves what was only put behind it because it was taken. */
  #empty(start: number): void {
    const mask = this.#hashes.length - 1;
    let gap = start;
    for (let place = (gap + 1) & mask; this.#locations[place] !== 0; place = (place + 1) & mask) {
      const home = this.#hashes[place]! & mask;
      if (((place - home) & mask) < ((place - gap) & mask)) continue;
      this.#hashes[gap] = this.#hashes[place]!;
      this.#locations[gap] = this.#locations[place]!;
      gap = place;
    }
    this.#locations[gap] = 0;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const locations = this.#locations;
    this.#hashes = new Int32Array(hashes.length * 2);
    this.#locations = new Uint32Array(hashes.length * 2);
    for (let place = 0; place < hashes.length; place += 1)
      if (locations[place] !== 0) this.#insert(hashes[place]!, locations[place]!);
  }
}
