import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { brokerProfileSchema } from '../../api/schemas/profile.ts';
import { caseSetupSchema } from '../case/setup.ts';
import type { DemoPlan } from './plan.ts';

const data = (name: string): string => fileURLToPath(new URL(`data/${name}`, import.meta.url));
const json = (name: string): unknown => JSON.parse(readFileSync(data(name), 'utf8'));

const step = z.object({ report: z.string(), period: z.object({ from: z.string(), to: z.string() }), profile: z.string().optional() });
const method = z.object({ user: z.string(), rail: z.string(), destination: z.record(z.string(), z.string()), name: z.string() });

/** The sample broker: a case's set-up whose steps may name another profile from that report on, and which says where its traders want their money. */
export function samplePlan(): DemoPlan {
  const raw = json('setup.json');
  const { steps, payoutMethods } = z.object({ steps: z.array(step), payoutMethods: z.array(method) }).parse(raw);
  return {
    setup: caseSetupSchema.parse(raw),
    reports: steps.map(({ report, period, profile }) => ({ file: data(report), ...period, profile: profile === undefined ? null : brokerProfileSchema.parse(json(profile)) })),
    methods: payoutMethods,
    assumed: [],
  };
}
