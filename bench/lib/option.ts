/** What `--name=VALUE` of this benchmark's own command line says; undefined where it is not there. */
export const option = (name: string): string | undefined =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(`--${name}=`.length);
