/** Runs a tree's configure the first time alone: the patch that is taken back then builds anew only what it changed. */
export const configuredOnce = (...args: string[]): string[] => [
  'sh',
  '-c',
  'test -e config.status || exec ./configure -q "$@"',
  'configure',
  ...args,
];

/** What of curl has no part in its leaks, and would need libraries. */
const WITHOUT = ['ssl', 'zlib', 'brotli', 'zstd', 'libpsl', 'libidn2', 'librtmp', 'libssh2'];
const DISABLED =
  'ldap ldaps rtsp dict telnet tftp pop3 imap smtp gopher mqtt smb ftp file manual unix-sockets threaded-resolver';
/** curl with HTTP and nothing else, in one piece. */
export const CURL_ALONE = [
  '--disable-shared',
  ...WITHOUT.map((part) => `--without-${part}`),
  ...DISABLED.split(' ').map((part) => `--disable-${part}`),
];
