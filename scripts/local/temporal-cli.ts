import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { cacheFolder } from './cache-folder.ts';
import { withLock } from './lock.ts';
import { onPath, runTool } from './run-tool.ts';
import { sdkDownload } from './sdk-download.ts';

const GO_VERSION = '1.5.1';
const GO_PACKAGE = `github.com/temporalio/cli/cmd/temporal@v${GO_VERSION}`;
const BUILD_MS = 20 * 60_000;

export interface Executable { path: string; source: string }

/**
 * The `temporal` command that runs the local dev server: on PATH, else the SDK's own download, else a Go build kept in
 * the user's cache (built once, in one to three minutes, also when two set-ups want it at the same time).
 */
export async function temporalCli(log: (line: string) => void): Promise<Executable> {
  const found = onPath('temporal', ['server', 'start-dev', '--help']);
  if (found) return { path: found, source: 'temporal on PATH' };
  const built = join(cacheFolder(`temporal-cli-${GO_VERSION}`), 'temporal');
  if (existsSync(built)) return { path: built, source: `Go build ${GO_VERSION} in the user's cache` };
  const downloaded = await sdkDownload('dev-server', log);
  if (downloaded) return { path: downloaded, source: "the SDK's download" };
  await withLock(`${built}.lock`, () => build(built, log), (pid) => log(`Temporal: waiting for process ${pid}, which is building it …`));
  return { path: built, source: `Go build ${GO_VERSION} in the user's cache` };
}

async function build(target: string, log: (line: string) => void): Promise<void> {
  if (existsSync(target)) return;
  if (!onPath('go', ['version'])) {
    throw new Problem('TEMPORAL_MISSING', 'There is no `temporal` on PATH, its download host cannot be reached, and there is no Go to build it. ' +
      'Install the Temporal CLI or Go 1.25 or newer, or set TEMPORAL_ADDRESS.');
  }
  log(`Temporal: not on PATH and no download; building the CLI ${GO_VERSION} with Go, once, one to three minutes …`);
  const bin = mkdtempSync(`${target}-build-`);
  const started = Date.now();
  let modules = 0;
  const tell = setInterval(() => log(`Temporal: building, ${Math.round((Date.now() - started) / 1_000)} s${modules ? `, ${modules} modules fetched` : ''} …`), 15_000);
  try {
    const { code, output } = await runTool('go', ['install', GO_PACKAGE],
      { env: { ...process.env, GOBIN: bin, GOFLAGS: '' }, milliseconds: BUILD_MS, onLine: () => (modules += 1) });
    if (code !== 0) {
      throw new Problem('TEMPORAL_BUILD_FAILED', `go install ${GO_PACKAGE} failed: ${output.trim().split('\n').slice(-5).join(' / ')}`);
    }
    renameSync(join(bin, 'temporal'), target);
  } finally {
    clearInterval(tell);
    rmSync(bin, { recursive: true, force: true });
  }
}
