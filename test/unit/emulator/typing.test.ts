import { EmulatorClock } from '../../../emulator/clock';
import { showTyping } from '../../../emulator/typing';
import { World } from '../../../emulator/world';

function setUp() {
  const world = new World(new EmulatorClock(() => 0));
  const bot = world.bots.bind();
  const conversation = bot.startConversation('u@im.wechat');
  const told: boolean[] = [];
  world.events.on('typing', ({ typing }) => told.push(typing));
  return {
    world,
    told,
    conversation,
    show: (typing: boolean) => showTyping(world, bot, conversation, typing),
  };
}

describe('showTyping', () => {
  it('dies after five seconds', () => {
    const { world, told, conversation, show } = setUp();
    show(true);
    world.clock.advance(4999);
    expect(conversation.typing).toBe(true);
    world.clock.advance(1);
    expect([conversation.typing, told]).toEqual([false, [true, false]]);
  });

  it('lives on when it is repeated, and tells changes only', () => {
    const { world, told, conversation, show } = setUp();
    show(true);
    world.clock.advance(4000);
    show(true);
    world.clock.advance(4000);
    expect([conversation.typing, told]).toEqual([true, [true]]);
  });

  it('does not ring after a cancel', () => {
    const { world, told, show } = setUp();
    show(true);
    show(false);
    show(false);
    world.clock.advance(10_000);
    expect(told).toEqual([true, false]);
  });
});
