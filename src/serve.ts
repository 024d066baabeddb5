import { pino } from 'pino';
import { REDACTED_PATHS } from './adapters/http/access-log.ts';
import { type Config, loadConfig } from './config.ts';
import { startService } from './main.ts';
import { untilTold } from './signals.ts';

/** Runs the service until SIGINT or SIGTERM, and lets what is under way finish. */
export async function serve(): Promise<void> {
  const config = loadConfig(process.env);
  const log = pino({ level: config.logLevel, redact: REDACTED_PATHS });
  const told = untilTold();
  const service = await startService(config, log);
  printKeys(config, service.keys, service.url);
  const signal = await told;
  log.info({ signal }, 'stopping');
  await service.stop();
  log.info('stopped');
}

/** Development keys are shown on the terminal, once: never in the log. */
function printKeys(
  config: Config,
  keys: readonly { id: string; role: string; secret: string }[],
  url: string | null,
): void {
  if (config.apiKeys !== null || url === null) return;
  const lines = keys.map(({ id, role, secret }) => `  ${role.padEnd(13)} ${id}.${secret}`);
  process.stderr.write(
    `\nAPI page: ${url}/docs\nDevelopment keys (refused in production):\n${lines.join('\n')}\n\n`,
  );
}
