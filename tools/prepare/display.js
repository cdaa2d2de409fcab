// @ts-check
/**
 * What somebody who waits is shown: lines that stay and, on a terminal, one that moves below them. Elsewhere lines are
 * all there is, without control characters.
 */

const FRAMES = ["|", "/", "-", "\\"];
const REDRAW_MS = 150;
const DEFAULT_COLUMNS = 80;
/** To the start of the line, and it is empty. */
const ERASE = "\r\u001B[K";

/** @param {number} ms @returns {string} in seconds, tenths where they matter */
export function formatSeconds(ms) {
  const seconds = ms / 1000;
  return `${seconds < 9.95 ? seconds.toFixed(1) : Math.round(seconds)} s`;
}

export class Display {
  #stream;
  #isTerminal;
  #frame = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {NodeJS.WriteStream} stream */
  constructor(stream) {
    this.#stream = stream;
    this.#isTerminal = stream.isTTY && process.env["TERM"] !== "dumb";
    // Who reads it has gone: the build goes on.
    stream.on("error", () => undefined);
  }

  /** @param {string} text a line that stays */
  line(text) {
    this.#stream.write(`${this.#isTerminal ? ERASE : ""}${text}\n`);
  }

  /** @param {() => string} describe what the line that moves says, asked again and again until {@link rest} */
  move(describe) {
    if (!this.#isTerminal) return;
    const redraw = () => {
      const frame = FRAMES[this.#frame++ % FRAMES.length];
      const columns = this.#stream.columns || DEFAULT_COLUMNS;
      this.#stream.write(`${ERASE}${`${frame} ${describe()}`.slice(0, columns - 1)}`);
    };
    redraw();
    this.#timer = setInterval(redraw, REDRAW_MS);
  }

  /** Nothing moves any more. */
  rest() {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#stream.write(ERASE);
  }
}
