import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ApiSourceSettings } from '../../../../domain/reports/sourceSettings.ts';
import { type BrokerApi, brokerApi } from './brokerApi.ts';
import { type SourceDesk, sourceDesk } from './desk.ts';

/** A broker's API with ten rows, the desk that pulls from it, and a period of its own for each test. */
export interface PullWorld {
  desk: SourceDesk;
  api: BrokerApi;
  /** The period's id. */
  day: string;
  /** Of a source at this path of the API. */
  settings(path: string, own?: Partial<ApiSourceSettings>): ApiSourceSettings;
}

export const rowsOf = (count: number): object[] => Array.from({ length: count }, (_, at) => ({ ticket: String(9_007_199_254_740_993n + BigInt(at)), login: '1001', symbol: 'EURUSD', lots: '0.10', closed: '2026-11-02T10:00:00Z' }));
export const BY_OFFSET = { kind: 'offset', limit: 4, start: 0, end: 'empty' } as const;
export const BY_CURSOR = { kind: 'cursor', limit: 4, next: 'next' } as const;

/** Filled before a file's first test; `day` before each. */
export function pullWorld(): PullWorld {
  const settings: PullWorld['settings'] = (path, own = {}) => ({
    url: `${world.api.url}${path}`, method: 'GET', headers: {}, times: { format: 'iso', dateFormat: 'yyyy-MM-dd', zone: 'UTC', toDate: 'last' }, auth: { kind: 'none' }, paging: { kind: 'none' }, emptyMeans: 'notReady', ...own,
  });
  const world = { settings } as PullWorld;
  let nextDay = 0;
  beforeAll(async () => { Object.assign(world, { desk: await sourceDesk(), api: await brokerApi() }); });
  beforeEach(async () => {
    world.day = await world.desk.period(nextDay--);
    Object.assign(world.api, { asked: [], faults: [], total: null, rows: rowsOf(10) });
  });
  afterAll(async () => {
    await world.api.close();
    await world.desk.close();
  });
  return world;
}
