import type { Place } from '../model/place.ts';
import type { Need, PackageManager } from '../model/need.ts';

const MANAGERS: [program: string, manager: PackageManager][] = [
  ['apt-get', 'apt'],
  ['dnf', 'dnf'],
  ['zypper', 'zypper'],
  ['pacman', 'pacman'],
  ['apk', 'apk'],
];

/** A package that every family calls by this name. */
export const same = (name: string): Record<PackageManager, string[]> => ({
  apt: [name],
  dnf: [name],
  zypper: [name],
  pacman: [name],
  apk: [name],
});

/** Those of the needs that this place does not have. */
export async function missing(place: Place, needs: Need[]): Promise<Need[]> {
  const found = await Promise.all(
    needs.map(async (need) => {
      if (need.there) return need.there() ? null : need;
      for (const name of need.called ?? [need.program]) if (await place.which(name)) return null;
      return need;
    }),
  );
  return found.filter((n) => n !== null);
}

export async function packageManager(place: Place): Promise<PackageManager | null> {
  for (const [program, manager] of MANAGERS) if (await place.which(program)) return manager;
  return null;
}

/** The one command that installs these, without sudo before it. */
export function installCommand(manager: PackageManager, needs: Need[]): string[] {
  const packages = [...new Set(needs.flatMap((n) => n.packages[manager]))];
  switch (manager) {
    case 'apt':
      return ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
    case 'dnf':
      return ['dnf', 'install', '-y', ...packages];
    case 'zypper':
      return ['zypper', '--non-interactive', 'install', ...packages];
    case 'pacman':
      return ['pacman', '-S', '--noconfirm', '--needed', ...packages];
    case 'apk':
      return ['apk', 'add', ...packages];
  }
}

/** What refreshes the package lists first, where a fresh machine has none. */
export function refreshCommand(manager: PackageManager): string[] | null {
  return manager === 'apt' ? ['apt-get', 'update', '-qq'] : manager === 'pacman' ? ['pacman', '-Sy'] : null;
}
