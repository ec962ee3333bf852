/* The file that holds what was stripped from another. */
#include <elfutils/libdwelf.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "ground/files.h"
#include "symbols/debug.h"

#define BELOW "/usr/lib/debug"

size_t build_id_of(Elf *elf, const unsigned char **id)
{
	const void *bytes;
	ssize_t size = dwelf_elf_gnu_build_id(elf, &bytes);

	*id = bytes;
	return size > 0 ? (size_t)size : 0;
}

static bool has_build_id(int fd, const unsigned char *id, size_t size)
{
	const unsigned char *its;
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	bool same = elf && build_id_of(elf, &its) == size && memcmp(its, id, size) == 0;

	elf_end(elf);
	return same;
}

static bool has_checksum(int fd, GElf_Word checksum)
{
	unsigned char buffer[65536];
	uLong sum = crc32(0, NULL, 0);
	off_t at = 0;
	ssize_t got;

	while ((got = pread(fd, buffer, sizeof(buffer), at)) > 0) {
		sum = crc32(sum, buffer, (uInt)got);
		at += got;
	}
	return got == 0 && sum == checksum;
}

struct wanted {
	const unsigned char *id;
	size_t id_size;
	GElf_Word checksum;
};

static bool fits(int fd, const struct wanted *wanted)
{
	return wanted->id_size ? has_build_id(fd, wanted->id, wanted->id_size)
			       : has_checksum(fd, wanted->checksum);
}

/* In the process's root, then in ours. */
static int open_either(const char *path, int root, const struct wanted *wanted)
{
	for (int own = 0; own < 2; own++) {
		int fd = own ? file_open(path) : file_open_in(root, path);
		if (fd >= 0 && fits(fd, wanted))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static int by_build_id(const struct wanted *wanted, int root)
{
	char path[sizeof(BELOW) + 160];

	if (wanted->id_size < 2 || wanted->id_size > 64)
		return -1;
	int at = snprintf(path, sizeof(path), BELOW "/.build-id/%02x/", wanted->id[0]);
	for (size_t i = 1; i < wanted->id_size; i++)
		at += snprintf(path + at, sizeof(path) - (size_t)at, "%02x", wanted->id[i]);
	snprintf(path + at, sizeof(path) - (size_t)at, ".debug");
	return open_either(path, root, wanted);
}

static int by_link(const char *link, const struct wanted *wanted, const struct debug_search *search)
{
	static const char *const PLACES[][2] = { { "", "" }, { "", "/.debug" }, { BELOW, "" } };
	const char *slash = strrchr(search->path, '/');
	int folder = slash ? (int)(slash - search->path) : 0, fd = -1;
	char path[PATH_MAX];

	/* A name, and no way to somewhere else. */
	if (!*link || strchr(link, '/'))
		return -1;
	for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]) && fd < 0; i++) {
		snprintf(path, sizeof(path), "%s%.*s%s/%s", PLACES[i][0], folder, search->path,
			 PLACES[i][1], link);
		fd = open_either(path, search->root, wanted);
	}
	return fd;
}

int debug_open(Elf *elf, const struct debug_search *search)
{
	struct wanted wanted = { 0 };
	const char *link = dwelf_elf_gnu_debuglink(elf, &wanted.checksum);

	wanted.id_size = build_id_of(elf, &wanted.id);
	int fd = by_build_id(&wanted, search->root);
	return fd < 0 && link ? by_link(link, &wanted, search) : fd;
}
