/** Addresses in the Temporal UI, or null where it is not known (TEMPORAL_UI_URL). */
export interface TemporalLinks {
  workflow(workflowId: string): string;
  query(query: string): string;
  schedules(): string;
  home: string | null;
}

export function temporalLinks(uiUrl: string | undefined, namespace: string): TemporalLinks {
  const base = `${uiUrl?.replace(/\/$/, '') ?? ''}/namespaces/${encodeURIComponent(namespace)}`;
  const address = (path: string, name: string): string => (uiUrl === undefined ? name : `${base}/${path}`);
  return {
    workflow: (workflowId) => address(`workflows/${encodeURIComponent(workflowId)}`, workflowId),
    query: (query) => address(`workflows?query=${encodeURIComponent(query)}`, query),
    schedules: () => address('schedules', 'schedules'),
    home: uiUrl === undefined ? null : `${base}/workflows`,
  };
}
