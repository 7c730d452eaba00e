// Reads {name: source} as JSON from standard input; prints for each its syntax tree without positions and comments,
// and where its regular expressions, strings and comments are, or the error. Node resolves acorn by NODE_PATH.
const acorn = require("acorn");

function bare(node) {
  if (Array.isArray(node)) return node.map(bare);
  if (node === null || typeof node !== "object") return typeof node === "bigint" ? String(node) : node;
  const copy = {};
  for (const [key, value] of Object.entries(node)) {
    const spelling = node.type === "Literal" && (key === "raw" || (key === "value" && node.regex));
    if (key !== "start" && key !== "end" && !spelling) copy[key] = bare(value);
  }
  return copy;
}

function read(source) {
  let failure;
  for (const sourceType of ["module", "script"]) {
    const found = { regex: [], string: [], comment: [] };
    try {
      const tree = acorn.parse(source, {
        ecmaVersion: "latest",
        sourceType,
        allowHashBang: true,
        allowReturnOutsideFunction: true,
        onToken: (token) => {
          const kind = token.type.label === "regexp" ? "regex" : token.type.label;
          if (found[kind]) found[kind].push([token.start, token.end]);
        },
        onComment: (block, text, start, end) => found.comment.push([start, end]),
      });
      return { ...found, tree: JSON.stringify(bare(tree)) };
    } catch (error) {
      failure = String(error);
    }
  }
  return { error: failure };
}

const sources = JSON.parse(require("fs").readFileSync(0, "utf8"));
const results = Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, read(source)]));
process.stdout.write(JSON.stringify(results));
