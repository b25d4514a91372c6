/**
 * The environment of one n8n: its folder, its key, and the settings that keep it quiet. n8n reads them when its first
 * service is made, so this module has to be imported before n8n-core.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'n8n-nodes-wechat-ilink-'));

Object.assign(process.env, {
  N8N_USER_FOLDER: folder,
  N8N_ENCRYPTION_KEY: 'a key for tests that encrypts nothing of worth',
  N8N_DIAGNOSTICS_ENABLED: 'false',
  N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
