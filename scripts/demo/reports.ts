import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Decimal, plain } from '../../domain/decimal.ts';
import { REASON_TEXT } from '../../domain/eligibility/reasons.ts';
import { waitFor } from './call.ts';
import { agreed } from './changes.ts';
import type { Story } from './context.ts';
import type { DemoReport } from './plan.ts';
import { table } from './table.ts';

interface Received { reportId: string; size: number; sha256: string; workflowId: string }
interface Progress { state: string; step: string; linesDone: number; lines: number | null; percent: number | null; linesPerSecond: number | null; secondsLeft: number | null }
interface OutcomeSum { outcome: string; reason: string | null; lines: number; lots: string; amount: string }
interface ReportView { id: string; state: string; lines: number | null; lots: string | null; outcomes: OutcomeSum[]; refusal: { code: string; message: string; at?: Record<string, string | number>; facts?: Record<string, unknown> } | null }

const ENDED = ['posted', 'refused', 'unchanged'];

/** Hands in one report as a program would, watches it being judged and posted, and prints its lines by outcome and reason. */
export async function handIn(story: Story, report: DemoReport): Promise<'posted' | 'refused'> {
  const { staff: { admin, finance, secondFinance }, plan, log, signal } = story;
  const brokerId = plan.setup.broker.id;
  const fileName = basename(report.file);
  if (report.profile !== null) {
    log("The broker's files have a new form, so they need another profile");
    const { version } = await agreed<{ version: number }>(story, { asks: admin, agrees: secondFinance }, `/brokers/${brokerId}/profiles`, report.profile);
    log(`From now on the broker's files are read by profile version ${version}.`);
  }
  const query = new URLSearchParams({ brokerId, from: report.from, to: report.to, fileName });
  const received = await finance.upload<Received>(`/reports?${query.toString()}`, new Uint8Array(readFileSync(report.file)));
  log(`Report received: ${fileName}, ${received.size} bytes, SHA-256 ${received.sha256.slice(0, 16)}…, for ${report.from.slice(0, 10)} to ${report.to.slice(0, 10)} (exclusive)`);
  log(`  ${story.links.workflow(received.workflowId)}`);
  story.workflows.push({ what: `report ${fileName}`, id: received.workflowId });
  await waitFor('the report to be posted', signal, () => finance.get<Progress>(`/reports/${received.reportId}/progress`), ({ state }) => ENDED.includes(state),
    progressTold(log), 600);
  const done = await finance.get<ReportView>(`/reports/${received.reportId}`);
  if (done.refusal !== null) {
    const at = Object.entries(done.refusal.at ?? {}).map(([name, value]) => `${name} ${value}`).join(', ');
    log(`\nThe report was refused whole; nothing was posted.\n  ${done.refusal.code}: ${done.refusal.message}${at === '' ? '' : `\n  at ${at}`}`);
    for (const [name, value] of Object.entries(done.refusal.facts ?? {})) log(`  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return 'refused';
  }
  printOutcomes(done, log);
  await printQuarantined(story, done.id);
  return 'posted';
}

/** Tells each step, and of a long one how far it is, every two seconds. */
function progressTold(log: Story['log']): (progress: Progress) => void {
  let [step, at] = ['', 0];
  return (progress) => {
    if (progress.step === step && performance.now() - at < 2_000) return;
    [step, at] = [progress.step, performance.now()];
    log(`  ${told(progress)}`);
  };
}

/** `posting: 45 %, 450000 of 1000000 lines, 25000 lines/s, about 22 s left` */
function told({ state, step, linesDone, lines, percent, linesPerSecond, secondsLeft }: Progress): string {
  if (step === 'done') return `${state}${lines === null ? '' : `, ${lines} lines`}`;
  const parts = [
    percent === null ? null : `${percent} %`, lines !== null && percent !== null ? `${linesDone} of ${lines} lines` : linesDone > 0 ? `${linesDone} lines` : null,
    linesPerSecond === null ? null : `${linesPerSecond} lines/s`, secondsLeft === null || secondsLeft < 2 ? null : `about ${secondsLeft} s left`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? step : `${step}: ${parts.join(', ')}`;
}

function printOutcomes(report: ReportView, log: Story['log']): void {
  const rows = [...report.outcomes].sort((a, b) => Number(a.reason !== null) - Number(b.reason !== null) || b.lines - a.lines)
    .map(({ outcome, reason, lines, lots, amount }) => [outcome, reason ?? '', String(lines), lots, amount === '0' ? '' : amount, reason !== null && reason in REASON_TEXT ? REASON_TEXT[reason as keyof typeof REASON_TEXT] : '']);
  const total = report.outcomes.reduce((sum, { amount }) => sum.plus(amount), new Decimal(0));
  log(`\nOutcomes by reason: ${report.lines} lines, ${report.lots} reported lots, ${plain(total)} USD`);
  log(`${table(['outcome', 'reason', 'lines', 'lots', 'USD', ''], rows, [2, 3, 4])}\n`);
}

/** Names the first lines that wait for an operator, with their place in the file. */
async function printQuarantined({ staff: { admin }, log }: Story, reportId: string): Promise<void> {
  const { items } = await admin.get<{ items: { lineNumber: number; reason: string | null; detail: string | null; raw: string }[] }>(`/reports/${reportId}/lines?outcome=quarantined&limit=6`);
  if (items.length === 0) return;
  log('Lines that wait for an operator (quarantined, never paid as zero):');
  for (const { lineNumber, reason, detail, raw } of items) log(`  line ${lineNumber}: ${reason}${detail === null ? '' : `, ${detail}`}\n    ${raw.slice(0, 120)}`);
  log();
}
