// Reads lines of JSON {before, after} from standard input: the files of a script and of what was made of it. Prints for
// each what acorn says: {kind} of the script if both have the same syntax tree but for positions and comments,
// {unread} if the script does not parse, {differs} if what was made of it means something else, and where.
// Node resolves acorn by NODE_PATH.
const acorn = require("acorn");
const fs = require("fs");

const SKIPPED = new Set(["start", "end", "value"]); // a value is what is written as raw, regex or bigint

function parse(source, sourceType) {
  return acorn.parse(source, {
    ecmaVersion: "latest",
    sourceType,
    allowHashBang: true,
    allowReturnOutsideFunction: true,
    preserveParens: true,
  });
}

// Where two trees first differ, as a path of keys; undefined if they do not.
function difference(one, other) {
  if (one === other) return undefined;
  if (one === null || other === null || typeof one !== "object" || typeof other !== "object") return "";
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return "";
  for (const key of keys) {
    if (key === "value" && one.type !== "Literal") {
      const found = difference(one[key], other[key]);
      if (found !== undefined) return `.${key}${found}`;
    } else if (!SKIPPED.has(key)) {
      const found = difference(one[key], other[key]);
      if (found !== undefined) return `.${key}${found}`;
    }
  }
  return undefined;
}

function compare({ before, after }) {
  const source = fs.readFileSync(before, "utf8");
  const made = fs.readFileSync(after, "utf8");
  let failure;
  for (const kind of before.endsWith(".mjs") ? ["module", "script"] : ["script", "module"]) {
    let tree;
    try {
      tree = parse(source, kind);
    } catch (error) {
      failure ??= String(error);
      continue;
    }
    try {
      const found = difference(tree, parse(made, kind));
      return found === undefined ? { kind } : { differs: found };
    } catch (error) {
      return { differs: String(error) };
    }
  }
  return { unread: failure };
}

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request = JSON.parse(line);
    let answer;
    try {
      answer = compare(request);
    } catch (error) {
      answer = { failed: String(error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  });
