import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Instruction { name: string; text: string; stage: string }

/** The instructions of the Dockerfile, continued lines joined, with the stage that each stands in ('' for the last, unnamed one). */
export function readDockerfile(root: string): Instruction[] {
  const lines = readFileSync(join(root, 'Dockerfile'), 'utf8').split('\n').filter((line) => !line.startsWith('#')).join('\n').replaceAll('\\\n', ' ').split('\n');
  let stage = '';
  return lines.filter((line) => line.trim() !== '').map((line) => {
    const [, name, text] = /^(\w+)\s+(.*)$/.exec(line.trim()) as unknown as [string, string, string];
    if (name === 'FROM') stage = /\sAS\s+(\S+)$/i.exec(text)?.[1] ?? '';
    return { name, text: text.replaceAll(/\s+/g, ' '), stage };
  });
}

/** What .dockerignore lets into a build: it names each (`!name`) after `*`. */
export function contextNames(root: string): string[] {
  return readFileSync(join(root, '.dockerignore'), 'utf8').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1).trim());
}

/** The ENV of the final stage. */
export function imageEnvironment(root: string): Record<string, string> {
  return Object.fromEntries(readDockerfile(root).filter(({ name, stage }) => name === 'ENV' && stage === '')
    .flatMap(({ text }) => text.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const)));
}

/** What the build stage does, as shell lines for a folder of ours in the place of `/app`: its COPYs are done here, its RUNs returned. */
export function buildInto(root: string, app: string): string[] {
  const runs: string[] = [];
  for (const { name, text, stage } of readDockerfile(root)) {
    if (stage !== 'build') continue;
    if (name === 'COPY') {
      const words = text.split(' ');
      const into = words.pop()!;
      for (const from of words) cpSync(join(root, from), words.length > 1 || into.endsWith('/') ? join(app, into, from) : join(app, into), { recursive: true });
    }
    // Folders of the image become ours; ownership is the image's alone.
    if (name === 'RUN') runs.push(text.replaceAll(/(?<=\s)\/(app|data)\b/g, (_, folder: string) => (folder === 'app' ? app : `${app}-data`)).replaceAll(/chown \S+ \S+/g, 'true'));
  }
  return runs;
}
