import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.ts';
import { cacheFolder } from './cache-folder.ts';
import { withLock } from './lock.ts';
import { onPath, runTool } from './run-tool.ts';
import { sdkDownload } from './sdk-download.ts';
import type { Executable } from './temporal-cli.ts';

const VERSION = '1.38.0';
const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/**
 * The server that skips time in tests: the SDK's own download, else the Maven artifact with its 39 jars in the user's
 * cache (fetched once, some seconds). The path is an executable for `createTimeSkipping({ server: { executable } })`.
 */
export async function timeSkippingServer(log: (line: string) => void): Promise<Executable> {
  const folder = cacheFolder(`temporal-test-server-${VERSION}`);
  const ready = join(folder, 'run');
  const path = join(ready, 'temporal-test-server');
  const source = `Maven ${VERSION} in the user's cache`;
  if (existsSync(path)) return { path, source };
  const downloaded = await sdkDownload('time-skipping', log);
  if (downloaded) return { path: downloaded, source: "the SDK's download" };
  await withLock(join(folder, 'fetch.lock'), () => fetchJars(folder, ready, log),
    (pid) => log(`Time-skipping server: waiting for process ${pid}, which is fetching it …`));
  return { path, source };
}

async function fetchJars(folder: string, ready: string, log: (line: string) => void): Promise<void> {
  if (existsSync(ready)) return;
  if (!onPath('java', ['-version']) || !onPath('mvn', ['-v'])) {
    throw new Problem('TEST_SERVER_MISSING', "The time-skipping test server's download host cannot be reached; to take it from Maven " +
      'install Java 17 or newer and Maven.');
  }
  log(`Time-skipping server: no download; fetching ${VERSION} with Maven, once, about ten seconds …`);
  const work = mkdtempSync(join(folder, 'fetching-'));
  try {
    const pom = join(work, 'pom.xml');
    writeFileSync(pom, POM);
    const { code, output } = await runTool('mvn', ['-B', '-q', '-f', pom, COPY_DEPENDENCIES, '-DincludeScope=runtime',
      `-DoutputDirectory=${join(work, 'run', 'jars')}`], { milliseconds: 10 * 60_000 });
    if (code !== 0) throw new Problem('TEST_SERVER_FETCH_FAILED', `Maven failed: ${output.trim().split('\n').slice(0, 5).join(' / ')}`);
    mkdirSync(join(work, 'run'), { recursive: true });
    const wrapper = join(work, 'run', 'temporal-test-server');
    writeFileSync(wrapper, WRAPPER);
    chmodSync(wrapper, 0o755);
    renameSync(join(work, 'run'), ready);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>test-server</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

// A test process that is killed never tears its server down; the watcher beside Java then ends it within a second.
const WRAPPER = `#!/bin/sh
me=$$
parent=$PPID
(
  while kill -0 "$parent" 2>/dev/null && kill -0 "$me" 2>/dev/null; do sleep 1; done
  kill -9 "$me" 2>/dev/null
) </dev/null >/dev/null 2>&1 &
exec java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$(dirname "$0")/jars/*" io.temporal.testserver.TestServer "$@"
`;
