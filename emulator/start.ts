import type { RequestListener } from 'node:http';
import { apiSurface, redirectSurface } from './api';
import { cdnSurface } from './cdn';
import { selfSigned } from './certificate';
import { EmulatorClock } from './clock';
import { controlListener } from './control-server';
import { Emulator, type HostName } from './emulator';
import { Host } from './hosts';
import { serve, type Surface } from './serve';
import { applySettings, type Settings } from './settings';
import { World } from './world';

export interface EmulatorOptions {
  /** Loopback only; 127.0.0.1 unless told. */
  host?: string;
  /** 0 or nothing: any free port. */
  apiPort?: number;
  cdnPort?: number;
  personPort?: number;
  redirectPort?: number;
  secondPort?: number;
  /** Whether the server's hosts speak TLS, with a certificate that nobody trusts yet. The person's host never does. */
  tls?: boolean;
  /** Short for `settings.holdMs`. */
  holdMs?: number;
  clock?: EmulatorClock;
  settings?: Partial<Settings>;
}

/** Starts a server of one's own: five listeners on loopback, no state shared with any other emulator. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const world = new World(options.clock ?? new EmulatorClock());
  applySettings(world.settings, {
    ...options.settings,
    ...(options.holdMs !== undefined && { holdMs: options.holdMs }),
  });
  const emulator = new Emulator(world);
  emulator.ownsClock = options.clock === undefined;
  if (options.tls) emulator.tls = await selfSigned();
  try {
    await openHosts(emulator, options);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
  return emulator;
}

async function openHosts(emulator: Emulator, options: EmulatorOptions): Promise<void> {
  const { world, tls: certificate } = emulator;
  const address = options.host ?? '127.0.0.1';
  const open = async (name: HostName, port: number | undefined, handler: RequestListener) => {
    const tls = name === 'person' ? undefined : certificate;
    const host = await Host.open({ handler, address, port: port ?? 0, certificate: tls });
    emulator.hosts[name] = host;
    world.urls[name] = name === 'cdn' ? `${host.url}/c2c` : host.url;
  };
  const served =
    (surface: Surface): RequestListener =>
    (req, res) =>
      void serve(world, surface, req, res);
  await open('api', options.apiPort, served(apiSurface(world)));
  await open('second', options.secondPort, served(apiSurface(world, 'second')));
  await open('cdn', options.cdnPort, served(cdnSurface(world)));
  await open('redirect', options.redirectPort, served(redirectSurface(world)));
  await open('person', options.personPort, controlListener(emulator));
}
