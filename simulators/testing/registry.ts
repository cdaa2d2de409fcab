/** Collects tests where no test runner does: on XS. */

export interface Test {
  /** Titles from the outermost group to the test, joined by " › ". */
  readonly title: string;
  readonly body: () => void | Promise<void>;
}

class Registry {
  readonly tests: Test[] = [];
  readonly #groups: string[] = [];

  readonly describe = (title: string, body: () => void): void => {
    this.#groups.push(title);
    body();
    this.#groups.pop();
  };

  readonly it = (title: string, body: () => void | Promise<void>): void => {
    this.tests.push({ title: [...this.#groups, title].join(" › "), body });
  };
}

export const registry = new Registry();
