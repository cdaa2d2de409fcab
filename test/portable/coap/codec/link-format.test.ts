import {
  DEFAULT_LINK_LIMITS,
  LinkFormatError,
  formatLinks,
  parseLinks,
  type Link,
} from "../../../../src/coap/codec/link-format.js";
import { assert, describe, it } from "../../../portable.js";

type Attributes = Link["attributes"];

function attributesOf(text: string): Attributes {
  return parseLinks(`</a>${text}`)[0]!.attributes;
}

/** RFC 6690 §5, without its line feeds. */
const EXAMPLES: readonly { readonly text: string; readonly links: readonly Link[] }[] = [
  {
    text: '</sensors/temp>;if="sensor",</sensors/light>;if="sensor"',
    links: [
      { target: "/sensors/temp", attributes: [["if", "sensor"]] },
      { target: "/sensors/light", attributes: [["if", "sensor"]] },
    ],
  },
  { text: "</sensors>;ct=40", links: [{ target: "/sensors", attributes: [["ct", "40"]] }] },
  {
    text: '</sensors/light>;rt="light-lux core.sen-light";if="sensor"',
    links: [
      {
        target: "/sensors/light",
        attributes: [
          ["rt", "light-lux core.sen-light"],
          ["if", "sensor"],
        ],
      },
    ],
  },
  {
    text:
      '</sensors>;ct=40;title="Sensor Index",' +
      '</sensors/temp>;rt="temperature-c";if="sensor",' +
      '</sensors/light>;rt="light-lux";if="sensor",' +
      '<http://www.example.com/sensors/t123>;anchor="/sensors/temp";rel="describedby",' +
      '</t>;anchor="/sensors/temp";rel="alternate"',
    links: [
      {
        target: "/sensors",
        attributes: [
          ["ct", "40"],
          ["title", "Sensor Index"],
        ],
      },
      {
        target: "/sensors/temp",
        attributes: [
          ["rt", "temperature-c"],
          ["if", "sensor"],
        ],
      },
      {
        target: "/sensors/light",
        attributes: [
          ["rt", "light-lux"],
          ["if", "sensor"],
        ],
      },
      {
        target: "http://www.example.com/sensors/t123",
        attributes: [
          ["anchor", "/sensors/temp"],
          ["rel", "describedby"],
        ],
      },
      {
        target: "/t",
        attributes: [
          ["anchor", "/sensors/temp"],
          ["rel", "alternate"],
        ],
      },
    ],
  },
  {
    text: '</firmware/v2.1>;rt="firmware";sz=262144',
    links: [
      {
        target: "/firmware/v2.1",
        attributes: [
          ["rt", "firmware"],
          ["sz", "262144"],
        ],
      },
    ],
  },
];

const MALFORMED = [
  { text: "/a", message: "expected '<', got '/'", position: 0 },
  { text: "</a", message: "a URI reference and '>', got the end", position: 3 },
  { text: "</a b>", message: "a URI reference and '>', got byte 0x20", position: 3 },
  { text: '</a">', message: "a URI reference and '>'", position: 3 },
  { text: "</a<b>", message: "a URI reference and '>', got '<'", position: 3 },
  { text: "</a%4>", message: "a URI reference and '>', got '%'", position: 3 },
  { text: "</a%zz>", message: "a URI reference and '>', got '%'", position: 3 },
  { text: "</a\n>", message: "a URI reference and '>', got byte 0x0A", position: 3 },
  { text: "</a></b>", message: "expected ',' or ';', got '<'", position: 4 },
  { text: "</a>x", message: "expected ',' or ';', got 'x'", position: 4 },
  { text: "</a>;=b", message: "the name of an attribute, got '='", position: 5 },
  { text: "</a>;b=", message: "expected a value, got the end", position: 7 },
  { text: "</a>;b=,</c>", message: "expected a value, got ','", position: 7 },
  { text: "</a>;b= ,</c>", message: "expected a value, got ','", position: 8 },
  { text: "</a>;b= ", message: "expected a value, got the end", position: 8 },
  { text: "</a>;b c", message: "expected ',' or ';', got 'c'", position: 7 },
  { text: "</a> </b>", message: "expected ',' or ';', got '<'", position: 5 },
  { text: "</a>,b", message: "expected '<', got 'b'", position: 5 },
  { text: "</a>,;b", message: "expected '<', got ';'", position: 5 },
  { text: ";b", message: "expected '<', got ';'", position: 0 },
  { text: "</a>\u00a0", message: "expected ',' or ';', got a character outside ASCII", position: 4 },
  { text: "</a>\v", message: "expected ',' or ';', got byte 0x0B", position: 4 },
  { text: "</a>\0", message: "expected ',' or ';', got byte 0x00", position: 4 },
  { text: "< /a>", message: "a URI reference and '>', got byte 0x20", position: 1 },
  { text: '</a>;b=c"d"', message: "expected ',' or ';', got '\"'", position: 8 },
  { text: '</a>;b="c', message: "expected '\"', got the end", position: 9 },
  { text: '</a>;b="c\\', message: "expected '\"', got the end", position: 10 },
  { text: '</a>;b="c\\"', message: "expected '\"', got the end", position: 11 },
  { text: '</a>;b="c"d', message: "expected ',' or ';', got 'd'", position: 10 },
  { text: '</a>;b="c\nd"', message: "a character of a quoted string, got byte 0x0A", position: 9 },
  { text: '</a>;b="c\u007fd"', message: "a character of a quoted string, got byte 0x7F", position: 9 },
  { text: '</a>;b="c\\\u00e9"', message: "expected an ASCII character behind '\\'", position: 10 },
  { text: "</a>;b=\u00e9", message: "expected a value", position: 7 },
  { text: "</a>;b*", message: "expected '='", position: 7 },
  { text: '</a>;b*="c"', message: "expected a value, got '\"'", position: 8 },
  { text: "</a>;b**=c", message: "expected '=', got '*'", position: 7 },
  { text: "</a>;href=/b", message: "an attribute other than href", position: 5 },
  { text: '</a>;rt="b";rt="c"', message: "only one attribute rt", position: 12 },
  { text: '</a>;if="b";x;if="c"', message: "only one attribute if", position: 14 },
  { text: "</a>;sz=1;sz=2", message: "only one attribute sz", position: 10 },
  { text: "</a>;ct=1;ct=2", message: "only one attribute ct", position: 10 },
] as const;

/** What others write, and what it means. */
const LENIENT: readonly (readonly [text: string, strict: string])[] = [
  ["</a>, </b>", "</a>,</b>"],
  ["</a> ,</b>", "</a>,</b>"],
  ["</a>\n,\r\n\t</b>;obs\r\n", "</a>,</b>;obs"],
  ["\n</a>", "</a>"],
  ["</a>\n", "</a>"],
  ["</a>,", "</a>"],
  ["</a>,\n", "</a>"],
  [",</a>", "</a>"],
  ["</a>, ,,</b>", "</a>,</b>"],
  [" ", ""],
  [",", ""],
  ["</a>; rt=b ; obs", '</a>;rt="b";obs'],
  ['</a> ;rt="b c"\t;\n sz=1 , </d>', '</a>;rt="b c";sz=1,</d>'],
  ["</a>;", "</a>"],
  ["</a>; ;;obs;,</b>;", "</a>;obs,</b>"],
  ['</a>;rt = "b";ct= 40;obs ,</c>', '</a>;rt="b";ct=40;obs,</c>'],
  ["</a>;title* = UTF-8''b", "</a>;title*=UTF-8''b"],
];

/** Repeatable numbers from 0 to `below` - 1. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

function randomText(random: (below: number) => number, alphabet: string, shortest: number): string {
  const characters = [...alphabet];
  let text = "";
  for (let count = shortest + random(8); count > 0; count -= 1)
    text += characters[random(characters.length)]!;
  return text;
}

function randomLink(random: (below: number) => number): Link {
  const attributes: [string, string | true][] = [];
  const names = ["rt", "if", "sz", "ct", "rel", "title", "anchor"].filter(() => random(3) === 0);
  for (const name of names)
    attributes.push([name, randomText(random, 'ab01 \\"<>;,=*\t\n\u0000\u007f\u00e9\u20ac\u{1f4a9}', 0)]);
  for (let count = random(4); count > 0; count -= 1) {
    const name = `x${randomText(random, "az09!#$&+-.^_`|~", 0)}`;
    const kind = random(3);
    if (kind === 0) attributes.push([name, true]);
    else if (kind === 1) attributes.push([name, randomText(random, "0123456789", 0)]);
    else attributes.push([`${name}*`, `UTF-8''${randomText(random, "az%20", 0)}`]);
  }
  return { target: randomText(random, "az09-._~:/?#[]@!$&'()*+,;=\u00e9\u20ac", 0), attributes };
}

describe("Reading link format", () => {
  for (const { text, links } of EXAMPLES)
    it(`RFC 6690 §5: reads ${text.slice(0, 40)}…`, () => {
      assert.deepEqual(parseLinks(text), links);
    });

  it("RFC 6690 §2: reads an empty list and an empty target", () => {
    assert.deepEqual(parseLinks(""), []);
    assert.deepEqual(parseLinks("<>"), [{ target: "", attributes: [] }]);
    assert.deepEqual(parseLinks("<>,<>").length, 2);
  });

  it("RFC 6690 §2: takes delimiters within targets and quotes as they are", () => {
    assert.deepEqual(parseLinks("</a,b;c=d?e,f#g>;title=\"h>,</i>;j='k'\""), [
      { target: "/a,b;c=d?e,f#g", attributes: [["title", "h>,</i>;j='k'"]] },
    ]);
  });

  it("RFC 6690 §2: leaves percent-encoding in targets as it is", () => {
    const [link] = parseLinks("</caf%C3%A9%2F>");
    assert.equal(link?.target, "/caf%C3%A9%2F");
    assert.equal(formatLinks([link!]), "</caf%C3%A9%2F>");
  });

  it("RFC 6690 §2: takes every character of a ptoken", () => {
    const ptoken = "!#$%&'()*+-./:<=>?@[]^_`{|}~aZ0";
    assert.deepEqual(attributesOf(`;b=${ptoken};c`), [
      ["b", ptoken],
      ["c", true],
    ]);
  });

  it("RFC 5987 §3.2: takes every character of a parmname, and ext-values", () => {
    assert.deepEqual(attributesOf(";a!#$&+-.^_`|~9;title*=UTF-8'de'%c3%a9"), [
      ["a!#$&+-.^_`|~9", true],
      ["title*", "UTF-8'de'%c3%a9"],
    ]);
  });

  it("RFC 2616 §2.2: resolves quoted pairs, keeps spaces and tabs", () => {
    assert.deepEqual(attributesOf(';b="a\\"b\\\\c\\d \te"'), [["b", 'a"b\\cd \te']]);
    assert.deepEqual(attributesOf(';b="\\\n"'), [["b", "\n"]]);
    assert.deepEqual(attributesOf(';b=""'), [["b", ""]]);
  });

  it("RFC 6690 §2: reads UTF-8 in quotes, and in targets of servers that do not percent-encode", () => {
    assert.deepEqual(parseLinks('</gr\u00f6\u00dfe>;title="\u{1f4a9}"'), [
      { target: "/gr\u00f6\u00dfe", attributes: [["title", "\u{1f4a9}"]] },
    ]);
  });

  it("RFC 5988 §5.3 and §5.4: only the first rel, media, title, title* and type count", () => {
    assert.deepEqual(
      attributesOf(";rel=a;rel=b;media=c;media=d;title=e;title=f;title*=g;title*=h;type=i;type=j;rel=k"),
      [
        ["rel", "a"],
        ["media", "c"],
        ["title", "e"],
        ["title*", "g"],
        ["type", "i"],
      ],
    );
  });

  it("RFC 5988 §5.4: hreflang and extensions may be repeated", () => {
    assert.deepEqual(attributesOf(";hreflang=de;hreflang=fr;x=1;x"), [
      ["hreflang", "de"],
      ["hreflang", "fr"],
      ["x", "1"],
      ["x", true],
    ]);
  });

  for (const [text, strict] of LENIENT)
    it(`RFC 8288 §3, RFC 9110 §5.6.1.2: takes ${JSON.stringify(text)} for ${JSON.stringify(strict)}`, () => {
      const links = parseLinks(text);
      assert.deepEqual(links, parseLinks(strict));
      assert.equal(formatLinks(links), strict);
    });

  it("counts no empty link or attribute", () => {
    const { links, attributes } = DEFAULT_LINK_LIMITS;
    assert.equal(parseLinks(`${",".repeat(10 * links)}</a>`).length, 1);
    assert.equal(parseLinks(`</a>${";".repeat(10 * attributes)};x`)[0]!.attributes.length, 1);
  });

  for (const { text, message, position } of MALFORMED)
    it(`RFC 6690 §2: refuses ${JSON.stringify(text)}`, () => {
      assert.equal(assert.throws(() => parseLinks(text), LinkFormatError, message).position, position);
    });

  it("gives positions in bytes", () => {
    assert.equal(assert.throws(() => parseLinks("</\u20ac>x"), LinkFormatError).position, 6);
  });

  it("takes as many links as the limit allows, and not one more", () => {
    const list = Array.from({ length: DEFAULT_LINK_LIMITS.links }, () => "</a>").join(",");
    assert.equal(parseLinks(list).length, DEFAULT_LINK_LIMITS.links);
    assert.throws(
      () => parseLinks(`${list},</a>`),
      LinkFormatError,
      `at most ${DEFAULT_LINK_LIMITS.links} links`,
    );
    assert.equal(parseLinks(`${list},</a>`, { links: 65 }).length, 65);
    assert.equal(parseLinks("</a>,</b>", { links: 2 }).length, 2);
    assert.throws(() => parseLinks("</a>,</b>,</c>", { links: 2 }), LinkFormatError, "at most 2 links");
  });

  it("takes as many attributes of a link as the limit allows, and not one more", () => {
    const link = `</a>${";x".repeat(DEFAULT_LINK_LIMITS.attributes)}`;
    assert.equal(parseLinks(`${link},${link}`)[1]?.attributes.length, DEFAULT_LINK_LIMITS.attributes);
    assert.throws(() => parseLinks(`${link};y`), LinkFormatError, "at most 16 attributes at position 37");
    assert.equal(parseLinks(`${link};y`, { attributes: 17 })[0]?.attributes.length, 17);
  });
});

describe("Writing link format", () => {
  for (const { text, links } of EXAMPLES)
    it(`RFC 6690 §5: writes ${text.slice(0, 40)}…`, () => {
      assert.equal(formatLinks(links), text);
    });

  it("RFC 6690 §2: writes nothing for no links", () => {
    assert.equal(formatLinks([]), "");
  });

  it("RFC 6690 §2: writes numbers, language tags and ext-values bare, all else in quotes", () => {
    const attributes: Attributes = [
      ["ct", "40 41"],
      ["hreflang", "de-CH"],
      ["title", "1"],
      ["anchor", "2"],
      ["title*", "UTF-8''%e2%82%ac"],
      ["obs", true],
      ["x", ""],
      ["y", "007"],
    ];
    assert.equal(
      formatLinks([{ target: "/a", attributes }]),
      '</a>;ct="40 41";hreflang=de-CH;title="1";anchor="2";title*=UTF-8\'\'%e2%82%ac;obs;x="";y=007',
    );
  });

  it("RFC 2616 §2.2: escapes quotes, backslashes and control characters", () => {
    const text = formatLinks([{ target: "/a", attributes: [["title", 'a"b\\c\nd\u007fe\tf']] }]);
    assert.equal(text, '</a>;title="a\\"b\\\\c\\\nd\\\u007fe\tf"');
  });

  it("refuses what the format cannot express", () => {
    const refuse = (target: string, attributes: Attributes, message: string): void => {
      assert.throws(() => formatLinks([{ target, attributes }]), LinkFormatError, message);
    };
    refuse("/a b", [], "expected a URI reference, got '/a b'");
    refuse("/a>", [], "expected a URI reference");
    refuse("/a%4", [], "expected a URI reference");
    refuse("/a", [["", true]], "the name of an attribute, got ''");
    refuse("/a", [["*", "b"]], "the name of an attribute, got '*'");
    refuse("/a", [["b c", true]], "the name of an attribute, got 'b c'");
    refuse("/a", [["b=c", true]], "the name of an attribute");
    refuse("/a", [["\u00e9", true]], "the name of an attribute");
    refuse("/a", [["href", "/b"]], "the name of an attribute, got 'href'");
    refuse("/a", [["title*", true]], "a value without quotes for title*");
    refuse("/a", [["title*", "a b"]], "a value without quotes for title*, got 'a b'");
    refuse("/a", [["hreflang", ""]], "a value without quotes for hreflang");
    refuse(
      "/a",
      [
        ["rt", "b"],
        ["if", "c"],
        ["rt", "d"],
      ],
      "only one attribute rt",
    );
    refuse(
      "/a",
      [
        ["title", "b"],
        ["title", "c"],
      ],
      "only one attribute title",
    );
  });

  it("RFC 6690 §2: is the inverse of reading, for 300 random lists", () => {
    const random = randomFrom(4);
    for (let run = 0; run < 300; run += 1) {
      const links = Array.from({ length: random(5) }, () => randomLink(random));
      const text = formatLinks(links);
      assert.deepEqual(parseLinks(text), links, text);
    }
  });
});
