/** A list of links (RFC 6690), and how people see it: a table. */

import { decodeUtf8 } from "../../src/bytes/utf8.js";
import { parseLinks, type Link } from "../../src/coap/codec/link-format.js";
import { contentFormatName } from "../content-formats.js";
import { printable } from "./printable.js";

/** A server on a large machine may list more than a device would hold. */
const LINK_LIMITS = { links: 65536, attributes: 64 };
/** Spaces between columns. */
const GAP = "  ";

type Attribute = Link["attributes"][number];

/** The links of a body in link format. @throws {Utf8Error} @throws {LinkFormatError} */
export function readLinks(body: Uint8Array): Link[] {
  return parseLinks(decodeUtf8(body), LINK_LIMITS);
}

/** One link a line: target, title, and the other attributes in words; no line end behind the last. */
export function formatLinkTable(links: readonly Link[]): string {
  const rows = links.map((link) => [oneLine(link.target), titleOf(link), detailsOf(link)]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .filter((_cell, column) => widths[column] !== 0)
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

function oneLine(text: string): string {
  return printable(text).replaceAll("\n", " ");
}

function titleOf({ attributes }: Link): string {
  const value = attributes.find(([name]) => name === "title")?.[1];
  return typeof value === "string" ? oneLine(value) : "";
}

function detailsOf({ attributes }: Link): string {
  const first = attributes.findIndex(([name]) => name === "obs");
  return attributes
    .filter(([name], index) => name !== "title" && (name !== "obs" || index === first))
    .map((attribute) => oneLine(formatAttribute(attribute)))
    .join(", ");
}

function formatAttribute([name, value]: Attribute): string {
  // RFC 7641 §6: whatever its value, and once.
  if (name === "obs") return "observable";
  if (value === true) return name;
  if (name === "sz") return `${value} bytes`;
  if (name === "ct") return (value.match(/\S+/gu) ?? []).map(formatContentFormat).join(" or ");
  return `${name}=${value}`;
}

/** The name without its parameters: enough to know what it is. */
function formatContentFormat(number: string): string {
  const name = contentFormatName(Number(number));
  return name === undefined ? `format ${number}` : name.replace(/;[^@]*/u, "");
}
