#!/usr/bin/env bash
# usage: as-user.sh RULE HOME COMMAND…
# Runs COMMAND as an ordinary user called learner whose sudo is as RULE says (free, pty, password, one-tool, refused), on an /etc
# of their own: nothing of the machine is changed, and all of it is gone with the process. Needs root.
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then exec sudo -n -- "$0" "$@"; fi
# shellcheck disable=SC2016 # expanded in there
exec unshare --mount --propagation private bash -euo pipefail -c '
	rule=$1 home=$2
	shift 2
	etc=$(mktemp -d)
	mount -t tmpfs -o mode=755 tmpfs "$etc"
	cp -a /etc/. "$etc"
	mount --move "$etc" /etc
	rmdir "$etc"
	mkdir -p /run/sudo
	mount -t tmpfs -o mode=711 tmpfs /run/sudo
	useradd --no-create-home --home-dir "$home" --shell /bin/bash learner
	echo learner:secret | chpasswd
	case $rule in
	free) echo "learner ALL=(ALL) NOPASSWD: ALL" ;;
	pty) printf "%s\n" "Defaults use_pty" "learner ALL=(ALL) NOPASSWD: ALL" ;;
	password) printf "%s\n" "Defaults lecture=never" "learner ALL=(ALL) ALL" ;;
	one-tool) echo "learner ALL=(ALL) NOPASSWD: /usr/bin/bpftrace" ;;
	refused) echo "# may not" ;;
	esac >/etc/sudoers.d/learner
	chmod 440 /etc/sudoers.d/learner
	chown -R learner: "$home"
	exec setpriv --reuid learner --regid learner --init-groups -- "$@"
' as-user "$@"
