/** Making a cluster, and taking it away. */
export const en = {
  'cluster.changes': 'In this cluster the following will be made, and taken away again by `down`:',
  'cluster.no-toolbox':
    'no toolbox: the namespace or your rights don’t allow it. Lesson 1 works without; tracing (lessons 2 to 7) does not.',
  'cluster.ask': 'Go on?',
  'stage.began': '… {what} (usually {usual} s)',
  'stage.done': '✓ {what}, {seconds} s',
  'stage.cluster': 'creating the cluster',
  'stage.wake': 'starting the cluster again',
  'stage.image-leaker': 'building the image of the service',
  'stage.image-toolbox': 'building the image of the tools',
  'stage.load': 'loading the images into the cluster',
  'stage.bundle': 'loading the bundle into Docker',
  'stage.toolbox': 'starting the toolbox',
  'bundle.doing': 'Saving images, programs and node modules to {file} …',
  'bundle.done': '{file}: {mib} MiB. Where there is no network: {up}',
  'stage.removing': 'removing the cluster',
} as const;
