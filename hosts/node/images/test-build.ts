/** Makes a user's tests into modules that engines run: each file of tests is a program of its own. */

import { join } from "node:path";
import { bundle, writeBundle, type BundleEntry } from "./bundle.js";
import { Compiler } from "./compile.js";
import { MODULES } from "../package.js";
import { XS_PLATFORM } from "./image-build.js";

/** Gives tests the crypto port in C. Preloaded before them on XS. */
export const XS_CRYPTO = "crypto.js";

/** Main modules of one file of tests: paths below the folder. */
export interface BuiltTest {
  /** Path of the source. */
  readonly source: string;
  readonly xs: string;
  /** Its default export gets clock and console. */
  readonly node: string;
}

function entriesOf(sources: readonly string[]): Record<string, BundleEntry> {
  const own = (path: string): string => JSON.stringify(join(MODULES, path));
  const run = [
    `import { registry } from ${own("simulators/testing/registry.js")};`,
    `import { runTests } from ${own("simulators/testing/run.js")};`,
  ];
  const entries: Record<string, BundleEntry> = {
    [XS_PLATFORM]: { path: join(MODULES, `${XS_PLATFORM}.js`) },
    crypto: {
      text: `import { crypto } from ${own("hosts/xs/crypto.js")};\nglobalThis.coapsuleCrypto = crypto;`,
    },
  };
  sources.forEach((source, index) => {
    const begin = [`import ${JSON.stringify(source)};`, ...run];
    entries[`node-${index}`] = {
      text: [...begin, "export default (platform) => runTests(registry.tests, platform);"].join("\n"),
    };
    entries[`xs-${index}`] = {
      text: [
        ...begin,
        `import { offerSetImmediate } from ${own("simulators/testing/set-immediate.js")};`,
        "export default async (platform) => {",
        "  offerSetImmediate(platform.timers);",
        "  await runTests(registry.tests, platform);",
        "};",
      ].join("\n"),
    };
  });
  return entries;
}

/** Tests of which all sources are free of errors. */
export class TestBuilder {
  readonly #compiler: Compiler;

  /** @param paths of files of tests, absolute */
  constructor(paths: readonly string[]) {
    this.#compiler = new Compiler(paths);
  }

  /**
   * Writes them to a folder.
   * @param hasLines a module for each source, as the engine needs that has lines in its stacks
   * @throws {SourceError}
   */
  async build(folder: string, hasLines = false): Promise<BuiltTest[]> {
    const compilation = this.#compiler.compile();
    const entries = entriesOf(compilation.entries);
    writeBundle(await bundle({ entries, compilation, keepsModules: hasLines }), folder);
    return compilation.entries.map((source, index) => ({
      source,
      xs: `xs-${index}.js`,
      node: join(folder, `node-${index}.js`),
    }));
  }
}
