import { describe, expect, it } from 'vitest';
import { LOAD, SHIPPED, truthOf } from '../../runner/shipped/index.ts';

describe('what is true of a run', () => {
  it.each(SHIPPED.map((leak) => [leak.name, leak] as const))(
    '%s loses a part of its requests, its twin none',
    (_, leak) => {
      const leaks = truthOf(leak, 'leak', LOAD);
      expect(leaks).toMatchObject({ leaks: true, share: 0.25 });
      expect(leaks.bytesPerSecond).toBe(5 * leak.bytesPerBad);
      expect(leaks.through).not.toContain(leaks.function);
      expect(truthOf(leak, 'twin', LOAD)).toMatchObject({ leaks: false, share: 0, bytesPerSecond: 0 });
    },
  );
  it('names each leak once', () => {
    expect(new Set(SHIPPED.map(({ name }) => name)).size).toBe(SHIPPED.length);
  });
});
