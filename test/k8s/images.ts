import type { Manifest } from '../../runner/environments/kube/manifests.ts';

interface Image {
  image: string;
  imagePullPolicy?: string;
}

/** The images that an object's pods ask for. */
export const named = ({ spec }: Manifest): Image[] => spec?.template?.spec.containers ?? [];

/** Whether a node asks nobody that we have not named: a registry stands in the name, or the node has it already. */
export const ours = ({ image, imagePullPolicy }: Image): boolean =>
  imagePullPolicy === 'Never' || /^[^/]+[.:][^/]*\//.test(image);
