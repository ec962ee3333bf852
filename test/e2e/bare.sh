#!/usr/bin/env bash
# usage: bare.sh make ROOT DIR CHECKOUT      a copy of a Debian, with Node and a checkout, and nothing else
#        bare.sh run DIR COMMAND…            runs COMMAND in a fresh copy of it, which is gone afterwards
# Needs root. Node and npm are this machine's own: Debian 12 has none that is new enough.
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then exec sudo -n --preserve-env=NODE_EXTRA_CA_CERTS,TERM -- "$0" "$@"; fi
action=$1
shift

if [ "$action" = make ]; then
	root=$1 dir=$2 checkout=$3
	cp -a --reflink=auto "$root" "$dir"
	node=$(readlink -f "$(command -v node)")
	npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
	mkdir -p "$dir/usr/local/lib/node_modules"
	cp "$node" "$dir/usr/local/bin/node"
	cp -a "$npm" "$dir/usr/local/lib/node_modules/npm"
	ln -s ../lib/node_modules/npm/bin/npm-cli.js "$dir/usr/local/bin/npm"
	cp -a "$checkout" "$dir/root/workshop"
	cp --remove-destination -L /etc/resolv.conf "$dir/etc/resolv.conf"
	# Authorities that this machine trusts: its packages may come by way of a proxy.
	[ -z "${NODE_EXTRA_CA_CERTS:-}" ] || cp -L "$NODE_EXTRA_CA_CERTS" "$dir/etc/ssl/certs/machine.crt"
	exit
fi

export dir=$1
shift
# shellcheck disable=SC2016 # expanded in there
exec unshare --mount --propagation private bash -euo pipefail -c '
	layers=$(mktemp -d)
	mount -t tmpfs -o mode=755 tmpfs "$layers"
	mkdir "$layers/upper" "$layers/work" "$layers/root"
	mount -t overlay -o "lowerdir=$dir,upperdir=$layers/upper,workdir=$layers/work" overlay "$layers/root"
	mount --move "$layers/root" "$dir"
	umount --lazy "$layers"
	rmdir "$layers"
	for fs in proc sys dev; do mount --rbind "/$fs" "$dir/$fs"; done
	extra=()
	[ ! -e "$dir/etc/ssl/certs/machine.crt" ] || extra=(NODE_EXTRA_CA_CERTS=/etc/ssl/certs/machine.crt)
	exec chroot "$dir" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
		TERM="${TERM:-dumb}" WORKSHOP_TEST=inside "${extra[@]}" bash -c "cd /root/workshop && exec \"\$@\"" bare "$@"
' bare "$@"
