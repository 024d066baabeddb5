import { destination, pino } from 'pino';
import { REDACTED_PATHS } from './adapters/http/access-log.ts';
import { loadConfig } from './config.ts';
import type { DevelopmentKeys } from './development-keys.ts';
import { startService } from './main.ts';
import { untilTold } from './signals.ts';

/** Runs the service until SIGINT or SIGTERM, and lets what is under way finish. */
export async function serve(): Promise<void> {
  const config = loadConfig(process.env);
  const options = { level: config.logLevel, redact: REDACTED_PATHS };
  // Written beside the requests, not in them; what is left at the end is written then.
  const log = pino(options, destination({ sync: false }));
  const told = untilTold();
  const service = await startService(config, log);
  if (service.development && service.url) tellKeys(service.development, service.url);
  const signal = await told;
  log.info({ signal }, 'stopping');
  await service.stop();
  log.info('stopped');
}

/** Shown on the terminal when they are made, and never in the log. */
function tellKeys({ keys, file, fresh }: DevelopmentKeys, url: string): void {
  const lines = keys.map(({ id, role, secret }) => `  ${role.padEnd(13)} ${id}.${secret}`);
  const shown = fresh ? `:\n${lines.join('\n')}` : ` are in ${file}`;
  process.stderr.write(
    `\nAPI page: ${url}/docs\nDevelopment keys (refused in production)${shown}\n\n`,
  );
}
