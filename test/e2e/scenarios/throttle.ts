import assert from 'node:assert/strict';
import { eventually, type Scenario } from '../world';
import { notifier, textsOf } from './sending';

const FIVE = ['1', '2', '3', '4', '5'];

export const throttle: Scenario = {
  name: 'a server that allows three messages a second gets all five of a run; what it throttles all the same goes out by itself',
  async run(world) {
    const { emulator } = world.stage;
    const [patient, hasty] = [await world.account(), await world.account()];
    for (const { who } of [patient, hasty]) {
      emulator.settingsFor(who, { throttlePerSecond: 3, throttlePenaltyMs: 4_000 });
      await emulator.write({ ...who, text: 'hello' });
    }
    const spaced = await notifier(world, 'throttle-spaced', patient, { pauseMs: 500 });
    await spaced.notify(...FIVE);
    assert.deepEqual(textsOf(world, patient), FIVE);

    const unspaced = await notifier(world, 'throttle-unspaced', hasty, { pauseMs: 0 });
    await unspaced.notify(...FIVE);
    await eventually(
      () => textsOf(world, hasty).flatMap((text) => text.split('\n\n')).length === FIVE.length,
      'what was throttled did not go out by itself',
    );
    assert.deepEqual(
      textsOf(world, hasty).flatMap((text) => text.split('\n\n')),
      FIVE,
    );
    // Nothing was tried while a try would have lengthened the penalty.
    const { dropped } = emulator;
    assert.ok(dropped.every(({ reason }) => reason !== 'repeated_while_throttled'));
    await Promise.all([spaced.stop(), unspaced.stop()]);
  },
};
