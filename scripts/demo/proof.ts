import { workflowIds } from '../../workflows/contracts.ts';
import type { AccrualView, Story } from './context.ts';
import { table } from './table.ts';

interface Entry { journalId: string; kind: string; effectiveAt: string; cause: { type: string; id: string }; movements: { state: string; amount: string }[] }
interface Explained {
  amount: string; recomputedSum: string; agrees: boolean;
  entries: {
    fileName: string; fileSha256: string; lineNumber: number; raw: string; ticket: string | null; lots: string | null; lotFactor: string | null; rateVersion: number | null; perLot: string | null;
    tier: string | null; multiplier: string | null; methodologyVersion: number | null; amount: string; recomputed?: string | null;
  }[];
}
const MONEY = ['pending', 'available', 'held', 'reserved'] as const;
const SHOWN_LINES = 20;

/** One trader's statement, as he reads it with his own key. */
export async function printStatement(story: Story, userId: string): Promise<void> {
  const own = await story.trader(userId);
  const entries = await own.list<Entry>(`/users/${userId}/statement`);
  const rows = entries.map(({ effectiveAt, kind, cause, movements }) =>
    [effectiveAt.slice(0, 19), kind, ...MONEY.map((state) => movements.filter((movement) => movement.state === state).map(({ amount }) => signed(amount)).join(' ')), `${cause.type} ${cause.id}`]);
  story.log(`Statement of ${story.names.get(userId)} (USD)\n${table(['when (UTC)', 'what', ...MONEY, 'because of'], rows, [2, 3, 4, 5])}`);
  const { total } = await own.get<{ total: Record<string, string> }>(`/users/${userId}/balances`);
  story.log(`  Now: ${Object.entries(total).map(([state, amount]) => `${state} ${amount}`).join(', ')}\n`);
}

/** Why an accrual is what it is, line by line, worked out anew. */
export async function printExplanation(story: Story, accrual: AccrualView): Promise<void> {
  const own = await story.trader(accrual.userId);
  const { entries, amount, recomputedSum, agrees } = await own.get<Explained>(`/accruals/${accrual.id}/explanation`);
  const first = entries[0];
  story.log(`Explanation of accrual ${accrual.id}: ${amount} USD of ${story.names.get(accrual.userId)}`);
  if (first !== undefined) story.log(`  from ${first.fileName}, SHA-256 ${first.fileSha256}, methodology version ${first.methodologyVersion ?? '–'}`);
  const rows = entries.slice(0, SHOWN_LINES).map((entry) => [
    String(entry.lineNumber), entry.lots ?? '', entry.lotFactor ?? '', entry.perLot === null ? '' : `${entry.perLot} (v${entry.rateVersion})`, entry.multiplier === null ? '' : `${entry.multiplier} ${entry.tier ?? ''}`,
    entry.amount, entry.recomputed ?? '', entry.raw.length > 110 ? `${entry.raw.slice(0, 109)}…` : entry.raw,
  ]);
  story.log(table(['line', 'lots', '× factor', '× rate', '× tier', '= USD', 'worked out anew', 'raw text'], rows, [0, 1, 2, 3, 5, 6]));
  if (entries.length > SHOWN_LINES) story.log(`  … and ${entries.length - SHOWN_LINES} more lines`);
  story.log(`  Sum worked out anew: ${recomputedSum} USD, ${agrees ? 'as posted' : `NOT as posted (${amount})`}`);
  story.log(`  ${story.links.workflow(workflowIds.accrual(accrual.id))}\n`);
}

const signed = (amount: string): string => (amount.startsWith('-') ? amount : `+${amount}`);
