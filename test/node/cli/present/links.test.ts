import assert from "node:assert/strict";
import { formatLinkTable } from "../../../../cli/present/links.js";
import { parseLinks } from "../../../../src/coap/codec/link-format.js";

describe("links as a table", () => {
  it("RFC 6690 §5: shows its example", () => {
    const list =
      '</sensors>;ct=40;title="Sensor Index",</sensors/temp>;rt="temperature-c";if="sensor",</t>;anchor="/sensors/temp";rel="alternate"';
    assert.equal(
      formatLinkTable(parseLinks(list)),
      [
        "/sensors       Sensor Index  application/link-format",
        "/sensors/temp                rt=temperature-c, if=sensor",
        "/t                           anchor=/sensors/temp, rel=alternate",
      ].join("\n"),
    );
  });

  it("leaves out columns in which there is nothing", () => {
    assert.equal(formatLinkTable(parseLinks("</a>,</bc>")), "/a\n/bc");
    assert.equal(formatLinkTable(parseLinks("</a>;obs,</bc>;sz=12")), "/a   observable\n/bc  12 bytes");
    assert.equal(formatLinkTable([]), "");
  });

  it("RFC 7641 §6: shows obs once, and nothing of a value that it has", () => {
    assert.equal(formatLinkTable(parseLinks("</a>;obs=0;obs;obs=no")), "/a  observable");
  });

  it("RFC 7252 §7.2.1: names Content-Formats where they are registered", () => {
    assert.equal(
      formatLinkTable(parseLinks('</a>;ct="0 60 64999"')),
      "/a  text/plain or application/cbor or format 64999",
    );
    assert.equal(
      formatLinkTable(parseLinks('</a>;ct=" 60  50 "')),
      "/a  application/cbor or application/json",
    );
  });

  it("shows control characters of a title, and keeps it on its line", () => {
    assert.equal(formatLinkTable([{ target: "/a", attributes: [["title", "b\n/c"]] }]), "/a  b /c");
    assert.equal(
      formatLinkTable([{ target: "/a", attributes: [["title", "\u001b[31mred"]] }]),
      "/a  \\u{1b}[31mred",
    );
  });
});
