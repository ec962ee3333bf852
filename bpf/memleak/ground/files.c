#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ground/files.h"

#define A_PLACE (O_PATH | O_CLOEXEC)
#define FOR_READING (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* The file at a place that has been found; takes the place. */
static int read_at(int place)
{
	char path[64];
	struct stat st;
	int fd = -1;

	if (place < 0)
		return -1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", place);
	int failed = fstat(place, &st);
	if (!failed && S_ISREG(st.st_mode))
		fd = open(path, FOR_READING);
	else if (!failed)
		errno = ENXIO;
	int why = errno;
	close(place);
	errno = why;
	return fd;
}

int file_open(const char *path)
{
	return read_at(open(path, A_PLACE));
}

int root_open(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	return open(path, A_PLACE | O_DIRECTORY);
}

int file_open_in(int root, const char *path)
{
	struct open_how how = { .flags = A_PLACE, .resolve = RESOLVE_IN_ROOT };

	return root < 0 ? -1 : read_at((int)syscall(SYS_openat2, root, path, &how, sizeof(how)));
}

int file_open_below(pid_t pid, const char *path)
{
	int root = root_open(pid);

	if (root < 0)
		return -1;
	int fd = file_open_in(root, path);
	int why = errno;
	close(root);
	errno = why;
	return fd;
}

/* maps tells of the device below where the file system has none of its own: then inodes decide. */
static bool same_file(int fd, const struct mapped *mapped)
{
	struct stat st;

	if (fstat(fd, &st) || st.st_ino != mapped->inode)
		return false;
	return (major(st.st_dev) == mapped->major && minor(st.st_dev) == mapped->minor) ||
	       major(st.st_dev) == 0 || mapped->major == 0;
}

/* The name as it was, where a newline stands in it. */
static char *unescaped(const char *name)
{
	char *plain = strdup(name), *at;

	for (at = plain; at && (at = strstr(at, "\\012")); at++) {
		*at = '\n';
		memmove(at + 1, at + 4, strlen(at + 4) + 1);
	}
	return plain;
}

/* What lies under the name, in the process's root or in ours, where it is what is mapped. */
static int open_named(pid_t pid, const char *name, const struct mapped *mapped)
{
	int why = ESTALE;

	for (int own = 0; own < 2; own++) {
		int fd = own ? file_open(name) : file_open_below(pid, name);
		if (fd >= 0 && same_file(fd, mapped))
			return fd;
		if (fd >= 0)
			close(fd);
		else if (errno == EACCES || errno == EPERM)
			why = EACCES;
	}
	errno = why;
	return -1;
}

int mapped_open(pid_t pid, const struct mapped *mapped)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, mapped->start,
		 mapped->end);
	int fd = file_open(path);
	if (fd >= 0 || errno == ENXIO || errno == ENOENT)
		return fd;
	fd = open_named(pid, mapped->name, mapped);
	char *plain = fd < 0 ? unescaped(mapped->name) : NULL;
	if (plain && strcmp(plain, mapped->name) != 0)
		fd = open_named(pid, plain, mapped);
	int why = errno;
	free(plain);
	errno = why;
	return fd;
}
