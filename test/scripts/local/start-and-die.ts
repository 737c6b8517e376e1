/** A program for the tests beside it: starts a server, prints what it got as JSON, and stays until it is told or killed. */
import { startPostgres } from '../../../scripts/local/postgres.ts';
import { startTemporal } from '../../../scripts/local/temporal.ts';

const [kind, dataDir, tied] = process.argv.slice(2);
const options = { dataDir: dataDir!, log: () => {}, tied: tied === 'tied' };
const server = kind === 'postgres' ? await startPostgres({ ...options, fastAndUnsafe: true }) : await startTemporal(options);
console.log(JSON.stringify(server));
setInterval(() => {}, 60_000);
