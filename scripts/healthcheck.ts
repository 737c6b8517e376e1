/** `node scripts/healthcheck.ts URL`: exit code 0 if the URL answers 2xx within four seconds; for orchestrators whose image has no curl. */
const [url] = process.argv.slice(2);
if (url === undefined) {
  console.error('Name an address, such as http://127.0.0.1:3000/readyz');
  process.exit(2);
}
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  console.log(`${answer.status} ${await answer.text()}`);
  process.exit(answer.ok ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
