import { createPool } from '../db/connection.ts';
import { sealJournals } from '../db/ledger/seal.ts';
import { verifyLedger } from '../db/ledger/verify.ts';
import { fundingDifferences } from '../db/stores/fundingChecks.ts';
import { localLedger } from './local/ledger-url.ts';
import { supervise } from './local/supervise.ts';

/**
 * `npm run ledger:verify [-- --json] [--seal] [--head HEIGHT:HASH]`: recomputes every balance from the postings, checks
 * each journal and the chain of sealed blocks, and what is kept about brokers' funding, and names the first difference. Exit code 1 on any.
 * `--seal` seals what is unsealed first (only where all is well afterwards does it make sense to note the head).
 */
await supervise(async ({ onStop }) => {
  const args = process.argv.slice(2);
  const json = args.includes('--json');
  const headAt = args.indexOf('--head');
  const { url, source, stop } = await localLedger((line) => process.stderr.write(`${line}\n`));
  onStop('Postgres', stop);
  const pool = createPool(url, { max: 2, applicationName: 'ledger-verify' });
  onStop('connections', () => pool.end());
  if (args.includes('--seal')) await sealJournals(pool);
  const verified = await verifyLedger(pool, headAt < 0 ? undefined : args[headAt + 1] ?? '');
  const result = { ...verified, differences: [...verified.differences, ...(await fundingDifferences(pool)).map((what) => ({ check: 'funding', what }))] };
  const [first] = result.differences;
  if (json) console.log(JSON.stringify({ ok: first === undefined, ...result }));
  else {
    console.log(source);
    console.log(`${result.journals} journals on ${result.accounts} accounts, ${result.blocks} sealed blocks, ${result.unsealed} journals not sealed yet`);
    if (result.head) console.log(`head of the chain: ${result.head.height}:${result.head.hash}`);
    if (first) console.log(`NOT SOUND. First difference (${first.check}): ${first.what}`);
    for (const other of result.differences.slice(1)) console.log(`  also (${other.check}): ${other.what}`);
    if (!first) console.log('sound: every journal balances, every balance is the sum of its postings, and the chain holds');
  }
  return first ? 1 : 0;
});
