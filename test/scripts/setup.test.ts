import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
let env: NodeJS.ProcessEnv;

// A project with the real hook and an npm that only notes how it was called.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cashback-setup-'));
  const tools = join(folder, 'tools');
  mkdirSync(join(folder, 'scripts'));
  mkdirSync(tools);
  cpSync(resolve('scripts/setup.cjs'), join(folder, 'scripts/setup.cjs'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "scripts": {} }');
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  writeFileSync(join(tools, 'npm'), `#!/bin/sh\necho "$@" >> "${folder}/calls"\necho "$PATH" >> "${folder}/path"\nmkdir -p "${folder}/node_modules/.bin"\ntest ! -e "${folder}/fail" || exit 7\nsleep 0.3\n`);
  chmodSync(join(tools, 'npm'), 0o755);
  env = { ...process.env, PATH: [join(folder, 'node_modules/.bin'), tools, process.env['PATH']].join(':') };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const setup = () => spawnSync(process.execPath, [join(folder, 'scripts/setup.cjs')], { env, encoding: 'utf8' });
const calls = () => (existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []);

test('installs by the lockfile once, without the Node of an earlier install on PATH', () => {
  expect(setup()).toMatchObject({ status: 0, stdout: expect.stringContaining('installing the dependencies') });
  expect(calls()).toEqual(['ci --include=dev --include=optional --no-audit --no-fund --loglevel=error']);
  expect(readFileSync(join(folder, 'path'), 'utf8')).not.toContain(join(folder, 'node_modules/.bin'));
  expect(setup()).toMatchObject({ status: 0, stdout: '' });
  expect(calls()).toHaveLength(1);
});

test('installs again when the lockfile changes, and not for a new npm script', () => {
  setup();
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "scripts": { "new": "true" } }');
  setup();
  expect(calls()).toHaveLength(1);
  writeFileSync(join(folder, 'package-lock.json'), '{ "changed": true }');
  setup();
  expect(calls()).toHaveLength(2);
});

test('a failed install fails the command, and the next one tries again', () => {
  writeFileSync(join(folder, 'fail'), '');
  expect(setup()).toMatchObject({ status: 1, stderr: expect.stringContaining('npm ci failed (exit 7)') });
  rmSync(join(folder, 'fail'));
  expect(setup().status).toBe(0);
  expect(calls()).toHaveLength(2);
});

test('two at once install once', async () => {
  const codes = await Promise.all([1, 2].map(() => new Promise((done) => {
    spawn(process.execPath, [join(folder, 'scripts/setup.cjs')], { env, stdio: 'ignore' }).once('close', done);
  })));
  expect(codes).toEqual([0, 0]);
  expect(calls()).toHaveLength(1);
});

test('says plainly what to install where Node is too old', () => {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/.bin/node'), '#!/bin/sh\necho v20.1.0\n');
  chmodSync(join(folder, 'node_modules/.bin/node'), 0o755);
  expect(setup()).toMatchObject({ status: 1, stderr: expect.stringMatching(/needs Node 24.*has v20\.1\.0: install Node 24/) });
});
