// Runs before every npm script, on whatever Node the machine has (20 or newer): plain CommonJS, no dependencies.
// Installs the lockfile's dependencies when package.json or the lockfile changed since the last time. After it,
// `node` in npm scripts is the lockfile's Node 24, because npm puts node_modules/.bin first on PATH.
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const modules = path.join(root, 'node_modules');
const bin = path.join(modules, '.bin');
const stampFile = path.join(modules, '.cashback-setup');
const lockFile = path.join(root, '.data', 'setup.lock');
const NODE_WANTED = 24;

// Only what decides the dependencies: a new npm script must not cost an install.
function stamp() {
  const { scripts, ...rest } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  void scripts;
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
function withLock(work) {
  fs.mkdirSync(path.dirname(lockFile), { recursive: true });
  for (let told = false; ;) {
    try {
      fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      let pid = 0;
      try { pid = Number(fs.readFileSync(lockFile, 'utf8')); } catch { /* just released */ }
      if (pid && !alive(pid)) { fs.rmSync(lockFile, { force: true }); continue; }
      if (!told) console.log(`set-up: waiting for another set-up (process ${pid}) …`);
      told = true;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  }
  const release = () => fs.rmSync(lockFile, { force: true });
  process.on('exit', release);
  work();
}

function install(wanted) {
  if (installed(wanted)) return;
  // A Node and npm of an earlier install must not run while npm ci replaces them.
  const PATH = (process.env.PATH || '').split(path.delimiter).filter((entry) => path.resolve(entry) !== bin).join(path.delimiter);
  console.log('set-up: installing the dependencies of package-lock.json (npm ci, about half a minute) …');
  const started = Date.now();
  // npm ci is a child of npm run: settings that npm hands down (npm_config_…) may hold only what the user chose.
  const { status, signal, error } = spawnSync('npm', ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'],
    { cwd: root, env: { ...process.env, PATH }, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) fail(`npm could not be run: ${error.message}`);
  if (signal) fail(`npm ci was stopped by ${signal}; run the command again.`);
  if (status !== 0) fail(`npm ci failed (exit ${status}); its message is above. Nothing was started.`);
  fs.writeFileSync(stampFile, `${wanted}\n`);
  console.log(`set-up: dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

function checkNode() {
  const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8', env: { ...process.env, PATH: bin + path.delimiter + process.env.PATH } });
  const version = (stdout || '').trim();
  const major = Number((/^v(\d+)\./.exec(version) || [])[1] || 0);
  if (major < NODE_WANTED) {
    fail(`this needs Node ${NODE_WANTED}, and the lockfile carries one only for Linux on x64 and arm64. This machine ` +
      `(${process.platform} ${process.arch}) has ${version || 'none'}: install Node ${NODE_WANTED} from nodejs.org and run the command again.`);
  }
}

const wanted = stamp();
if (!installed(wanted)) withLock(() => install(wanted));
checkNode();
