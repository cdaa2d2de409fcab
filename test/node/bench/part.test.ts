import assert from "node:assert/strict";
import { median, runPart, type Measurement, type Part, type Subject } from "../../../bench/part.js";
import { formatPart } from "../../../bench/tables.js";

/** A subject whose measurements are given. */
function given(name: string, measurements: readonly Measurement[], turns: string[] = []): Subject {
  let round = 0;
  return {
    name,
    measure() {
      turns.push(name);
      return Promise.resolve(measurements[round++]!);
    },
  };
}

function partOf(subjects: readonly Subject[]): Part {
  return {
    name: "speed",
    title: "Speed",
    quantities: [
      { name: "perSecond", title: "requests/s", digits: 0, compared: true },
      { name: "cpuUs", title: "CPU µs", digits: 1 },
    ],
    references: ["theirs"],
    subjects: () => Promise.resolve(subjects),
  };
}

const OURS = [
  { perSecond: 100, cpuUs: 4 },
  { perSecond: 3000, cpuUs: 5 },
  { perSecond: 200, cpuUs: 9 },
];
const THEIRS = [
  { perSecond: 50, cpuUs: 8 },
  { perSecond: 1000, cpuUs: 8 },
  { perSecond: 200, cpuUs: 8 },
];

describe("a part of the benchmark", () => {
  it("has the middle value as its median, or the mean of the two in the middle", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
  });

  it("compares within each round, and takes the median of that", async () => {
    const result = await runPart(partOf([given("ours", OURS), given("theirs", THEIRS)]), 3);
    assert.deepEqual(result.subjects[0]!.medians, { perSecond: 200, cpuUs: 5 });
    // 2, 3 and 1: not the ratio of the medians, which is 1.
    assert.equal(result.subjects[0]!.ratios["theirs"]!["perSecond"], 2);
    assert.deepEqual(result.subjects[1]!.ratios, {});
  });

  it("measures all in each round, every round beginning with another one", async () => {
    const turns: string[] = [];
    await runPart(partOf([given("ours", OURS, turns), given("theirs", THEIRS, turns)]), 2);
    assert.deepEqual(turns, ["ours", "theirs", "theirs", "ours"]);
  });

  it("says who is absent, and why, and measures the others", async () => {
    const absent = { ...given("theirs", []), absent: "not installed" };
    const result = await runPart(partOf([given("ours", OURS), absent]), 3);
    assert.equal(result.subjects[1]!.absent, "not installed");
    assert.deepEqual(result.subjects[0]!.ratios, {});
    assert.match(formatPart(result), /^\| theirs \| not installed \| – \|$/mu);
  });

  it("ends what runs in the background, also when a measurement fails", async () => {
    const stopped: string[] = [];
    const failing: Subject = {
      name: "ours",
      measure: () => Promise.reject(new Error("no answer")),
      stop: () => Promise.resolve(void stopped.push("ours")),
    };
    await assert.rejects(runPart(partOf([failing]), 1), /no answer/u);
    assert.deepEqual(stopped, ["ours"]);
  });

  it("is a table with a ratio for what is compared", async () => {
    const result = await runPart(partOf([given("ours", OURS), given("theirs", THEIRS)]), 3);
    assert.equal(
      formatPart(result),
      [
        "### Speed",
        "",
        "|  | requests/s | CPU µs | requests/s ÷ theirs |",
        "| --- | --: | --: | --: |",
        "| ours | 200 | 5.0 | 2.00 |",
        "| theirs | 200 | 8.0 |  |",
        "",
      ].join("\n"),
    );
  });
});
