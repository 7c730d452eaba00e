// Reads {name: source} as JSON from standard input; prints for each what modules it names, in order, as [kind, text];
// null for what is no literal. Node resolves acorn by NODE_PATH.
const acorn = require("acorn");

// What a module exports may be declared nowhere: only its specifiers are asked for.
class Parser extends acorn.Parser {
  checkLocalExport() {}
}

function literal(node) {
  if (!node) return null;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return null;
}

function isMetaUrl(node) {
  return node && node.type === "MemberExpression" && node.object.type === "MetaProperty" && node.property.name === "url";
}

function visit(node, found) {
  if (Array.isArray(node)) return node.forEach((each) => visit(each, found));
  if (node === null || typeof node !== "object" || typeof node.type !== "string") return;
  const { type } = node;
  if (type === "ImportDeclaration") found.push([node.source.start, "static", node.source.value]);
  if (type.startsWith("Export") && node.source) found.push([node.source.start, "export", node.source.value]);
  if (type === "ImportExpression") found.push([node.source.start, "dynamic", literal(node.source)]);
  if (type === "NewExpression" && node.callee.name === "URL" && isMetaUrl(node.arguments[1]))
    found.push([node.arguments[0].start, "meta-url", literal(node.arguments[0])]);
  for (const value of Object.values(node)) if (value && typeof value === "object") visit(value, found);
}

function read(source) {
  for (const sourceType of ["module", "script"]) {
    try {
      const found = [];
      visit(Parser.parse(source, { ecmaVersion: "latest", sourceType, allowHashBang: true }), found);
      return found.sort((a, b) => a[0] - b[0]).map(([, kind, text]) => [kind, text]);
    } catch (error) {
      if (sourceType === "script") return { error: String(error) };
    }
  }
}

const sources = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(sources).map(([k, v]) => [k, read(v)]))));
