// Reads names of files as a JSON list from standard input; prints for each a line of JSON: what es-module-lexer finds
// as [kind, start, stop, specifier] with byte offsets inside the quotes, or the error. NODE_PATH leads to the package.
const fs = require("fs");
const { init, parse } = require("es-module-lexer");

function literals(source, bytes) {
  let at = 0;
  const offset = (index) => {
    bytes += index < at ? -Buffer.byteLength(source.slice(index, at)) : Buffer.byteLength(source.slice(at, index));
    at = index;
    return bytes;
  };
  const found = [];
  for (const each of parse(source)[0]) {
    if (each.type === "import-meta" || each.specifier === undefined || each.glob || each.typeOnly) continue;
    const quotes = each.type === "dynamic" ? 1 : 0;
    found.push([each.type, offset(each.start + quotes), offset(each.end - quotes), each.specifier]);
  }
  return found;
}

function read(name) {
  try {
    const text = fs.readFileSync(name, "utf8");
    const source = text.replace(/^\ufeff/, ""); // which is no part of what a browser reads
    return { found: literals(source, Buffer.byteLength(text) - Buffer.byteLength(source)) };
  } catch (error) {
    return { error: String(error) };
  }
}

async function main() {
  await init();
  for (const name of JSON.parse(fs.readFileSync(0, "utf8"))) process.stdout.write(JSON.stringify(read(name)) + "\n");
}

main();
