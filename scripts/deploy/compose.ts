import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What we look at in a service of docker-compose.yml, aliases and merges resolved. */
export interface Service {
  image: string;
  build?: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string | number | boolean>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  networks?: string[];
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
  healthcheck?: { test?: string[]; disable?: boolean };
  stop_grace_period?: string;
  depends_on?: Record<string, { condition: string }>;
  logging?: { options?: Record<string, string> };
  deploy?: { replicas?: number; resources?: { limits?: { cpus?: string; memory?: string } } };
}

export interface Compose {
  name: string;
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, object>;
  secrets: Record<string, { file?: string; environment?: string }>;
}

/** docker-compose.yml, with each `${NAME:-default}` replaced by its default and `$$` by `$`. */
export function readCompose(root: string): Compose {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return parse(text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll('$$', () => '$'), { merge: true }) as Compose;
}

/** The services that run our image. */
export function ourServices({ services }: Compose): [name: string, service: Service][] {
  return Object.entries(services).filter(([, { build }]) => build !== undefined);
}
