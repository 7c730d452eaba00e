// What Node makes of each of the specifiers on standard input, seen from the folder that it runs in.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const parent = pathToFileURL(`${process.cwd()}/index.mjs`);
const answer = {};
for (const specifier of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    answer[specifier] = import.meta.resolve(specifier, parent);
  } catch (error) {
    answer[specifier] = error.code;
  }
}
console.log(JSON.stringify(answer));
