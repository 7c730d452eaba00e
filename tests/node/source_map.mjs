// Says of each word of a text where it comes from, by Node's own reader of source maps: [word, source, line, column].
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

const [, , mapFile, textFile] = process.argv;
const text = readFileSync(textFile, "utf8");
const inline = /sourceMappingURL=data:[^,]*,(\S+)/.exec(text);
const map = new SourceMap(JSON.parse(inline ? Buffer.from(inline[1], "base64") : readFileSync(mapFile)));
const found = [];
text.split("\n").forEach((line, row) => {
  if (line.includes("sourceMappingURL=")) return;
  for (const match of line.matchAll(/[\p{L}\d-]{2,}/gu)) {
    const entry = map.findEntry(row, match.index);
    found.push([match[0], entry.originalSource ?? null, (entry.originalLine ?? -1) + 1, (entry.originalColumn ?? -1) + 1]);
  }
});
console.log(JSON.stringify({ found, sources: map.payload.sources, contents: map.payload.sourcesContent }));
