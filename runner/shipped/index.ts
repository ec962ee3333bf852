// Leaks that a distribution shipped: their programs come from its packages, are built before and after the maintainers' fix,
// and run under a load of which a part is forgotten. Nothing of their sources is kept here, nor any change to this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { curlPush } from './leaks/curl-push.ts';
import { curlTrailer } from './leaks/curl-trailer.ts';
import { mosquittoWill } from './leaks/mosquitto-will.ts';
import { xmllintShell } from './leaks/xmllint-shell.ts';
import { yajlTree } from './leaks/yajl-tree.ts';
import { made } from './make.ts';
import type { Build, Half, Load, Service, ShippedLeak, Truth } from './model.ts';

export { made } from './make.ts';
export { type Asked, type Build, BUILDS, type Half, HALVES, type Load, type ShippedLeak, type Truth } from './model.ts';

export const SHIPPED: readonly ShippedLeak[] = [mosquittoWill, curlTrailer, yajlTree, xmllintShell, curlPush];

/** Three good requests for each bad one. */
export const LOAD: Load = { perSecond: 20, oneIn: 4 };

export interface Started extends Service {
  truth: Truth;
}

/** What a half loses under a load. */
export function truthOf(
  { function: name, through, bytesPerBad }: ShippedLeak,
  half: Half,
  { perSecond, oneIn }: Load,
): Truth {
  const leaks = half === 'leak';
  const share = leaks ? 1 / oneIn : 0;
  return { leaks, function: name, through, share, bytesPerBad, bytesPerSecond: perSecond * share * bytesPerBad };
}

/**
 * Makes a leak or its healthy twin, and runs it under load until it is ended. Rejects with what a person is told where its
 * packages can't be had here.
 */
export async function started(
  leak: ShippedLeak,
  { build, half, load = LOAD, signal }: { build: Build; half: Half; load?: Load; signal?: AbortSignal },
): Promise<Started> {
  const dir = join(await made(leak, build, signal), half);
  const scratch = mkdtempSync(join(tmpdir(), `workshop-${leak.name}-`));
  const clear = () => rmSync(scratch, { recursive: true, force: true });
  try {
    const service = await leak.start({ dir, build, scratch }, load, signal);
    return {
      ...service,
      truth: truthOf(leak, half, load),
      async end() {
        try {
          await service.end();
        } finally {
          clear();
        }
      },
    };
  } catch (error) {
    clear();
    throw error;
  }
}
