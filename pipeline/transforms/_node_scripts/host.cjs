// Runs one of npm's tools for pipeline: a line of JSON in, a line of JSON out, and all that was read meanwhile.
// It ends when its standard input does, also when whoever held the other end was killed; if it `stays`, at once.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const module_ = require('node:module');
const { createHash } = require('node:crypto');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

const LOOKS = ['stat', 'lstat', 'access', 'exists', 'open', 'realpath'];
const CODE = /\.(?:[cm]?[jt]s|json|node)$/i;
const SYSTEM = /^\/(?:proc|sys|dev|etc|usr|bin|lib\d*|opt|nix)\//;
const PACKAGES = `${path.sep}node_modules${path.sep}`;

// What tools may keep in memory of what they read: scripts, configurations.
const KEPT = /(?:^\.[^/]*|\.(?:[cm]?[jt]s|json|ya?ml|toml)|^[^.]*|browserslist[^/]*)$/i;

const seen = new Map(); // file → digest of what was read, or null if it was only looked for
const modules = new Set();
const original = { readFileSync: fs.readFileSync, readFile: fs.readFile, promised: fs.promises.readFile,
  statSync: fs.statSync };

const digest = (data) => createHash('sha256').update(data).digest('hex');
const encodingOf = (options) => (typeof options === 'string' ? options : options?.encoding);
const decoded = (data, options) => (encodingOf(options) ? data.toString(encodingOf(options)) : data);
const raw = (options) => (typeof options === 'object' && options ? { ...options, encoding: null } : undefined);

function fileOf(name) {
  if (name instanceof URL) return name.protocol === 'file:' ? fileURLToPath(name) : null;
  if (Buffer.isBuffer(name)) name = name.toString();
  return typeof name === 'string' ? path.resolve(name) : null;
}

function saw(name, data) {
  const file = fileOf(name);
  if (file === null) return;
  if (data !== undefined) seen.set(file, seen.get(file) ?? digest(data));
  else if (!seen.has(file)) seen.set(file, null);
}

function record() {
  fs.readFileSync = (name, options) => {
    saw(name);
    const data = original.readFileSync(name, raw(options));
    saw(name, data);
    return decoded(data, options);
  };
  fs.readFile = (name, ...rest) => {
    const done = rest.pop();
    saw(name);
    original.readFile(name, raw(rest[0]), (error, data) => {
      if (error) return done(error);
      saw(name, data);
      return done(null, decoded(data, rest[0]));
    });
  };
  fs.promises.readFile = async (name, options) => {
    saw(name);
    const data = await original.promised(name, raw(options));
    if (typeof name !== 'object' || name instanceof URL) saw(name, data);
    return decoded(data, options);
  };
  for (const look of LOOKS) {
    for (const [where, key] of [[fs, look], [fs, `${look}Sync`], [fs.promises, look]]) {
      const real = where[key];
      if (real) where[key] = Object.assign(function (name, ...rest) {
        saw(name);
        return real.call(this, name, ...rest);
      }, real);
    }
  }
  module_.syncBuiltinESMExports();
}

// Modules that are imported come through another door.
let drain = () => {};
function recordModules() {
  if (module_.registerHooks) {
    module_.registerHooks({ load: (url, context, next) => (modules.add(url), next(url, context)) });
    return;
  }
  if (!module_.register) return;
  const { port1, port2 } = new MessageChannel();
  const hooks = `let port; export const initialize = (data) => { port = data.port };
    export const load = (url, context, next) => (port.postMessage(url), next(url, context));`;
  module_.register(`data:text/javascript,${encodeURIComponent(hooks)}`, {
    parentURL: pathToFileURL(__filename), data: { port: port2 }, transferList: [port2],
  });
  port1.unref();
  drain = () => {
    for (let got; (got = receiveMessageOnPort(port1)); ) modules.add(got.message);
  };
}

// The file that tells of a package which version of it this is.
function packageOf(file) {
  const start = file.lastIndexOf(PACKAGES) + PACKAGES.length;
  const names = file.slice(start).split(path.sep);
  return file.slice(0, start) + path.join(...names.slice(0, names[0].startsWith('@') ? 2 : 1), 'package.json');
}

function isFolder(file) {
  return Boolean(original.statSync(file, { throwIfNoEntry: false })?.isDirectory());
}

function everythingRead(own) {
  drain();
  const found = {};
  const add = (file, content) => {
    const packaged = file.includes(PACKAGES);
    const inside = own.some((folder) => file.startsWith(folder + path.sep));
    if (isFolder(file) || file.startsWith(__dirname + path.sep) || (!packaged && !inside && SYSTEM.test(file))) return;
    if (!packaged) found[file] = content;
    else if (CODE.test(file)) found[packageOf(file)] = null;
    else if (content || path.extname(file)) found[file] = content;
  };
  for (const [file, content] of seen) add(file, content);
  for (const file of Object.keys(require.cache)) add(file, null);
  for (const url of modules) if (url.startsWith('file:')) add(fileURLToPath(url), null);
  return found;
}

// The folder of the package that a tool's program belongs to; pnpm and Windows have a script in its place.
function homeOf(program, name) {
  const beside = path.join(path.dirname(program), '..', name);
  const shims = path.basename(path.dirname(program)) === '.bin' ? [beside] : [];
  for (let at = fs.realpathSync(program); at !== path.dirname(at); at = path.dirname(at)) shims.push(path.dirname(at));
  for (const folder of shims) {
    try {
      const said = JSON.parse(original.readFileSync(path.join(folder, 'package.json')));
      if (said.name === name) return fs.realpathSync(folder);
    } catch {
      continue;
    }
  }
  throw Object.assign(new Error(`${program} is no program of npm's package ${name}`), { missing: true });
}

// Where in somebody's own script an error was raised.
function raisedAt(error) {
  const places = String(error?.stack).matchAll(/(?:\(|at |^)(?:file:\/\/)?(\/[^\n:()]+|[A-Za-z]:\\[^\n:()]+):(\d+)(?::(\d+))?\)?$/gm);
  for (const [, file, line, column] of places) {
    if (!file.includes(PACKAGES) && !file.startsWith(__dirname)) {
      return { file: file.split('?')[0], line: Number(line), column: column && Number(column) };
    }
  }
  if (!(error instanceof SyntaxError)) return {};
  drain(); // Node does not tell where in a module that is imported: it was the last
  const last = [...modules].filter((url) => url.startsWith('file:') && !url.includes('/node_modules/')).pop();
  return last ? { file: fileURLToPath(last) } : {};
}

function inMemory(told) {
  const files = Object.keys(require.cache);
  for (const url of modules) if (url.startsWith('file:')) files.push(fileURLToPath(url));
  for (const file of seen.keys()) if (KEPT.test(path.basename(file)) && !isFolder(file)) files.push(file);
  const fresh = files.filter((file) => !told.has(file) && !file.startsWith(__dirname));
  for (const file of fresh) told.add(file);
  return [...new Set(fresh)];
}

function failure(error) {
  const { file, filename, line, column, input, plugin, missing } = error ?? {};
  const said = String(error?.reason ?? error?.message ?? error).split('\nRequire stack:')[0];
  const message = (plugin ? `${plugin}: ` : '') + said;
  const told = { file: input?.file ?? file ?? filename, line: input?.line ?? line, column: input?.column ?? column };
  const place = error?.place ?? (told.line ? told : raisedAt(error));
  return { ...place, message, missing: Boolean(missing) };
}

// A package as others load it, or as a folder where it does not say how that is.
function library(home, name) {
  try {
    return module_.createRequire(path.join(home, 'package.json'))(name);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return require(home);
  }
}

function loaded(script, home, name) {
  try {
    return require(path.join(__dirname, `${script}.cjs`))(home, () => library(home, name));
  } catch (error) {
    throw Object.assign(error, { missing: error.code === 'MODULE_NOT_FOUND' });
  }
}

async function main(script, program, name, stays) {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr); // plug-ins print
  let tool;
  let text = '';
  let last = Promise.resolve();
  const told = new Set();
  const answer = async (line) => {
    const request = JSON.parse(line);
    const reply = { said: [] };
    for (const file of seen.keys()) if (!KEPT.test(path.basename(file))) seen.delete(file);
    try {
      if (!tool) {
        record();
        recordModules();
        tool = loaded(script, homeOf(program, name), name);
      }
      reply.made = await tool(request, reply.said);
    } catch (error) {
      reply.error = failure(error);
    }
    reply.read = everythingRead(request.folders);
    reply.held = inMemory(told);
    write(`${JSON.stringify(reply)}\n`);
  };
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    for (let end; (end = text.indexOf('\n')) >= 0; text = text.slice(end + 1)) {
      const line = text.slice(0, end);
      last = last.then(() => answer(line));
    }
  });
  process.stdin.on('end', () => (stays ? process.exit(0) : last.then(() => write('', () => process.exit(0)))));
}

main(...process.argv.slice(2));
