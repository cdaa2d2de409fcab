import { assert, describe, it, SeededRandom } from "../../../portable.js";
import { ChunkIndex, NOWHERE } from "../../../../src/storage/flash/chunk-index.js";

/** All locations under a hash, in order. */
function found(index: ChunkIndex, hash: number): number[] {
  const locations: number[] = [];
  for (let place = index.first(hash); place !== NOWHERE; place = index.next(place, hash))
    locations.push(index.locationAt(place));
  return locations.sort((a, b) => a - b);
}

describe("the index of chunks", () => {
  it("finds what a plain list has, under hashes that collide, after additions, moves and removals", () => {
    const random = new SeededRandom(4);
    const index = new ChunkIndex();
    const list: { hash: number; location: number }[] = [];
    for (let step = 0; step < 600; step += 1) {
      const chosen = list[random.integer(0, Math.max(0, list.length - 1))];
      if (chosen === undefined || random.chance(0.55)) {
        // Few hashes, some of them negative, that share their lowest bits.
        const hash = (random.integer(-3, 3) << 16) | random.integer(0, 9);
        index.add(hash, step);
        list.push({ hash, location: step });
      } else if (random.chance(0.3)) {
        index.move(index.placeOf(chosen.hash, chosen.location), 1000 + step);
        chosen.location = 1000 + step;
      } else {
        index.remove(index.placeOf(chosen.hash, chosen.location));
        list.splice(list.indexOf(chosen), 1);
      }
      assert.equal(index.count, list.length);
      const { hash } = list[step % list.length] ?? { hash: 0 };
      const expected = list.filter((item) => item.hash === hash).map(({ location }) => location);
      assert.deepEqual(
        found(index, hash),
        expected.sort((a, b) => a - b),
      );
    }
    assert.equal(index.placeOf(0, 5000), NOWHERE);
  });

  it("forgets a range of locations, its start included and its end not", () => {
    const index = new ChunkIndex();
    for (let location = 0; location < 100; location += 1) index.add(location * 64, location);
    assert.equal(index.removeRange(10, 20), 10);
    const left: number[] = [];
    index.forEach((location) => left.push(location));
    assert.deepEqual(
      left.sort((a, b) => a - b),
      Array.from({ length: 90 }, (_, number) => (number < 10 ? number : number + 10)),
    );
  });
});
