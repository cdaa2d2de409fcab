/** What get, put, post, delete, fetch, patch and ipatch have in common: all but their method and their examples. */

import { Command } from "commander";
import { addAbortSignal, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { toHex } from "../../src/bytes/hex.js";
import type { Client, StreamedResponse } from "../../src/coap/client/client.js";
import type { RequestOptions } from "../../src/coap/request-options.js";
import type { ClientResponse } from "../../src/coap/client-response.js";
import { CONTENT, EMPTY, FETCH, codeName, formatCode } from "../../src/coap/codec/code.js";
import { NO_RESPONSE_AT_ALL } from "../../src/coap/requesting/no-response.js";
import { addConnectionOptions, type ConnectionFlags } from "./connection-options.js";
import { findDestination, type Destination } from "./destination.js";
import { writeOutput } from "./output-file.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import {
  blockSizeOption,
  qBlockOption,
  collectETag,
  collectMatch,
  parseContentFormat,
} from "../option-values.js";
import { addProtectionOptions, protectionOptions } from "./protection-options.js";
import { openPayload, readPayload, type Payload } from "./payload.js";
import { presentBody } from "../present/body.js";
import { addJsonOption, printJson, type JsonFlags } from "../json/option.js";
import { RESPONSE_FIELDS_HELP, formatLocation, responseRecord } from "../json/response.js";
import { printable } from "../present/printable.js";
import { Progress } from "./progress.js";

export interface RequestCommand {
  readonly name: string;
  /** Method code. */
  readonly method: number;
  readonly summary: string;
  /** Whether the request carries a body. */
  readonly hasBody: boolean;
  readonly examples: readonly (readonly [line: string, meaning: string])[];
}

interface RequestFlags extends ConnectionFlags, JsonFlags {
  readonly file?: string;
  readonly contentFormat?: number;
  readonly accept?: number;
  readonly etag?: readonly Uint8Array[];
  readonly ifMatch?: readonly Uint8Array[];
  readonly ifNoneMatch?: true;
  readonly non?: true;
  /** False after --no-response. */
  readonly response: boolean;
  readonly blockSize?: number;
  readonly qBlock?: true;
  readonly output?: string;
  readonly pretty?: true;
  readonly raw?: true;
  readonly status?: true;
}

/** Standard output, as a file name. */
const STANDARD_OUTPUT = "-";

/** Builds the subcommand. */
export function requestCommand(definition: RequestCommand, interruption: Interruption): Command {
  const { name, summary, hasBody } = definition;
  const command = new Command(name).summary(summary).description(`${summary}.`);
  command.argument("<uri>", "such as coap://[::1]/time or coap://localhost:5684/store/a");
  if (hasBody)
    command
      .argument("[payload]", "the body; - reads standard input, as does nothing when something is piped in")
      .option("-f, --file <path>", "take the body from a file; - is standard input")
      .option(
        "-c, --content-format <format>",
        "Content-Format of the body, by number or name",
        parseContentFormat,
      );
  command
    .option("-a, --accept <format>", "the Content-Format wanted, by number or name", parseContentFormat)
    .option("--etag <hex>", "what we have already: 2.03 Valid says it is current; repeatable", collectETag)
    .option("--if-match <hex>", "only if this ETag is current, or `any` is there; repeatable", collectMatch)
    .option("--if-none-match", "only if there is nothing yet")
    .option("-n, --non", "send Non-confirmable messages")
    .option(
      "--no-response",
      "ask for no response (RFC 7967); a Confirmable request is acknowledged all the same",
    )
    .addOption(blockSizeOption())
    .addOption(qBlockOption())
    .option("-o, --output <path>", "write the body to a file, which stays as it was where that fails")
    .option("--pretty", "show the body for people, even when standard output is no terminal")
    .option("--raw", "write the body as it is, even to a terminal")
    .option("-s, --status", "show the response code on standard error (on a terminal: unless it is 2.05)");
  addConnectionOptions(command);
  addProtectionOptions(command, ["qBlock"]);
  addJsonOption(command, RESPONSE_FIELDS_HELP, ["output", "pretty", "raw", "status"]);
  addExamples(command, definition.examples);
  return command.action(async (uri: string, text: unknown) => {
    const payloadText = hasBody && typeof text === "string" ? text : undefined;
    await run(definition, uri, payloadText, command.opts<RequestFlags>(), interruption);
  });
}

async function run(
  { method, hasBody }: RequestCommand,
  uri: string,
  text: string | undefined,
  flags: RequestFlags,
  { signal }: Interruption,
): Promise<void> {
  const destination = await findDestination(uri);
  const opened = hasBody ? await openPayload(text, flags.file) : undefined;
  if (opened?.body instanceof Readable) addAbortSignal(signal, opened.body);
  // With Q-Block each block says how long the body is.
  const payload = opened && flags.qBlock ? wholePayload(await readPayload(opened)) : opened;
  const progress = new Progress(flags.verbose !== true);
  const options = { ...requestOptions(flags, destination, payload, progress), signal };
  const toFile = flags.output !== undefined && flags.output !== STANDARD_OUTPUT;
  const isShown = !flags.raw && flags.output === undefined && (flags.pretty ?? process.stdout.isTTY);
  try {
    const isRepeatable = !(payload?.body instanceof Readable);
    const { withClient } = await import("./connection.js");
    await withClient(flags, destination, { signal, isRepeatable }, async (client) => {
      if (isShown || flags.json)
        show(await requestWhole(client, method, uri, options, payload, progress), flags);
      else {
        const response = await client.stream(method, uri, options);
        if (wantsStatus(flags, response.head.code)) printStatus(response.head);
        await save(response, toFile ? flags.output : undefined, progress, signal);
      }
    });
  } finally {
    progress.stop();
  }
}

function requestOptions(
  flags: RequestFlags,
  { address }: Destination,
  payload: Payload | undefined,
  progress: Progress,
): RequestOptions {
  const { accept, contentFormat, etag, ifMatch, blockSize, timeout } = flags;
  return {
    address,
    ...protectionOptions(flags),
    ...(payload && { payload: payload.body }),
    ...(payload?.bytes !== undefined && { payloadBytes: payload.bytes }),
    ...(contentFormat !== undefined && { contentFormat }),
    ...(accept !== undefined && { accept }),
    ...(etag && { etags: etag }),
    ...(ifMatch && { ifMatch }),
    ...(flags.ifNoneMatch && { ifNoneMatch: true }),
    ...(flags.non && { confirmable: false }),
    ...(!flags.response && { noResponse: NO_RESPONSE_AT_ALL }),
    ...(blockSize !== undefined && { blockSize }),
    ...(flags.qBlock && { blocks: "Q-Block" }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    onProgress: (bytes, totalBytes) => progress.update(bytes, totalBytes ?? payload?.bytes),
  };
}

function wholePayload(body: Uint8Array): Payload {
  return { body, bytes: body.length };
}

/** The response with its whole body, which is read again from its start where it changed meanwhile. */
async function requestWhole(
  client: Client,
  method: number,
  uri: string,
  options: RequestOptions,
  payload: Payload | undefined,
  progress: Progress,
): Promise<ClientResponse> {
  // A body that comes in pieces can be sent once only.
  const again = payload && method === FETCH ? { payload: await readPayload(payload) } : {};
  const response = await client.request(method, uri, { ...options, ...again });
  progress.stop();
  return response;
}

/** For a person, or as JSON. */
function show(response: ClientResponse, flags: RequestFlags): void {
  if (flags.json) {
    // Nobody asked for a response.
    if (response.code !== EMPTY) printJson(responseRecord(response));
    return;
  }
  if (wantsStatus(flags, response.code)) printStatus(response);
  if (response.payload.length === 0) return;
  const { text, note } = presentBody(response.payload, response.contentFormat);
  process.stdout.write(`${text}\n`);
  if (note !== undefined) process.stderr.write(`coapsule: ${note}\n`);
}

/** For a program: block by block, as they come. */
async function save(
  { body, totalBytes }: StreamedResponse,
  path: string | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const watched = progress.watch(body, totalBytes);
  if (path === undefined) await pipeline(watched, process.stdout, { end: false, signal });
  else await writeOutput(path, watched, signal);
}

/** A person wants to see that something happened, but content speaks for itself. */
function wantsStatus({ status }: RequestFlags, code: number): boolean {
  // Nobody asked for a response.
  if (code === EMPTY) return false;
  return status ?? (code !== CONTENT && process.stderr.isTTY);
}

/** `2.01 Created /store/1 (ETag 8a3f01c2)` */
function printStatus(response: ClientResponse): void {
  const { code, etag } = response;
  const location = formatLocation(response);
  const words = [formatCode(code), codeName(code) ?? "(unassigned)"];
  if (location !== "") words.push(location);
  if (etag) words.push(`(ETag ${toHex(etag)})`);
  process.stderr.write(`${printable(words.join(" "))}\n`);
}
