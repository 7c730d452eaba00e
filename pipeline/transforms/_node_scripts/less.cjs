// Less (https://lesscss.org/usage/#programmatic-usage): what is imported lies in the folders of the site or its load paths.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const URL_ = /^(?:[a-z][a-z\d+.-]*:)?\/\//i;

module.exports = (_, load) => {
  const less = load();

  class Files extends less.FileManager {
    constructor(request) {
      super();
      this.request = request;
      this.inner = new less.FileManager(); // whose methods call each other
    }

    supports() {
      return true; // URLs too: nothing is loaded from other sites
    }

    supportsSync() {
      return true;
    }

    async loadFile(name, folder, options, environment) {
      this.checkName(name, folder);
      const load = (each, at) => this.inner.loadFile(each, at, options, environment).catch((error) => ({ error }));
      let found = await load(name, folder);
      for (const each of this.below(name)) if (found.error) found = await load(each, '');
      if (found.error) throw { type: 'File', message: this.notFound(found.error) };
      return this.checked(found, name);
    }

    loadFileSync(name, folder, options, environment) {
      this.checkName(name, folder);
      const load = (each, at) => this.inner.loadFileSync(each, at, { ...options }, environment);
      let found = load(name, folder);
      for (const each of this.below(name)) if (found.error) found = load(each, '');
      return found.error ? { error: { type: 'File', message: this.notFound(found.error) } } : this.checked(found, name);
    }

    // Where it is in the folders of the site that have a prefix.
    below(name) {
      const fitting = this.request.roots.filter(({ prefix }) => name.startsWith(`${prefix}/`));
      return fitting.map(({ folder, prefix }) => path.join(folder, name.slice(prefix.length + 1)));
    }

    notFound(error) {
      return String(error.message).split(' Tried - ')[0];
    }

    checkName(name, folder) {
      if (URL_.test(name) || URL_.test(folder ?? '')) {
        throw { type: 'File', message: `'${name}' is on another site, from which nothing is loaded` };
      }
    }

    checked(found, name) {
      const file = fs.realpathSync(found.filename);
      const inside = (folder) => file.startsWith(folder + path.sep);
      if (this.request.folders.some(inside) || file.includes(`${path.sep}node_modules${path.sep}`)) {
        return { ...found, filename: path.resolve(found.filename) };
      }
      throw { type: 'File', message: `'${name}' lies outside of the project and its load paths` };
    }
  }

  return async (request, said) => {
    const log = (severity) => (message) => said.push({ severity, message: String(message) });
    const listener = { warn: log('warning') };
    less.logger.addListener(listener);
    try {
      const made = await less.render(request.text, {
        ...request.options,
        filename: request.file,
        paths: request.paths,
        plugins: [{ install: (_, manager) => manager.addFileManager(new Files(request)) }],
        sourceMap: request.map ? { outputSourceFiles: true, disableSourcemapAnnotation: true, sourceMapBasepath: '\0' } : undefined,
      });
      return { text: made.css, map: made.map };
    } catch (error) {
      const { filename: file, column, message, type: name } = error;
      const ahead = request.options.globalVars && file === request.file ? 1 : 0; // the line that has them
      const line = error.line > ahead ? error.line - ahead : undefined;
      throw { message, name, place: { file, line, column: line && typeof column === 'number' ? column + 1 : undefined } };
    } finally {
      less.logger.removeListener(listener);
    }
  };
};
