import { describe, expect, it } from 'vitest';
import { BusinessDay } from '../../../src/projections/analytics/business-day.ts';

describe('the business day', () => {
  const day = new BusinessDay(0, [{ position: '03', minutes: 180 }]);
  const at = (position: string, time: string) =>
    day.dateOf({ position, time: `2026-11-${time}:00.000Z` });

  it('P21 is that of the offset at the position, also for what had to wait', () => {
    expect(at('04', '20T21:00')).toBe('2026-11-21');
    expect(at('02', '20T21:00')).toBe('2026-11-20');
    expect(at('04', '20T21:00')).toBe('2026-11-21');
    day.move({ position: '06', minutes: -300 });
    expect(at('05', '20T21:00')).toBe('2026-11-21');
    expect(at('07', '21T04:59')).toBe('2026-11-20');
    expect(at('07', '21T05:00')).toBe('2026-11-21');
    expect(at('01', '21T04:59')).toBe('2026-11-21');
  });
});
