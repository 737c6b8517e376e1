import { spawn, spawnSync } from 'node:child_process';

/** The first executable of this name on PATH, or undefined. `test` are arguments with which it must exit 0. */
export function onPath(name: string, test: readonly string[]): string | undefined {
  return spawnSync(name, test, { stdio: 'ignore', timeout: 20_000 }).status === 0 ? name : undefined;
}

export interface ToolOptions { cwd?: string; env?: NodeJS.ProcessEnv; milliseconds: number; onLine?: (line: string) => void }

/** Runs a command to its end within a time limit and returns its exit code (null: killed) and output. */
export function runTool(file: string, args: readonly string[], options: ToolOptions): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    // The whole group: go and mvn start processes of their own.
    const kill = () => { if (child.pid !== undefined) try { process.kill(-child.pid, 'SIGKILL'); } catch { /* already gone */ } };
    const timer = setTimeout(kill, options.milliseconds);
    process.once('exit', kill);
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      for (const line of chunk.toString().split('\n')) if (line.trim()) options.onLine?.(line.trim());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const finish = (code: number | null, text = output) => {
      clearTimeout(timer);
      process.off('exit', kill);
      resolve({ code, output: text });
    };
    child.once('error', (error) => finish(127, error.message));
    child.once('close', (code) => finish(code));
  });
}
