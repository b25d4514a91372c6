import { EventEmitter } from 'node:events';

import { Patience } from './patience';

const set = () => {
  const victim = new EventEmitter();
  const patience = new Patience(victim, 'it did not come');
  const ticks = (count: number) =>
    Array.from({ length: count }).forEach(() => victim.emit('message', 'tick'));
  return { victim, patience, ticks };
};

describe('Patience', () => {
  it('has no end while the process gets no time from the machine', () => {
    const { victim, patience } = set();
    victim.emit('message', 'something else');
    expect(() => patience.check()).not.toThrow();
  });

  it('ends when the process has long had time and nothing happens', () => {
    const { patience, ticks } = set();
    ticks(300);
    patience.progressed();
    ticks(300);
    expect(() => patience.check()).not.toThrow();
    ticks(1);
    expect(() => patience.check()).toThrow('it did not come, and nothing has happened');
  });

  it('ends when one reply after the other does not bring the process to its step', () => {
    const { patience } = set();
    for (let reply = 0; reply < 100; reply++) patience.progressed();
    expect(() => patience.check()).not.toThrow();
    patience.progressed();
    expect(() => patience.check()).toThrow('within 100 replies');
  });

  it('ends when the process has ended without having come there', () => {
    const { victim, patience } = set();
    victim.emit('exit');
    expect(() => patience.check()).toThrow('it did not come, and has ended');
  });
});
