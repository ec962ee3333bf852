import { callSite } from '../../evidence/site.ts';
import { BPF_TOOLCHAIN } from '../../install/toolchain.ts';
import type { Tool } from '../../model/tool.ts';
import { asksOf, clientOf, hasKprobes, ig, inspektor } from './inspektor.ts';
import { readGadget } from './read.ts';

declare module '../../model/kinds.ts' {
  interface Tools {
    gadget: {
      /** Whether Inspektor Gadget itself runs the gadget here; otherwise memleak runs the same program. */
      inspektor: boolean;
      /** Its client on a machine, as a command. */
      ig: string;
      /** The image that it is run by. */
      gadgetImage: string;
    };
  }
}

/** On a machine the image that is built there; in a cluster the one that `allow-ours` was told of. */
const BUILT = 'memleak:latest';

/** Fields that Inspektor Gadget adds, in the order of names in which it prints all; its own complaints; its tables. */
const BY_INSPEKTOR =
  /"(?:k8s|runtime)":\{|^\[\{"allocated_bytes":|^time="[^"]+" level=|^(?:WARN|INFO|ERRO)\[\d+\] |\b(?:K8S\.[A-Z]+|RUNTIME\.CONTAINERNAME) /m;
const BY_MEMLEAK = /^\[\{"timestamp_raw":|^memleak: /m;

/**
 * The gadget, bpf/memleak: Inspektor Gadget runs it where it can; elsewhere our own tracer runs the same program
 * (`memleak --gadget`), and every report then names `memleak`. One reader reads both.
 */
export const gadget: Tool<'gadget'> = {
  kind: 'gadget',
  title: 'Inspektor Gadget',
  standsIn: 'memleak',
  // Its program is changed and compiled again.
  needs: (site) => (site === 'machine' ? BPF_TOOLCHAIN : []),
  offers: (site, kernel) => (hasKprobes(kernel) ? clientOf(site) : null),
  detect: inspektor,
  asks: asksOf,
  libc: 'system',
  names: ({ site, manual, runs }) => ({
    inspektor: runs('gadget') === 'gadget',
    ig: manual ? 'ig' : ig(),
    gadgetImage:
      (!manual && process.env.WORKSHOP_GADGET_IMAGE) || (manual && site === 'cluster' ? `REGISTRY/${BUILT}` : BUILT),
  }),
  trial: {
    variant: 'leaker',
    argv: ({ pid }, { memleak }) => [memleak, '-p', String(pid), '--gadget', '-i', '0.4', '-d', '10'],
    named: (e, expected) => e.kind === 'snapshot' && e.sites.some((site) => callSite(site.stack) === expected),
  },
  printedBy: (transcript) =>
    BY_INSPEKTOR.test(transcript) ? 'gadget' : BY_MEMLEAK.test(transcript) ? 'memleak' : null,
  read: readGadget,
};
