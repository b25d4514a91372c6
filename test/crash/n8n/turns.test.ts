import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { untilReached, workerOf, type Goal } from './turns';

const goal = (more: Partial<Goal>): Goal => ({
  reached: () => false,
  mostTurns: 10,
  complaint: () => 'it did not come',
  ...more,
});

describe('What a process is to do', () => {
  /** @param then what happens with each turn */
  const working = (then: (turns: number) => void = () => undefined) => {
    const worker = {
      turns: 0,
      alive: true,
      isAlive: () => worker.alive,
      turn: () => Promise.resolve(then(++worker.turns)),
    };
    return worker;
  };

  it('is waited for as long as the process has turns left, however long they take', async () => {
    const worker = working();
    await untilReached(worker, goal({ reached: () => worker.turns === 10 }));
    expect(worker.turns).toBe(10);
  });

  it('is given up when the process has had its turns and nothing came of them', async () => {
    const worker = working();
    await expect(untilReached(worker, goal({}))).rejects.toThrow('it did not come after 10 turns');
    expect(worker.turns).toBe(10);
  });

  it('may take any number of turns as long as it goes on', async () => {
    const worker = working();
    const progress = (): number => Math.floor(worker.turns / 9);
    await untilReached(worker, goal({ progress, reached: () => worker.turns === 95 }));
    await expect(untilReached(worker, goal({ progress: () => 'the same' }))).rejects.toThrow('10 turns');
  });

  it('is given up at once when the process has ended', async () => {
    const worker = working((turns) => (worker.alive = turns < 3));
    await expect(untilReached(worker, goal({}))).rejects.toThrow('it did not come: the process has ended');
    expect(worker.turns).toBe(3);
  });
});

describe('A turn of n8n', () => {
  it('is an answer that it gave: while it stands still there is none', async () => {
    const held: Array<() => void> = [];
    const server = createServer((_req, res) => held.push(() => res.end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    let turns = 0;
    const turn = workerOf({ url, pid: () => 1 })
      .turn()
      .then(() => turns++);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(turns).toBe(0);
    held[0]!();
    await turn;
    expect(turns).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });

  it('is not waited for when n8n has ended', async () => {
    await workerOf({ url: 'http://127.0.0.1:1', pid: () => undefined }).turn();
  });
});
