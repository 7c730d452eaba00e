// Says of pairs of stylesheets whether esbuild and Lightning CSS read the same in both: one JSON a line in, one out.
"use strict";

const fs = require("fs");
const csstree = require("css-tree");
const esbuild = require("esbuild");
const lightningcss = require("lightningcss");

const { tokenTypes } = csstree;
const OPTIONS = { loader: "css", minifyWhitespace: true, legalComments: "none", logLevel: "silent" };
const FORGIVING = { filename: "a.css", minify: true, errorRecovery: true };
const READERS = {
  esbuild: (text) =>
    esbuild.transformSync(text, OPTIONS).code,
  lightningcss: (text) =>
    lightningcss.transform({ ...FORGIVING, code: Buffer.from(text) }).code.toString(),
};

// What a reader prints, token by token: it leaves custom properties and what it does not know as they were written, so
// white space is left out where it says nothing whatever it stands in. Before ":" it is a descendant combinator.
function tokens(text) {
  const found = [];
  csstree.tokenize(text, (type, start, stop) => {
    if (type === tokenTypes.WhiteSpace && found.at(-1) !== " ") found.push(" ");
    else if (type !== tokenTypes.WhiteSpace && type !== tokenTypes.Comment) found.push(text.slice(start, stop));
  });
  const made = [];
  found.forEach((token, index) => {
    const before = made.at(-1) ?? "{";
    const behind = found[index + 1] ?? "}";
    if (token === " " && (",{};:>=!".includes(before) || before.endsWith("(") || ",){};!>=".includes(behind))) return;
    if (token === "}" && before === ";") made.pop();
    made.push(token);
  });
  return made;
}

function read(reader, text) {
  try {
    return { tokens: tokens(reader(text)) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

function compare({ before, after }) {
  const [source, made] = [before, after].map((file) => fs.readFileSync(file, "utf8").replace(/^\ufeff/, ""));
  const unread = [];
  for (const [name, reader] of Object.entries(READERS)) {
    const [one, other] = [source, made].map((text) => read(reader, text));
    if (one.error) {
      unread.push(`${name}: ${one.error}`);
      continue;
    }
    if (other.error) return { differs: `${name}: ${other.error}` };
    const length = Math.max(one.tokens.length, other.tokens.length);
    for (let index = 0; index < length; index++) {
      if (one.tokens[index] === other.tokens[index]) continue;
      const [wanted, found] = [one, other].map((each) => each.tokens.slice(Math.max(0, index - 9), index + 3).join(""));
      return { differs: `${name}: ${wanted} became ${found}` };
    }
  }
  return unread.length === Object.keys(READERS).length ? { unread: unread.join("; ") } : { kind: "stylesheet" };
}

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(JSON.stringify(compare(JSON.parse(line))) + "\n"));
