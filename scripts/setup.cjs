// Runs before every npm script, on whatever Node the machine has (20 or newer): plain CommonJS, no dependencies.
// Installs the lockfile's dependencies when package.json or the lockfile changed since the last time. After it,
// `node` in npm scripts is the lockfile's Node 24, because npm puts node_modules/.bin first on PATH.
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const modules = path.join(root, 'node_modules');
const bin = path.join(modules, '.bin');
const stampFile = path.join(modules, '.cashback-setup');
const lockFile = path.join(root, '.data', 'setup.lock');
const NODE_WANTED = 24;

// Without "scripts": a new npm script must not cost an install.
function stamp() {
  const { scripts: _, ...rest } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  return createHash('sha256').update(JSON.stringify(rest)).update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

function installed(wanted) {
  try {
    return fs.readFileSync(stampFile, 'utf8').trim() === wanted;
  } catch {
    return false;
  }
}

function fail(sentence) {
  console.error(`set-up: ${sentence}`);
  process.exit(1);
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// Two set-ups in one checkout must not both run npm ci, which begins by deleting node_modules.
async function lock() {
  fs.mkdirSync(path.dirname(lockFile), { recursive: true });
  for (let told = false; ;) {
    try {
      fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      process.on('exit', () => fs.rmSync(lockFile, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    let holder = 0;
    try {
      holder = Number(fs.readFileSync(lockFile, 'utf8'));
    } catch { /* released just now */ }
    if (holder && !alive(holder)) fs.rmSync(lockFile, { force: true });
    else {
      if (!told) console.log(`set-up: waiting for another set-up (process ${holder}) …`);
      told = true;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}

function npmCi() {
  // A Node of an earlier install must not run while npm ci replaces it.
  const PATH = (process.env.PATH || '').split(path.delimiter).filter((entry) => path.resolve(entry) !== bin).join(path.delimiter);
  const child = spawn('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, env: { ...process.env, PATH }, stdio: ['ignore', 'inherit', 'inherit'] });
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const tell = setInterval(() => console.log(`set-up: installing, ${seconds()} s …`), 10_000);
  let interrupted;
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { interrupted = signal; child.kill(signal); });
  return new Promise((done) => {
    child.once('error', (error) => fail(`npm could not be run: ${error.message}`));
    child.once('close', (code, signal) => {
      clearInterval(tell);
      if (interrupted || signal) fail(`npm ci was stopped by ${interrupted || signal}; run the command again.`);
      if (code !== 0) fail(`npm ci failed (exit ${code}); its message is above. Nothing was started.`);
      done(seconds());
    });
  });
}

function checkNode() {
  const PATH = bin + path.delimiter + process.env.PATH;
  const version = (spawnSync('node', ['--version'], { encoding: 'utf8', env: { ...process.env, PATH } }).stdout || '').trim();
  const major = Number((/^v(\d+)\./.exec(version) || [])[1] || 0);
  if (major >= NODE_WANTED) return;
  fail(`this needs Node ${NODE_WANTED}, and the lockfile brings one only for Linux on x64 and arm64. This machine ` +
    `(${process.platform} ${process.arch}) has ${version || 'none'}: install Node ${NODE_WANTED} and run the command again.`);
}

async function main() {
  const wanted = stamp();
  if (!installed(wanted)) {
    await lock();
    if (!installed(wanted)) {
      console.log('set-up: installing the dependencies of package-lock.json (npm ci, about half a minute) …');
      const took = await npmCi();
      fs.writeFileSync(stampFile, `${wanted}\n`);
      console.log(`set-up: dependencies installed in ${took} s.`);
    }
  }
  checkNode();
}

void main();
