import type { DemoPlan } from './plan.ts';

/** The rails of a demo: those that its traders want, or of them the ones that RAILS names; the sandbox rail always. */
export function demoRails({ methods }: DemoPlan, env: NodeJS.ProcessEnv): string[] {
  const wanted = [...new Set(['sandbox', ...methods.map(({ rail }) => rail)])];
  const named = env['RAILS']?.split(',').map((name) => name.trim()).filter(Boolean);
  return named === undefined || named.length === 0 ? wanted : wanted.filter((rail) => rail === 'sandbox' || named.includes(rail));
}
