import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { BAD_REQUEST, CHANGED, DELETED, FORBIDDEN, NOT_FOUND } from "../../../../src/coap/codec/code.js";
import { PRECONDITION_FAILED, REQUEST_ENTITY_INCOMPLETE, VALID } from "../../../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT } from "../../../../src/coap/codec/content-format.js";
import { IF_NONE_MATCH } from "../../../../src/coap/codec/option-number.js";
import { parseLinks } from "../../../../src/coap/codec/link-format.js";
import { blockCount, bodyOf } from "../../ours/bodies.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { withAiocoapFileServer } from "./aiocoap.js";

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "coapsule-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("our client with aiocoap-fileserver", () => {
  it("RFC 7959 §2: reads files, in blocks that the server reads one by one", () =>
    withFolder(async (folder) => {
      const large = bodyOf(100_000);
      await writeFile(join(folder, "large"), large);
      await writeFile(join(folder, "empty.json"), "");
      await mkdir(join(folder, "below"));
      // Not beside the others: 0.4.17 lists names as they are, without the percent-encoding of URI references.
      await writeFile(join(folder, "below/a b.json"), "{}");
      await withAiocoapFileServer(folder, [], ({ uri }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          const response = await client.get(`${uri}/large`);
          assert.ok(Buffer.from(response.payload).equals(large));
          assert.equal(recorder.sentOnce.length, blockCount(large.length, 1024));
          const small = await client.get(`${uri}/large`, { blockSize: 64 });
          assert.ok(Buffer.from(small.payload).equals(large));
          assert.equal((await client.get(`${uri}/empty.json`)).payload.length, 0);
          const json = await client.get(`${uri}/below/a%20b.json`);
          assert.deepEqual([json.text(), json.contentFormat], ["{}", JSON_FORMAT]);
          const index = await client.get(`${uri}/`);
          assert.equal(index.contentFormat, LINK_FORMAT);
          assert.deepEqual(
            new Set(parseLinks(index.text()).map(({ target }) => target)),
            new Set(["/large", "/empty.json", "/below/"]),
          );
          await assert.rejects(client.get(`${uri}/below`), { code: BAD_REQUEST });
          await assert.rejects(client.get(`${uri}/missing`), { code: NOT_FOUND });
          await assert.rejects(client.put(`${uri}/large`, { payload: encodeUtf8("x") }), { code: FORBIDDEN });
        }),
      );
      assert.equal((await readFile(join(folder, "large"))).length, large.length);
    }));

  it("RFC 7252 §5.10.6, §5.10.8: reads again only what changed, writes under conditions", () =>
    withFolder((folder) =>
      withAiocoapFileServer(folder, ["--write"], ({ uri }) =>
        withEndpoint({}, async ({ client }) => {
          const target = `${uri}/file`;
          const body = bodyOf(5000);
          const made = await client.put(target, { payload: body, blockSize: 256 });
          assert.equal(made.code, CHANGED);
          assert.ok((await readFile(join(folder, "file"))).equals(body));
          const once = { payload: bodyOf(256), ifNoneMatch: true, blockSize: 256 } as const;
          assert.equal((await client.put(`${uri}/other`, once)).code, CHANGED);
          await assert.rejects(client.put(target, once), { code: PRECONDITION_FAILED });

          const { etag } = await client.get(target);
          assert.deepEqual(etag, made.etag);
          assert.equal((await client.get(target, { etags: [etag!] })).code, VALID);

          const other = bodyOf(17);
          const replaced = await client.put(target, { payload: other, ifMatch: [etag!] });
          assert.equal(replaced.code, CHANGED);
          await assert.rejects(client.put(target, { payload: body, ifMatch: [etag!] }), {
            code: PRECONDITION_FAILED,
          });
          assert.deepEqual((await client.get(target, { etags: [etag!] })).payload, other);

          assert.equal((await client.delete(target)).code, DELETED);
          await assert.rejects(client.delete(target), { code: NOT_FOUND });
          assert.deepEqual(await readdir(folder), ["other"]);
        }),
      ),
    ));

  it("RFC 7959 §2.10: If-None-Match goes with the first block only, which 0.4.17 does not bring together", () =>
    withFolder((folder) =>
      withAiocoapFileServer(folder, ["--write"], ({ uri }) =>
        withEndpoint({}, async ({ client }, recorder) => {
          const upload = { payload: bodyOf(48), ifNoneMatch: true, blockSize: 16 } as const;
          await assert.rejects(client.put(`${uri}/file`, upload), { code: REQUEST_ENTITY_INCOMPLETE });
          assert.deepEqual(
            recorder.sent.map(({ options }) => options.has(IF_NONE_MATCH)),
            [true, false],
          );
          assert.deepEqual(await readdir(folder), []);
        }),
      ),
    ));
});
