import { randomInt } from 'node:crypto';
import { isBuiltin } from 'node:module';

import { ILinkClient } from '../../ilink/client';
import { systemClock } from '../../ilink/clock';
import { openTransport } from '../../ilink/connect';
import type { Io } from '../io';
import { isUsableProxy, proxyFor, withoutSecrets } from '../proxy';
import { checkApi, checkFiles, checkNode, judgeClock, serverTime } from './checks';
import { fail, ok, skip, type Finding } from './finding';
import { doctorOptions, type DoctorOptions } from './options';
import { Report } from './report';
import { checkStore } from './store';
import { checkWay, firstHop } from './way';
import { DOCTOR, USAGE_PROBLEMS } from '../texts';

const UINT32 = 2 ** 32;

/**
 * `doctor`: what has to work for n8n to talk to WeChat, one thing after the other, in the order of the way.
 *
 * @returns the exit code
 */
export async function doctorCommand(args: string[], io: Io, signal: AbortSignal): Promise<number> {
  const options = await doctorOptions(args, io);
  const report = new Report(io, options.json);
  report.add(checkNode(process.versions.node, isBuiltin('node:sqlite')));
  const url = new URL(options.apiBaseUrl);
  const proxy = proxyFor(url, io.env);
  const proxyFinding = judgeProxy(proxy, io.env);
  report.add(proxyFinding);
  if (proxyFinding.verdict !== 'fail') {
    const way = await checkWay(firstHop(url, proxy), signal);
    report.add(...way);
    signal.throwIfAborted();
    const open = way.every(({ verdict }) => verdict !== 'fail');
    report.add(...(await checkServers(options, open, signal)));
  }
  report.add(...(await checkStore(io.env, options.showUnreadable)));
  return report.end();
}

function judgeProxy(proxy: string | undefined, env: NodeJS.ProcessEnv): Finding {
  if (proxy === undefined && namesProxies(env)) {
    return ok('proxy', DOCTOR.proxyPassed);
  }
  if (proxy === undefined) return ok('proxy', DOCTOR.noProxy);
  if (isUsableProxy(proxy, env)) return ok('proxy', DOCTOR.proxy(withoutSecrets(proxy)));
  return fail('proxy', { message: DOCTOR.proxyUnusable, next: USAGE_PROBLEMS.proxyUnusable.next });
}

function namesProxies(env: NodeJS.ProcessEnv): boolean {
  return Object.entries(env).some(([name, value]) => /^(?:https?|all)_proxy$/i.test(name) && value);
}

/** @param open whether the way to the API is; the file servers have another one */
async function checkServers(options: DoctorOptions, open: boolean, signal: AbortSignal): Promise<Finding[]> {
  const { apiBaseUrl, botToken, clientVersion, cdnBaseUrl } = options;
  const transport = openTransport({ clock: systemClock });
  const client = new ILinkClient(
    { apiBaseUrl, botToken, clientVersion },
    { transport, random: () => randomInt(UINT32) },
  );
  try {
    const files = await checkFiles(cdnBaseUrl, transport, signal);
    if (!open) return [skip('api', DOCTOR.noWayToIt), skip('token', DOCTOR.noWayToApi), files];
    const api = await checkApi(client, options, signal);
    const time = await serverTime(apiBaseUrl, transport, signal);
    return [...api, judgeClock(time, Date.now()), files];
  } finally {
    await transport.close();
  }
}
