import { describe, it } from 'vitest';
import {
  bet,
  credit,
  credited,
  given,
  held,
  hold,
  opened,
  placeBet,
  release,
  released,
  reverse,
  reversed,
  settle,
  settled,
} from './messages.ts';

describe('available funds', () => {
  it('L3 can all be staked, and not one unit more', () => {
    given(opened, credited('100')).when(placeBet('b-1', 100n)).thenAccepts(bet('b-1', '100'));
    given(opened, credited('100')).when(placeBet('b-1', 101n)).thenRefused('insufficient-funds');
  });

  it('L10 are said in a refusal for funds', () =>
    given(opened, credited('100'), held('30'))
      .when(placeBet('b-1', 71n))
      .thenRefused('insufficient-funds', { available: '70', held: '30', requested: '71' }));

  it('L10 are said also where nothing was ever paid in', () =>
    given(opened).when(placeBet('b-1', 1n)).thenRefused('insufficient-funds', {
      available: '0',
      held: '0',
      requested: '1',
    }));
});

describe('a deposit', () => {
  it('opens the account with its first credit', () =>
    given().when(credit(1)).thenAccepts(opened, credited('100')));

  it('L5 is credited once in each epoch', () => {
    given(opened, credited('100')).when(credit(1)).thenRepeat();
    given(opened, credited('100')).when(credit(2)).thenRepeat();
  });

  it('D6 taken away by a reorg is reversed, and credited again when mined again', () => {
    given(opened, credited('100')).when(reverse()).thenAccepts(reversed('100'));
    given(opened, credited('100'), reversed('100')).when(credit(2)).thenAccepts(credited('100', 2));
    given(opened, credited('100'), reversed('100')).when(credit(1)).thenRepeat();
    given(opened, credited('100'), reversed('100')).when(reverse()).thenRepeat();
  });

  it('L3 reversed after it was spent becomes a receivable', () =>
    given(opened, credited('100'), bet('b-1', '70'))
      .when(reverse())
      .thenAccepts(reversed('100', '70')));

  it('L3 credited again repays what is owed first', () =>
    given(opened, credited('100'), bet('b-1', '70'), reversed('100', '70'))
      .when(credit(2))
      .thenAccepts(credited('100', 2, '70')));

  it('whose epoch was never credited has nothing to reverse', () => {
    given().when(reverse()).thenRepeat();
    given(opened, credited('100')).when(reverse(2)).thenRepeat();
  });
});

describe('a withdrawal', () => {
  it('W1 holds the funds with the request', () =>
    given(opened, credited('100')).when(hold(60n)).thenAccepts(held('60')));

  it('W1 finds nothing where another one holds the funds', () =>
    given(opened, credited('100'), held('60'))
      .when({ ...hold(60n), withdrawal: '6f0c1e0a-7a55-5d1e-9f0e-2b8b6b1b6a10' })
      .thenRefused('insufficient-funds', { available: '40', held: '60', requested: '60' }));

  it('L5 is held once; its key with other content is refused', () => {
    const history = given(opened, credited('100'), held('60'));
    history.when(hold(60n)).thenRepeat();
    history.when(hold(61n)).thenRefused('key-reused');
    history.when({ ...hold(60n), destination: '0xCC' }).thenRefused('key-reused');
    history.when({ ...hold(60n), asset: 'b' }).thenRefused('key-reused');
  });

  it('L3 is refused while the account owes money', () =>
    given(opened, credited('100'), bet('b-1', '70'), reversed('100', '70'))
      .when(hold(1n))
      .thenRefused('account-flagged', { receivable: '70' }));

  it('W6 is settled or released once, never both', () => {
    const history = [opened, credited('100'), held('60')];
    given(...history)
      .when(release)
      .thenAccepts(released('60'));
    given(...history)
      .when(settle)
      .thenAccepts(settled('60'));
    given(...history, released('60'))
      .when(release)
      .thenRepeat();
    given(...history, settled('60'))
      .when(settle)
      .thenRepeat();
    given(...history, settled('60'))
      .when(release)
      .thenThrows(/settled/);
  });
});
