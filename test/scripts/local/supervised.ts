/** A program for supervise.test.ts: starts two "servers" and says what happens to them. */
import { supervise } from '../../../scripts/local/supervise.ts';

const how = process.argv[2];
const say = (text: string) => console.log(text);

await supervise(async ({ onStop, signal }) => {
  onStop('first', async () => say('first stopped'));
  onStop('second', async () => {
    say('second stopping');
    if (how === 'slow') await new Promise((done) => setTimeout(done, 30_000));
    if (how === 'stop-fails') throw new Error('second is stubborn');
    say('second stopped');
  });
  signal.addEventListener('abort', () => say('asked to stop'));
  say('ready');
  if (how === 'ends') return 3;
  if (how === 'throws') throw new Error('could not start the third');
  if (how === 'crashes-later') setTimeout(() => { throw new Error('crashed later'); }, 50);
  if (how === 'starting') await new Promise((done) => setTimeout(done, 60_000));
  return 'stay up';
});
