import { delimiter, dirname } from 'node:path';
import { withoutNpmSettings } from './npm';

export interface EnvironmentInput {
  userFolder: string;
  port: number;
  brokerPort: number;
  encryptionKey: string;
}

/**
 * The environment of an n8n that listens on loopback and calls nothing outside: no telemetry, version check, templates,
 * licence renewal, banners or community package list.
 *
 * @param base the environment to start from. What would change n8n behind our back is taken out: its own variables, Node's
 *   options and proxies (everything that it shall reach is on loopback).
 */
export function n8nEnvironment(
  input: EnvironmentInput,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const foreign =
    /^(N8N_.*|DB_.*|EXECUTIONS_.*|QUEUE_.*|WEBHOOK_URL|NODE_OPTIONS|NODE_ENV|(HTTPS?|ALL|NO)_PROXY)$/i;
  const kept = Object.entries(withoutNpmSettings(base)).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(kept),
    // n8n starts its task runner with the `node` of the PATH, which has to be the one that n8n itself runs on.
    PATH: dirname(process.execPath) + delimiter + (base.PATH ?? ''),
    N8N_USER_FOLDER: input.userFolder,
    N8N_ENCRYPTION_KEY: input.encryptionKey,
    N8N_HOST: '127.0.0.1',
    N8N_PORT: String(input.port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(input.brokerPort),
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
    N8N_SECURE_COOKIE: 'false',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_DIAGNOSTICS_POSTHOG_API_KEY: '',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_HIRING_BANNER_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
    N8N_AI_GATEWAY_ENABLED: 'false',
    N8N_VERIFIED_PACKAGES_ENABLED: 'false',
    N8N_DISABLED_MODULES: 'mcp-registry',
  };
}
