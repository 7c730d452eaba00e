// PostCSS (https://postcss.org/api/) with the project's configuration, as postcss-cli and postcss-load-config read it.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { createRequire } = require('node:module');

module.exports = (home) => {
  const own = createRequire(path.join(home, 'index.js'));
  const postcss = own('postcss');
  const load = own('postcss-load-config');

  function config(request) {
    if (request.env) process.env.NODE_ENV = request.env;
    const context = {
      file: { dirname: path.dirname(request.file), basename: path.basename(request.file), extname: path.extname(request.file) },
      options: { map: request.map ? { inline: false } : false },
      env: process.env.NODE_ENV,
      cwd: process.cwd(),
    };
    return load(context, request.config ?? path.dirname(request.file));
  }

  return async (request, said) => {
    const { plugins, options } = await config(request);
    const map = request.map ? { inline: false, annotation: false, absolute: true, sourcesContent: true } : false;
    const made = await postcss(plugins).process(request.text, { ...options, from: request.file, to: request.file, map });
    for (const each of made.messages) {
      if (each.type === 'warning') {
        const { line, column } = each;
        const message = each.plugin ? `${each.plugin}: ${each.text}` : each.text;
        said.push({ severity: 'warning', message, file: each.node?.source?.input?.file ?? request.file, line, column });
      } else if (each.type === 'dependency' && each.file) {
        fs.existsSync(each.file); // which is seen, and so an input
      }
    }
    const globs = made.messages.filter((each) => each.type === 'dir-dependency' && each.dir);
    return { text: made.css, map: made.map?.toString(), globs: globs.map(({ dir, glob }) => [dir, glob ?? '**']) };
  };
};
