/** What watches a process for longer: the exporter. */
export const en = {
  'export.listening': 'Metrics are at {url}; Ctrl-C ends it, and the tracer with it.',
  'export.waiting': 'Waiting for {whom}.',
  'export.of-pid': 'the program of process {pid} to come again',
  'export.of-name': 'a process that is called {name:name}',
  'export.attached': 'The tracer is attached to process {pid} ({comm:name}).',
  'export.gone': 'Process {pid} ({comm:name}) has ended.',
  'export.tracer-ended': 'The tracer ended unasked; it is started again in {seconds} s.',
} as const;
