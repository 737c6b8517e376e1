import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './cache-folder.ts';
import { runTool } from './run-tool.ts';

const HOST = 'https://temporal.download/';
const PROBE_MS = 4_000;
const DOWNLOAD_MS = 300_000;

export type Downloadable = 'dev-server' | 'time-skipping';

/**
 * The server binary by the SDK's own downloader, or undefined where its host does not answer within four seconds.
 * The SDK only downloads while starting a server, so a child process starts one and stops it again.
 */
export async function sdkDownload(kind: Downloadable, log: (line: string) => void): Promise<string | undefined> {
  const folder = cacheFolder(`sdk-${kind}`);
  const cached = binaryIn(folder);
  if (cached) return cached;
  if (process.arch !== 'x64' && kind === 'time-skipping') return undefined;
  const script = fileURLToPath(import.meta.url);
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1' };
  const probe = await runTool(process.execPath, [script, 'probe'], { env, milliseconds: PROBE_MS });
  if (probe.code !== 0) return undefined;
  log(`Temporal: downloading the SDK's ${kind === 'dev-server' ? 'dev server' : 'time-skipping server'} …`);
  const { code } = await runTool(process.execPath, [script, kind, folder], { env, milliseconds: DOWNLOAD_MS });
  return code === 0 ? binaryIn(folder) : undefined;
}

function binaryIn(folder: string): string | undefined {
  const name = readdirSync(folder).find((entry) => entry.startsWith('temporal-') && statSync(join(folder, entry)).size > 1_000_000
    && !entry.includes('download'));
  return name === undefined ? undefined : join(folder, name);
}

if (process.argv[1] !== undefined && existsSync(process.argv[1]) && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , task, folder] = process.argv;
  if (task === 'probe') {
    await fetch(HOST, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS - 500) });
  } else {
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const server = { executable: { type: 'cached-download' as const, downloadDir: folder! } };
    const environment = task === 'dev-server'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
    await environment.teardown();
  }
  process.exit(0);
}
