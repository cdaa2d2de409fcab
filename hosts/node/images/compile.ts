/**
 * Type-checks a user's own sources, which lie outside this package, and emits them: as strict as our own, ES2022 alone,
 * without the types of Node.js. What was checked once is not checked again where it has not changed.
 */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, extname, join } from "node:path";
import ts from "typescript";
import { MODULES } from "../package.js";
import type { EmittedModule } from "./emitted-module.js";
import { PORTABLE_ENTRIES, isOwnModule } from "./package-modules.js";
import { SourceError, type SourceProblem } from "./source-error.js";

/** Sources of a user that are free of errors. */
export interface Compilation {
  /** Paths of the sources to begin with, links resolved. */
  readonly entries: readonly string[];
  /** By absolute path of the source: those that a user wrote, not those of packages. */
  readonly modules: ReadonlyMap<string, Required<EmittedModule>>;
  /** Path of the file that an import means, where it is a source of the user; undefined for packages. */
  resolve(specifier: string, importer: string): string | undefined;
}

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  types: [],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  rewriteRelativeImportExtensions: true,
  strict: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  allowJs: true,
  // Types of packages that declare none are read off their JavaScript.
  maxNodeModuleJsDepth: 1,
  skipLibCheck: true,
  sourceMap: true,
  inlineSources: true,
  noEmitOnError: false,
  // Nothing is written: outputs are told from sources by it.
  outDir: "/",
  paths: Object.fromEntries(
    Object.entries(PORTABLE_ENTRIES).map(([name, path]) => [name, [join(MODULES, `${path}.d.ts`)]]),
  ),
};

/** Whether `specifier` is a module of Node.js: no device has it. */
export function isNodeModule(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

/** What to say to an import of a module that no device has; undefined where it may have it. */
export function refusalOf(specifier: string): string | undefined {
  if (isNodeModule(specifier)) return `"${specifier}" is a module of Node.js, which a device does not have`;
  if (specifier.startsWith("coapsule/") && !Object.hasOwn(PORTABLE_ENTRIES, specifier))
    return `"${specifier}" does not run on a device: expected ${Object.keys(PORTABLE_ENTRIES).join(", ")}`;
  return undefined;
}

/** Where in its text a source imports `specifier` first. @returns line and column, from 1 */
export function placeOfImport(
  text: string,
  specifier: string,
): { readonly line: number; readonly column: number } | undefined {
  const found = ts.preProcessFile(text, true, true).importedFiles.find((each) => each.fileName === specifier);
  if (found === undefined) return undefined;
  const before = text.slice(0, found.pos).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function problemOf({ file, start, code, messageText }: ts.Diagnostic): SourceProblem {
  const text = `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  if (file === undefined) return { text };
  const { line, character } = file.getLineAndCharacterOfPosition(start ?? 0);
  return { file: file.fileName, line: line + 1, column: character + 1, text };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** @throws {SourceError} for what is no source */
function entryPath(path: string): string {
  if (!EXTENSIONS.includes(extname(path)))
    throw new SourceError([{ file: path, text: `expected a file that ends with ${EXTENSIONS.join(", ")}` }]);
  if (!isFile(path)) throw new SourceError([{ file: path, text: "there is no such file" }]);
  return realpathSync(path);
}

const LIBRARY = dirname(ts.getDefaultLibFilePath(OPTIONS));

/** Whether it is a file of this package or of the compiler, which stays as it is while we run. */
function isFixed(path: string): boolean {
  return isOwnModule(path) || path.startsWith(LIBRARY);
}

/** Keeps what it knows from one compilation to the next. */
export class Compiler {
  readonly #paths: readonly string[];
  readonly #texts = new Map<string, string | undefined>();
  readonly #host = this.#makeHost();
  readonly #service = ts.createLanguageService(this.#host);
  #entries: readonly string[] = [];
  #generation = 0;

  /** @param paths of the sources to begin with, absolute */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** @throws {SourceError} when the sources have errors */
  compile(): Compilation {
    this.#entries = this.#paths.map(entryPath);
    this.#generation += 1;
    for (const path of this.#texts.keys()) if (!isFixed(path)) this.#texts.delete(path);
    const program = this.#service.getProgram()!;
    const sources = program
      .getSourceFiles()
      .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file));
    const problems = [
      ...this.#service.getCompilerOptionsDiagnostics().map(problemOf),
      ...sources.flatMap((file) => this.#problemsOf(file)),
    ];
    if (problems.length > 0) throw new SourceError(problems);
    return {
      entries: this.#entries,
      modules: new Map(sources.map(({ fileName }) => [fileName, this.#emit(fileName)])),
      resolve: (specifier, importer) => this.#resolve(specifier, importer),
    };
  }

  /** Paths of what was read last that is not ours: when one of them changes, what was compiled is out of date. */
  get watched(): readonly string[] {
    const files = this.#service.getProgram()?.getSourceFiles() ?? [];
    const read = files.map(({ fileName }) => fileName);
    return [...new Set([...this.#entries, ...read.filter((path) => !isFixed(path))])];
  }

  #makeHost(): ts.LanguageServiceHost & ts.ModuleResolutionHost {
    const read = (path: string): string | undefined => this.#read(path);
    return {
      getCompilationSettings: () => OPTIONS,
      getScriptFileNames: () => [...this.#entries],
      getProjectVersion: () => String(this.#generation),
      // A user's sources are read anew each time: what one of them imports may have come, or gone.
      getScriptVersion: (path) => (isFixed(path) ? "1" : String(this.#generation)),
      getScriptSnapshot: (path) => {
        const text = read(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => process.cwd(),
      getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
      fileExists: isFile,
      readFile: read,
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
      realpath: (path) => ts.sys.realpath?.(path) ?? path,
      useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    };
  }

  #read(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, isFile(path) ? readFileSync(path, "utf8") : undefined);
    return this.#texts.get(path);
  }

  #problemsOf(file: ts.SourceFile): SourceProblem[] {
    const { fileName, text } = file;
    const refused = ts
      .preProcessFile(text, true, true)
      .importedFiles.flatMap(({ fileName: specifier, pos }): (SourceProblem & { readonly pos: number })[] => {
        const reason = refusalOf(specifier);
        if (reason === undefined) return [];
        const { line, character } = file.getLineAndCharacterOfPosition(pos);
        return [{ file: fileName, line: line + 1, column: character + 1, text: reason, pos }];
      });
    const found = [
      ...this.#service.getSyntacticDiagnostics(fileName),
      ...this.#service.getSemanticDiagnostics(fileName),
    ].filter(({ start }) => !refused.some(({ pos }) => start !== undefined && Math.abs(start - pos) <= 1));
    return [...refused, ...found.map(problemOf)];
  }

  #emit(path: string): Required<EmittedModule> {
    const { outputFiles } = this.#service.getEmitOutput(path);
    const textOf = (ending: RegExp): string => outputFiles.find(({ name }) => ending.test(name))?.text ?? "";
    return { code: textOf(/\.m?js$/u), map: withSource(textOf(/\.m?js\.map$/u), path) };
  }

  #resolve(specifier: string, importer: string): string | undefined {
    const { resolvedModule: found } = ts.resolveModuleName(specifier, importer, OPTIONS, this.#host);
    if (found === undefined || found.isExternalLibraryImport === true) return undefined;
    return EXTENSIONS.includes(found.extension) ? found.resolvedFileName : undefined;
  }
}

/** Names the source by its path: the map says where it lies from a place at which nothing is written. */
function withSource(map: string, path: string): string {
  return map === ""
    ? map
    : JSON.stringify({ ...(JSON.parse(map) as object), sourceRoot: "", sources: [path] });
}
